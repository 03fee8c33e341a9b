import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { textWidth } from '../../src/graph/text.ts';
import { lastPlace, movePlace, rowsFrom, rowSlices } from '../../src/view/log-rows.ts';
import type { LogWindow } from '../../src/view/log-rows.ts';
import { LogScript } from '../support/log-lines.ts';

const cut = (text: string, width: number): string[] =>
  rowSlices(text, width).map((slice) => text.slice(...slice));

test.each([
  ['', 4, ['']],
  ['abcd', 4, ['abcd']],
  ['abcde', 4, ['abcd', 'e']],
  ['日本語', 4, ['日本', '語']],
  ['a日本', 4, ['a日', '本']],
  ['日本', 1, ['日', '本']],
  ['éa\u0301bc', 2, ['éa\u0301', 'bc']],
] as const)('%j in %i cells', (text, width, rows) => {
  expect(cut(text, width)).toEqual(rows);
});

test('rows are the whole text, and none is too wide', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', ' ', 'é', '日', '😀', 'ｱ', '-'), maxLength: 60 });
  fc.assert(
    fc.property(texts, fc.integer({ min: 2, max: 20 }), (text, width) => {
      const rows = cut(text, width);
      expect(rows.join('')).toBe(text);
      for (const row of rows) expect(textWidth(row)).toBeLessThanOrEqual(width);
    }),
  );
});

/** Lines of 1, 3, 1 and 2 rows. */
const window: LogWindow = {
  lines: new LogScript().writes(`a\n${'b'.repeat(12)}\nc\n${'d'.repeat(8)}\n`).text.lines,
  width: 5,
  height: 4,
  isWrapped: true,
};
const shown = (index: number, row: number): string =>
  rowsFrom({ index, row }, window)
    .map((one) => `${one.line.text[0]}${one.row}`)
    .join(' ');

test('wrapped lines are scrolled row by row', () => {
  expect(shown(0, 0)).toBe('a0 b0 b1 b2');
  expect(movePlace({ index: 0, row: 0 }, 2, window)).toEqual({ index: 1, row: 1 });
  expect(shown(1, 1)).toBe('b1 b2 c0 d0');
  expect(movePlace({ index: 1, row: 1 }, -1, window)).toEqual({ index: 1, row: 0 });
  expect(movePlace({ index: 1, row: 1 }, -9, window)).toEqual({ index: 0, row: 0 });
});

test('the last place is the one from which the pane is full', () => {
  expect(lastPlace(window)).toEqual({ index: 1, row: 2 });
  expect(shown(1, 2)).toBe('b2 c0 d0 d1');
  expect(lastPlace({ ...window, isWrapped: false })).toEqual({ index: 0, row: 0 });
  expect(lastPlace({ ...window, height: 50 })).toEqual({ index: 0, row: 0 });
});
