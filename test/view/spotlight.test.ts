import { expect, test } from 'vitest';
import { nextTelling, spotlight } from '../../src/view/spotlight.ts';
import { DIAMOND, Story } from '../support/story.ts';

const nameOf = (index: number | undefined): string | undefined =>
  index === undefined ? undefined : 'ABCDE'[index];

test('what is shown unasked: what runs, before it what failed, in the end the last', () => {
  const story = new Story().elect().join('srv-1').apply(DIAMOND).trigger('diamond', 'r1');
  const shown = (): string | undefined => nameOf(spotlight(story.run('r1')));
  expect(shown()).toBe('A');
  story.succeed('r1', 'A', 'srv-1').start('r1', 'C', 'srv-1');
  expect(shown()).toBe('C');
  for (let tries = 0; tries < 4; tries += 1) story.fail('r1', 'B', 'srv-1').later(600_000);
  expect(shown()).toBe('B');
  expect(nameOf(nextTelling(story.run('r1'), 1))).toBe('C');
  expect(nameOf(nextTelling(story.run('r1'), 2))).toBe('B');
});

test('nothing is telling once all went well', () => {
  const story = new Story().elect().join('srv-1').apply(DIAMOND).trigger('diamond', 'r1');
  for (const node of ['A', 'B', 'C', 'D', 'E']) story.succeed('r1', node, 'srv-1');
  expect(nameOf(spotlight(story.run('r1')))).toBe('E');
  expect(nextTelling(story.run('r1'), 0)).toBeUndefined();
});
