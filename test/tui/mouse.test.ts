import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MouseReports } from '../../src/tui/terminal/mouse.ts';
import type { MouseEvent } from '../../src/tui/terminal/mouse.ts';

/** What comes of `text` when it arrives in these pieces. */
function read(pieces: readonly string[]): { keys: string; events: MouseEvent[] } {
  const reports = new MouseReports();
  let keys = '';
  const events: MouseEvent[] = [];
  for (const piece of pieces) {
    const taken = reports.take(piece);
    keys += taken.keys;
    events.push(...taken.events);
  }
  return { keys: keys + reports.release(), events };
}

test('presses and the wheel are events; releases, drags and other buttons are nothing', () => {
  expect(read(['\u001B[<0;3;7M\u001B[<0;3;7m']).events).toEqual([{ is: 'click', x: 2, y: 6 }]);
  expect(read(['\u001B[<64;1;1M\u001B[<65;120;40M']).events).toEqual([
    { is: 'wheelUp', x: 0, y: 0 },
    { is: 'wheelDown', x: 119, y: 39 },
  ]);
  expect(read(['\u001B[<20;2;2M']).events).toEqual([{ is: 'click', x: 1, y: 1 }]);
  expect(read(['\u001B[<2;1;1M\u001B[<32;1;1M\u001B[<1;1;1M\u001B[M !!']).events).toEqual([]);
});

test('keys beside reports stay keys: arrows, Esc, and what looks like the start of a report', () => {
  expect(read(['j\u001B[<0;1;1Mk\u001B[A']).keys).toBe('jk\u001B[A');
  expect(read(['\u001B']).keys).toBe('\u001B');
  expect(read(['\u001B[<', '5x']).keys).toBe('\u001B[<5x');
});

const report = fc
  .tuple(
    fc.nat(70),
    fc.integer({ min: 1, max: 300 }),
    fc.integer({ min: 1, max: 300 }),
    fc.constantFrom('M', 'm'),
  )
  .map(([code, x, y, end]) => `\u001B[<${code};${x};${y}${end}`);
const key = fc.constantFrom(
  'j',
  'k',
  'é',
  '日',
  '\r',
  '\u001B[A',
  '\u001B[5~',
  '\u0003',
  'q',
  '1',
  ';',
  'M',
  '<',
);

test('wherever reads cut what comes, no byte of a report is ever a key, and none is lost', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          report.map((text) => ({ text, isKey: false })),
          key.map((text) => ({ text, isKey: true })),
        ),
      ),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (parts, sizes) => {
        const text = parts.map((part) => part.text).join('');
        const pieces: string[] = [];
        for (let at = 0, turn = 0; at < text.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          pieces.push(text.slice(at, at + size));
          at += size;
        }
        const { keys, events } = read(pieces);
        expect(keys).toBe(parts.map((part) => (part.isKey ? part.text : '')).join(''));
        expect(events).toEqual(read([text]).events);
      },
    ),
  );
});
