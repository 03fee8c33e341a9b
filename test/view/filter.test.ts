import { expect, test } from 'vitest';
import { filterOf } from '../../src/view/filter.ts';

const ITEMS = [
  { text: 'extract on srv-1', state: 'succeeded', server: 'srv-1' },
  { text: 'load on srv-2', state: 'failed', server: 'srv-2' },
  { text: 'load again', state: 'timed out', server: 'srv-12' },
  { text: 'publish', state: 'waiting', server: '' },
];

test.each([
  ['', [0, 1, 2, 3]],
  ['   ', [0, 1, 2, 3]],
  ['load', [1, 2]],
  ['LOAD', [1, 2]],
  ['!load', [0, 3]],
  ['^load.*n$', [2]],
  ['load on', [1]],
  ['state:failed', [1]],
  ['state:timed_out', [2]],
  ['!state:succeeded', [1, 2, 3]],
  ['srv:srv-1', [0, 2]],
  ['server:srv-2', [1]],
  ['!srv:srv-1 load', [1]],
  ['state:failed state:waiting', []],
  ['(', []],
  ['!', [0, 1, 2, 3]],
] as const)('%j lets through', (filter, expected) => {
  const matches = filterOf(filter);
  expect(ITEMS.flatMap((item, at) => (matches(item) ? [at] : []))).toEqual(expected);
});
