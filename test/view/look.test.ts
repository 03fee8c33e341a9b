import { expect, test } from 'vitest';
import { NODE_STATES, nodeLook, runLook } from '../../src/view/look.ts';
import { DIAMOND, Story } from '../support/story.ts';

test('every state is told apart by its glyph, by its word, and in ASCII', () => {
  const looks = NODE_STATES.map(nodeLook);
  expect(NODE_STATES).toHaveLength(11);
  expect(new Set(looks.map(({ glyph }) => glyph)).size).toBe(11);
  expect(new Set(looks.map(({ word }) => word)).size).toBe(11);
  expect(new Set(looks.map(({ ascii }) => ascii)).size).toBe(11);
  for (const { ascii } of looks) expect(ascii).toMatch(/^[ -~]$/);
});

test('a run looks as it stands: waiting, running, paused, canceling, ended', () => {
  const story = new Story().elect().join('srv-1').apply(DIAMOND).trigger('diamond', 'r1');
  const word = (): string => runLook(story.run('r1')).word;
  expect(word()).toBe('waiting');
  story.start('r1', 'A', 'srv-1');
  expect(word()).toBe('running');
  story.steer('run.paused', 'r1');
  expect(word()).toBe('paused');
  story.steer('run.resumed', 'r1').steer('run.canceled', 'r1');
  expect(word()).toBe('canceling');
  story.finish('r1', 'A', { is: 'canceled' }).end('r1', 'canceled');
  expect(word()).toBe('canceled');
});
