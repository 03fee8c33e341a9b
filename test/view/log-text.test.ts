import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from '../../src/model/limits.ts';
import { LogText } from '../../src/view/log-text.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('lines are whole however the bytes are cut', () => {
  const text = 'grün\nzwei\r\n日本語\nlast';
  fc.assert(
    fc.property(fc.array(fc.nat(bytes(text).length), { maxLength: 6 }), (cuts) => {
      const log = new LogText();
      const ends = [...cuts, bytes(text).length].toSorted((a, b) => a - b);
      let from = 0;
      for (const end of ends) {
        log.add('stdout', bytes(text).slice(from, end), 0);
        from = end;
      }
      expect(log.lines.map((line) => line.text)).toEqual(['grün', 'zwei', '日本語', 'last']);
    }),
  );
});

test('a progress bar shows its last state', () => {
  const log = new LogText();
  log.add('stdout', bytes('10%\r20%\r30%'), 0);
  expect(log.lines).toEqual([{ stream: 'stdout', text: '30%' }]);
});

test('streams do not run into each other, and a gap is told', () => {
  const log = new LogText();
  log.add('stdout', bytes('half a '), 0);
  log.add('stderr', bytes('oh no\n'), 0);
  log.add('stdout', bytes('line\n'), 0);
  log.add('stdout', bytes('later\n'), 4_096);
  expect(log.lines).toEqual([
    { stream: 'stderr', text: 'oh no' },
    { stream: 'stdout', text: 'half a line' },
    { stream: 'note', text: '… 4096 bytes were not kept …' },
    { stream: 'stdout', text: 'later' },
  ]);
});

test('control sequences never come through', () => {
  const log = new LogText();
  log.add('stdout', bytes('\u001B[2J\u001B]0;owned\u0007a\u001B[31mb\u0000c\u202E\n'), 0);
  expect(log.lines).toEqual([{ stream: 'stdout', text: 'abc' }]);
});

test('it holds no more than its bounds', () => {
  const log = new LogText();
  const many = limits.logLinesShownMax + 10;
  log.add('stdout', bytes('x\n'.repeat(many)), 0);
  expect(log.lines).toHaveLength(limits.logLinesShownMax);
  expect(log.droppedLines).toBe(10);
  log.add('stdout', bytes('y'.repeat(1_000_000)), 0);
  expect(log.lines.at(-1)?.text).toHaveLength(limits.logLineMaxLength);
});
