import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitLine, lineWidth, span, spreadLine } from '../../src/tui/span.ts';

const texts = fc.array(
  fc.string({ unit: fc.constantFrom('a', ' ', 'é', '日', '🙂', '\u001B[31m', '\n', '\u0007') }),
  {
    maxLength: 4,
  },
);

test('a fitted line is exactly as wide as asked, whatever stands in it', () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 40 }), (parts, width) => {
      const line = fitLine(
        parts.map((part) => span(part)),
        width,
      );
      expect(lineWidth(line)).toBe(width);
      // oxlint-disable-next-line no-control-regex -- that none is left is the point
      expect(line.map(({ text }) => text).join('')).not.toMatch(/[\u0000-\u001F]/);
    }),
  );
});

test('of two ends the right one is kept', () => {
  const text = spreadLine([span('a long name')], [span(' 3/7')], 10)
    .map((part) => part.text)
    .join('');
  expect(text).toBe('a lon… 3/7');
});
