import { expect, test } from 'vitest';
import type { ServerName } from '../../src/model/ids.ts';
import { serverRows, serverTable } from '../../src/view/server-rows.ts';
import { DIAMOND, Story } from '../support/story.ts';
import { TestSource } from '../support/tui-source.ts';

test('servers stand as nodes.yaml lists them, then those that it does not list', () => {
  const story = new Story()
    .elect()
    .place({ 'srv-2': ['B'], ghost: ['C'], spare: ['*'] }, ['spare'])
    .join('stray', 1)
    .join('spare', 2)
    .join('srv-2', 4)
    .apply(DIAMOND)
    .trigger('diamond', 'r1')
    .start('r1', 'A', 'srv-2');
  const source = new TestSource(story);
  story.later(7_000).lose('stray');
  source.heartbeats.delete('spare' as ServerName);
  expect(serverTable(story.state, source.heartbeats, story.nowMs).rows).toEqual([
    ['srv-2', 'up, silent', '1/4', '8s', '0.1.0', 'no'],
    ['ghost', 'never seen', '0/0', '-', '-', 'no'],
    ['spare', 'up', '0/2', '-', '0.1.0', 'yes'],
    ['stray', 'lost', '0/1', '8s', '0.1.0', 'no'],
  ]);
});

test('a server is not silent for the time in which nothing could be heard', () => {
  const story = new Story()
    .elect()
    .place({ 'srv-1': ['A'] })
    .join('srv-1', 2);
  const source = new TestSource(story);
  const lostMs = story.nowMs;
  const rowAfter = (ms: number) => serverRows(story.state, source.heartbeats, lostMs + ms, lostMs)[0];
  expect(rowAfter(60_000)).toMatchObject({ isSilent: false, heard: expect.not.stringContaining('now') });
  const [silent] = serverRows(story.state, source.heartbeats, lostMs + 60_000);
  expect(silent?.isSilent).toBe(true);
});
