import { expect, test } from 'vitest';
import { filterOf, readFilter } from '../../src/view/filter.ts';

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

test('a word looks at the node or the stream of a line', () => {
  const line = { text: 'no such disk', node: 'load', stream: 'stderr' };
  expect(filterOf('node:load stream:stderr disk')(line)).toBe(true);
  expect(filterOf('stream:stdout')(line)).toBe(false);
  expect(filterOf('!node:load')(line)).toBe(false);
});

test('smart case: a capital letter asks for itself, and an escape is none', () => {
  const isIn = (filter: string, text: string): boolean => readFilter(filter, 'smart').matches({ text });
  expect(isIn('error', 'ERROR')).toBe(true);
  expect(isIn('Error', 'ERROR')).toBe(false);
  expect(isIn('Err.r', 'Error')).toBe(true);
  expect(isIn('\\Werror', ' ERROR')).toBe(true);
});

test('it says where it matches, and why an expression is none', () => {
  expect(readFilter('o+', 'smart').spansIn('foo to')).toEqual([
    [1, 3],
    [5, 6],
  ]);
  expect(readFilter('x*', 'smart').spansIn('axb')).toEqual([[1, 2]]);
  expect(readFilter('!o', 'smart').spansIn('foo')).toEqual([]);
  const broken = readFilter('f(o', 'smart');
  expect(broken.problem).toBe('Unterminated group');
  expect(broken.matches({ text: 'if(ok)' })).toBe(true);
  expect(broken.spansIn('if(ok)')).toEqual([[1, 4]]);
});
