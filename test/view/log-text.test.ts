import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from '../../src/model/limits.ts';
import { LogScript } from '../support/log-lines.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('lines are whole however the bytes are cut', () => {
  const text = 'grün\nzwei\r\n日本語\nlast';
  fc.assert(
    fc.property(fc.array(fc.nat(bytes(text).length), { maxLength: 6 }), (cuts) => {
      const log = new LogScript();
      const ends = [...cuts, bytes(text).length].toSorted((a, b) => a - b);
      let from = 0;
      for (const end of ends) {
        log.writes(bytes(text).slice(from, end));
        from = end;
      }
      expect(log.texts).toEqual(['grün', 'zwei', '日本語', 'last']);
    }),
  );
});

test('half a character at the end of a line is one that is broken, and the next line is whole', () => {
  expect(new LogScript().writes(new Uint8Array([0x61, 0xe6, 0x97, 0x0a, 0x62, 0x0a])).texts).toEqual([
    'a�',
    'b',
  ]);
});

test('a progress bar shows its last state', () => {
  expect(new LogScript().writes('10%\r20%\r30%').text.lines).toMatchObject([
    { stream: 'stdout', text: '30%' },
  ]);
});

test('streams do not run into each other, and a gap is told', () => {
  const log = new LogScript()
    .writes('half a ')
    .writes('oh no\n', { stream: 'stderr' })
    .writes('line\n')
    .writes('later\n', { skipped: 4_096 });
  expect(log.text.lines.map(({ stream, text }) => [stream, text])).toEqual([
    ['stderr', 'oh no'],
    ['stdout', 'half a line'],
    ['note', '… 4096 bytes were not kept …'],
    ['stdout', 'later'],
  ]);
});

test('control sequences never come through', () => {
  const log = new LogScript().writes('\u001B[2J\u001B]0;owned\u0007a\u001B[31mb\u0000c\u202E\n');
  expect(log.texts).toEqual(['abc']);
});

test('it holds no more than its bounds, the newest', () => {
  const log = new LogScript();
  const many = limits.logLinesShownMax + 10;
  log.writes(Array.from({ length: many }, (_, at) => `${at}\n`).join(''));
  expect(log.texts).toHaveLength(limits.logLinesShownMax);
  expect(log.texts[0]).toBe('10');
  log.writes('y'.repeat(1_000_000));
  expect(log.texts.at(-1)).toHaveLength(limits.logLineMaxLength);
});

test('lines of two servers are in the order of their times, whichever comes first', () => {
  const log = new LogScript();
  const [one, other] = [log.source('load', 'srv-1'), log.source('load', 'srv-2', 2)];
  log.writes('a\n', { source: one, atMs: 10 }).writes('c\n', { source: one, atMs: 30 });
  log.writes('b\n', { source: other, atMs: 20 }).writes('d\n', { source: other, atMs: 40 });
  expect(log.text.lines.map(({ text, source, atMs }) => [text, source?.server, atMs])).toEqual([
    ['a', 'srv-1', 10],
    ['b', 'srv-2', 20],
    ['c', 'srv-1', 30],
    ['d', 'srv-2', 40],
  ]);
});

test('however pieces of many nodes come, the log is the same but for what came at one time', () => {
  const written = fc.array(fc.tuple(fc.nat(3), fc.nat(20)), { maxLength: 30 });
  fc.assert(
    fc.property(written, fc.infiniteStream(fc.nat(3)), (lines, turns) => {
      const log = new LogScript();
      const queues = [0, 1, 2, 3].map((node) =>
        lines.flatMap(([of, atMs]) => (of === node ? [atMs] : [])).toSorted((a, b) => a - b),
      );
      for (let left = lines.length; left > 0;) {
        const node = turns.next().value;
        const atMs = queues[node]?.shift();
        if (atMs === undefined) continue;
        log.writes(`${node}\n`, { source: log.source(`n${node}`), atMs });
        left -= 1;
      }
      const times = log.text.lines.map(({ atMs }) => atMs);
      expect(times).toEqual(lines.map(([, atMs]) => atMs).toSorted((a, b) => a - b));
    }),
  );
});

test('lines of one stream keep their order when the clock is put back', () => {
  const log = new LogScript().writes('one\n', { atMs: 1_000 }).writes('two\n', { atMs: 400 });
  expect(log.text.lines.map(({ text, atMs }) => [text, atMs])).toEqual([
    ['one', 1_000],
    ['two', 400],
  ]);
});

test('a line has the time of its end, and what an older agent kept has none and stands where it came', () => {
  const log = new LogScript().writes('old\n').writes('be', { atMs: 100 }).writes('gun\n', { atMs: 200 });
  log.writes('older\n', { source: log.source('other') });
  expect(log.text.lines.map(({ text, atMs }) => [text, atMs])).toEqual([
    ['old', undefined],
    ['begun', 200],
    ['older', undefined],
  ]);
});

test('a line keeps its id from its first character on', () => {
  const log = new LogScript().writes('beg');
  const id = log.text.lines[0]?.id;
  log.writes('x\n', { stream: 'stderr' }).writes('un\n');
  expect(log.text.lines.find(({ text }) => text === 'begun')?.id).toBe(id);
  expect(new Set(log.text.lines.map((line) => line.id)).size).toBe(2);
});
