import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../src/view/log-text.ts';
import { roundUp, wholeDays } from '../../src/web/charts/chart-scale.ts';
import { latestRuns } from '../../src/web/data/run-list.ts';
import { sinceTime } from '../../src/web/data/since.ts';
import { blocksOf, matching } from '../../src/web/logs/log-window.ts';
import { byteText } from '../../src/web/parts/byte-text.ts';
import { Client } from '../../src/client/client.ts';

function line(id: number, text = `line ${id}`): LogLine {
  return { id, stream: 'stdout', text, atMs: undefined, source: undefined };
}

describe('a chart', () => {
  it.each([
    [0, 1],
    [3, 5],
    [5, 5],
    [0.7, 1],
    [1_001, 2_000],
    [Number.NEGATIVE_INFINITY, 1],
  ])('of at most %d ends at %d', (most, end) => {
    expect(roundUp(most)).toBe(end);
  });

  it('has days without a gap, on which nothing ran too', () => {
    const day = { runs: 1, succeeded: 1, failed: 0, canceled: 0, took: {} };
    const days = wholeDays([{ day: '2026-02-27', ...day }], '2026-03-02', 60);
    expect(days.map((one) => `${one.day} ${one.runs}`)).toEqual([
      '2026-02-27 1',
      '2026-02-28 0',
      '2026-03-01 0',
      '2026-03-02 0',
    ]);
    expect(wholeDays([{ day: '2020-01-01', ...day }], '2026-03-02', 60)).toHaveLength(60);
  });
});

describe('the lines of a log', () => {
  it('stand in blocks that stay as they are when more come', () => {
    const before = blocksOf(Array.from({ length: 250 }, (_, id) => line(id)));
    const after = blocksOf(Array.from({ length: 260 }, (_, id) => line(id)));
    expect(before.map((block) => block.length)).toEqual([100, 100, 50]);
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
  });

  it('are found in any case', () => {
    expect(matching([line(1, 'An Error'), line(2, 'fine')], ' error ').map(({ id }) => id)).toEqual([1]);
    expect(matching([line(1), line(2)], ' ')).toHaveLength(2);
  });
});

it('sizes are told in units that one can read', () => {
  expect([0, 1_023, 1_536, 5 * 1_024 ** 3].map(byteText)).toEqual(['0 B', '1023 B', '1.5 KiB', '5.0 GiB']);
});

it('a span of time is one that the API understands', () => {
  expect(sinceTime('24h', Date.UTC(2026, 2, 2))).toBe('2026-03-01T00:00:00.000Z');
  expect(sinceTime('nonsense', 0)).toBeUndefined();
});

describe('the list of runs', () => {
  it('is read on by its cursor until there are enough, each run once', async () => {
    const asked: URL[] = [];
    const pages: Readonly<Record<string, object>> = {
      '': { items: [{ run: 'a' }, { run: 'b' }], nextCursor: 'x' },
      x: { items: [{ run: 'b' }, { run: 'c' }], nextCursor: 'y' },
      y: { items: [] },
    };
    const client = new Client({
      url: 'http://x',
      token: 't',
      fetch: async (url) => {
        asked.push(new URL(String(url)));
        return Response.json(pages[asked.at(-1)?.searchParams.get('cursor') ?? '']);
      },
    });
    const list = await latestRuns(client, { dag: 'd' }, 4, new AbortController().signal);
    expect(list).toEqual({ items: [{ run: 'a' }, { run: 'b' }, { run: 'c' }] });
    expect(asked.map(({ searchParams }) => searchParams.get('limit'))).toEqual(['4', '2', '1']);
    expect(asked.every(({ searchParams }) => searchParams.get('dag') === 'd')).toBe(true);
  });
});
