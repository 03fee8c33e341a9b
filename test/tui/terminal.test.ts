import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellsOf } from '../../src/graph/text.ts';
import { Cells } from '../../src/tui/terminal/cells.ts';
import { difference } from '../../src/tui/terminal/difference.ts';
import { readFrame } from '../../src/tui/terminal/frame-reader.ts';
import { Terminal } from '../../src/tui/terminal/terminal.ts';
import type { TerminalOutput } from '../../src/tui/terminal/terminal.ts';
import { TestTerminal } from '../support/tui-terminal.ts';

const WIDTH = 12;
const HEIGHT = 4;

function cellsOfText(text: string): Cells {
  const cells = new Cells(WIDTH, HEIGHT);
  readFrame(text, cells);
  return cells;
}

const screens = fc.array(
  fc.array(
    fc.record({
      x: fc.nat(WIDTH - 1),
      y: fc.nat(HEIGHT - 1),
      text: fc.constantFrom('a', 'b', '日', '─', ' '),
      style: fc.constantFrom('', '1', '32', '2;31'),
    }),
    { maxLength: 30 },
  ),
  { minLength: 1, maxLength: 6 },
);

test('a terminal that gets only differences shows what it should, frame after frame', () => {
  fc.assert(
    fc.property(screens, (frames) => {
      const terminal = new TestTerminal(WIDTH, HEIGHT);
      let before: Cells | undefined;
      for (const frame of frames) {
        const cells = new Cells(WIDTH, HEIGHT);
        for (const { x, y, text, style } of frame) {
          for (const [at, cell] of cellsOf(text).entries())
            if (x + 1 < WIDTH) cells.put(x + at, y, cell, style);
        }
        terminal.write(difference(before, cells));
        before = cells;
        expect(terminal.text).toBe(cells.toText());
        for (let y = 0; y < HEIGHT; y += 1) {
          for (let x = 0; x < WIDTH; x += 1) {
            if (cells.text(x, y) !== '') expect(terminal.styleAt(x, y)).toBe(cells.style(x, y));
          }
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('nothing is written when nothing changed, and little when little did', () => {
  const before = cellsOfText('one\ntwo');
  expect(difference(before, cellsOfText('one\ntwo'))).toBe('');
  expect(difference(before, cellsOfText('one\ntwx'))).toBe('\u001B[2;3Hx');
});

test('a frame of Ink is read with its styles, and any other escape is not', () => {
  const cells = cellsOfText('\u001B[1m\u001B[32mok\u001B[39m\u001B[22m no\n\u001B[7mx\u001B[27m\u0007y');
  expect(cells.toText().trimEnd()).toBe('ok no\nxy');
  expect([cells.style(0, 0), cells.style(3, 0), cells.style(0, 1), cells.style(1, 1)]).toEqual([
    '1;32',
    '',
    '7',
    '',
  ]);
});

test('a process that dies leaves the terminal as it was, and only once', () => {
  const screen = new TestTerminal(WIDTH, HEIGHT);
  const terminal = new Terminal({
    write: (text) => screen.write(text),
    onDrain: () => undefined,
    writeNow: (text) => screen.write(text),
    flush: () => Promise.resolve(),
    end: () => Promise.resolve(),
  });
  terminal.enter();
  terminal.show(() => cellsOfText('hello'));
  terminal.leaveNow();
  expect(Object.fromEntries(screen.modes)).toEqual({ '1049': false, '25': true, '7': true });
  const { writes } = screen;
  terminal.leaveNow();
  terminal.show(() => cellsOfText('too late'));
  expect(screen.writes).toBe(writes);
});

test('while the terminal is slow, frames are skipped, and the newest comes when it has drained', () => {
  const written: string[] = [];
  let drain = (): void => undefined;
  let takes = true;
  const output: TerminalOutput = {
    write: (text) => {
      written.push(text);
      return takes;
    },
    onDrain: (listener) => {
      drain = listener;
    },
    writeNow: () => undefined,
    flush: () => Promise.resolve(),
    end: () => Promise.resolve(),
  };
  const terminal = new Terminal(output);
  terminal.enter();
  takes = false;
  terminal.show(() => cellsOfText('first'));
  const before = written.length;
  terminal.show(() => cellsOfText('second'));
  terminal.show(() => cellsOfText('third'));
  expect(written).toHaveLength(before);
  takes = true;
  drain();
  expect(written).toHaveLength(before + 1);
  expect(written.at(-1)).toContain('third'.slice(0, 1));
  expect(written.at(-1)).not.toContain('second');
  expect(terminal.dropped).toBe(1);
});
