import { describe, expect, it, test } from 'vitest';
import { cellsOf, fitText, sanitizeText, textWidth } from '../../src/graph/text.ts';

describe('a text that others wrote', () => {
  test.each([
    ['a colour', '\u001B[31mred\u001B[0m', 'red'],
    ['a colour in C1', '\u009B31mred', 'red'],
    ['a cut escape', 'end\u001B[', 'end'],
    ['a window title', '\u001B]0;owned\u0007name', 'name'],
    ['a link', '\u001B]8;;http://x\u001B\\name\u001B]8;;\u001B\\', 'name'],
    ['a device string', '\u001BPq#0\u001B\\name', 'name'],
    ['a reset', '\u001Bcname', 'name'],
    ['line ends and tabs', 'a\r\nb\tc', 'a b c'],
    ['bells and backspaces', 'a\u0007\u0008b', 'ab'],
    ['bidirectional controls', '\u202Eevil\u2066\u200F', 'evil'],
    ['invisible characters', 'a\u200Bb\uFEFFc\u00ADd\u{E0041}', 'abcd'],
    ['lone surrogates', 'a\uD800b', 'ab'],
    ['piled up marks', `e${'\u0301'.repeat(50)}`, `\u00E9${'\u0301'.repeat(3)}`],
    ['a mark on nothing', '\u0301a', 'a'],
    ['a family', '👨\u200D👩', '👨👩'],
  ])('is rid of %s', (_, hostile, clean) => {
    expect(sanitizeText(hostile)).toBe(clean);
  });

  it('stays as it is when it is plain', () => {
    expect(sanitizeText('żółw 日本 שלום ok')).toBe('żółw 日本 שלום ok');
  });
});

test.each([
  ['plain', 5],
  ['日本', 4],
  ['한국어', 6],
  ['e\u0301', 1],
  ['🚀', 2],
  ['🇩🇪', 2],
  ['שלום', 4],
  ['│▼✓…', 4],
  ['ﾊﾟ', 2],
])('%s takes %i cells', (text, width) => {
  expect(textWidth(text)).toBe(width);
  expect(cellsOf(text)).toHaveLength(width);
});

test.each([
  ['short', 8, 'short   '],
  ['exactly', 7, 'exactly'],
  ['rather long', 7, 'rather…'],
  ['日本語', 6, '日本語'],
  ['日本語', 5, '日本…'],
  ['日本語', 4, '日… '],
  ['anything', 1, '…'],
  ['anything', 0, ''],
  ['x'.repeat(1_000_000), 3, 'xx…'],
])('fits %s into %i cells', (text, width, fitted) => {
  expect(fitText(text, width)).toBe(fitted);
});

it('signs that are taken one by one never join with what stands beside them', () => {
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const ranges = [
    [0x20, 0x7e],
    [0xa1, 0x2ff],
    [0x2010, 0x2027],
    [0x2190, 0x2bff],
  ] as const;
  const all = ranges.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, at) => String.fromCodePoint(first + at)),
  );
  for (const sign of all) {
    for (const other of ['a', '─', '✓', sign]) {
      const text = `${other}${sign}${sign}${other}`;
      const parts = Array.from(segmenter.segment(text), ({ segment }) => segment);
      expect(cellsOf(text), text).toEqual(parts.flatMap((part) => cellsOf(part)));
      expect(parts, text).toHaveLength(4);
    }
  }
});
