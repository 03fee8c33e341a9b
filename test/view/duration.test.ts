import { expect, test } from 'vitest';
import { ageText, durationText } from '../../src/view/duration.ts';

test.each([
  [0, '0.0s'],
  [-5, '0.0s'],
  [449, '0.4s'],
  [9_999, '9.9s'],
  [10_000, '10s'],
  [59_999, '59s'],
  [60_000, '1m00s'],
  [3_599_999, '59m59s'],
  [3_600_000, '1h00m'],
  [86_400_000, '1d00h'],
  [99 * 86_400_000, '99d00h'],
  [Number.NaN, '0.0s'],
])('%d ms is %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test.each([
  [-3, 'now'],
  [999, 'now'],
  [1_000, '1s'],
  [59_999, '59s'],
  [60_000, '1m'],
  [7_200_000, '2h'],
  [172_800_000, '2d'],
])('%d ms ago is %s', (ms, text) => {
  expect(ageText(ms)).toBe(text);
});
