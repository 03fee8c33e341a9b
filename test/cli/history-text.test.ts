import { expect, it } from 'vitest';
import { statsTables, summaryHeader, summaryRow } from '../../src/cli/history-text.ts';
import { formatTable } from '../../src/cli/output.ts';
import { readSince } from '../../src/cli/since.ts';
import type { HistoryStats, NodeFigures } from '../../src/history/port/history.ts';
import { runSummary } from '../../src/history/port/run-summary.ts';
import { textWidth } from '../../src/graph/text.ts';
import { DIAMOND, NOON_MS, Story } from '../support/story.ts';

const figures = { runs: 12, succeeded: 9, failed: 2, canceled: 1 };
const node = (name: string, flakyRuns: number, p95Ms?: number): NodeFigures => ({
  dag: 'night' as never,
  node: name as never,
  ...{ attempts: 14, succeeded: 11, failed: 2, timedOut: 1, lost: 0, runs: 12, flakyRuns },
  took: p95Ms === undefined ? {} : { p50Ms: p95Ms / 2, p95Ms, maxMs: 2 * p95Ms },
});
const STATS: HistoryStats = {
  dags: [{ dag: 'night' as never, ...figures, took: { p50Ms: 65_000, p95Ms: 7_500_000, maxMs: 7_600_000 } }],
  days: [
    { dayMs: NOON_MS - 12 * 3_600_000, ...figures, took: { p50Ms: 60_000, p95Ms: 70_000 } },
    { dayMs: NOON_MS + 12 * 3_600_000, ...figures, succeeded: 0, took: {} },
    { dayMs: NOON_MS + 36 * 3_600_000, ...figures, took: { p50Ms: 30_000, p95Ms: 70_000 } },
  ],
  nodes: [node('load', 0), node('extract\x1b[31m', 3, 40_000), node('merge', 6, 90_000)],
  slowest: [],
};

function printed(stats: HistoryStats, ascii = false): string[] {
  return statsTables(stats, true, ascii).flatMap(({ title, header, rows }) => [
    title,
    ...formatTable(header, rows, textWidth),
  ]);
}

it('says success, times and trend in tables that fit 80 columns', () => {
  const lines = printed(STATS);
  expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(78);
  expect(lines).toEqual([
    'runs that have ended',
    'DAG    RUNS  OK   FAILED  CANCELED  P50    P95    LONGEST',
    'night  12    81%  2       1         1m05s  2h05m  2h06m',
    'by day (UTC)',
    'DAY         RUNS  OK   FAILED  CANCELED  P50    P95    P50 AS A BAR',
    '2026-11-24  12    81%  2       1         1m00s  1m10s  ████████████████████',
    '2026-11-25  12    0%   2       1         –      –',
    '2026-11-26  12    81%  2       1         30s    1m10s  ██████████',
    'its nodes, the slowest first',
    'NODE     TRIES  FAILED  TIMED OUT  LOST  P50  P95    LONGEST',
    'merge    14     2       1          0     45s  1m30s  3m00s',
    'extract  14     2       1          0     20s  40s    1m20s',
    'load     14     2       1          0     –    –      –',
    'flaky: failed at first and succeeded later',
    'NODE     RUNS  FLAKY  RATE',
    'merge    12    6      50%',
    'extract  12    3      25%',
  ]);
  expect(printed(STATS, true).join('')).not.toContain('█');
});

it('says nothing of what there is nothing of', () => {
  expect(printed({ dags: [], days: [], nodes: [], slowest: [] })).toEqual([]);
});

it('shows a run with the first line of what it failed with', () => {
  const story = new Story()
    .apply(DIAMOND)
    .place({ s: ['*'] })
    .elect()
    .join('s')
    .trigger('diamond', 'r1');
  for (let tries = 0; tries < 4; tries += 1) story.fail('r1', 'A', 's', 'no disk\x07\nsecond line');
  const row = summaryRow(runSummary(story.run('r1')), story.nowMs);
  expect(Object.fromEntries(summaryHeader.map((title, at) => [title, row[at]]))).toEqual({
    RUN: 'r1',
    DAG: 'diamond',
    STATE: 'running',
    NODES: '1/5',
    AGE: '1s',
    TOOK: '1.6s',
    BY: 'op:ann@desk',
    ERROR: 'no disk',
  });
});

it.each([
  ['24h', NOON_MS - 86_400_000],
  ['7d', NOON_MS - 7 * 86_400_000],
  ['2026-11-24T12:00Z', NOON_MS],
  ['2026-11-24', new Date(2026, 10, 24).getTime()],
])('reads --since %s', (text, expected) => {
  expect(readSince(text, NOON_MS)).toBe(expected);
});

it.each(['soon', '3x', '-5', ''])('refuses --since %j', (text) => {
  expect(() => readSince(text, NOON_MS)).toThrow(expect.objectContaining({ code: 'bad_usage' }));
});
