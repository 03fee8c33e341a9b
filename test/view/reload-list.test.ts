import { expect, test } from 'vitest';
import { reloadRows } from '../../src/view/reload-list.ts';
import { DIAMOND, NOON_MS, Story, utcTime } from '../support/story.ts';

test('what came into force, what moves where, and what is wrong with a file', () => {
  const story = new Story()
    .apply(DIAMOND)
    .place({ 'srv-1': ['A', 'B'], 'srv-2': ['C'] })
    .later(2_000)
    .place({ 'srv-1': ['A'], 'srv-2': ['B', 'C'], 'srv-3': ['*'] });
  const wrong = {
    atMs: NOON_MS + 5_000,
    level: 'error',
    text: "dags/etl.yaml:3:7 no node is named 'x'\u001B[2J",
  } as const;
  const rows = reloadRows([wrong], story.seen, utcTime);
  expect(rows.map(({ text, tone }) => `${tone}: ${text}`)).toEqual([
    'muted: 12:00:00 dag diamond applied: 5 nodes, version hash-diamond  by test',
    'muted: 12:00:00 placement applied: 2 servers  by test',
    'muted: 12:00:02 placement applied: 3 servers  by test',
    'accent:     srv-1: -B',
    'accent:     srv-2: +B',
    'accent:     srv-3: new +*',
    expect.stringMatching(/^bad: 12:00:05 dags\/etl.yaml:3:7 no node is named 'x'/) as string,
  ]);
  expect(rows.map(({ text }) => text).join('')).not.toContain('\u001B');
});
