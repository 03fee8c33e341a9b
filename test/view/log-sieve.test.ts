import { expect, test } from 'vitest';
import { limits } from '../../src/model/limits.ts';
import { LogSieve } from '../../src/view/log-sieve.ts';
import { LogScript } from '../support/log-lines.ts';

const script = (): LogScript => {
  const log = new LogScript();
  log.writes('start\nerror: disk\n').writes('Error again\n', { stream: 'stderr' });
  log.writes('fine\n', { source: log.source('check', 'srv-2') });
  return log;
};

test.each([
  ['', ['start', 'error: disk', 'Error again', 'fine']],
  ['error', ['error: disk', 'Error again']],
  ['Error', ['Error again']],
  ['!error', ['start', 'fine']],
  ['stream:stderr', ['Error again']],
  ['srv:srv-2', ['fine']],
  ['node:load st', ['start']],
  ['^(start|fine)$', ['start', 'fine']],
  ['disk(', []],
])('%j lets through', (filter, expected) => {
  const { lines, isDone } = new LogSieve().sift(script().text.lines, filter);
  expect(lines.map(({ text }) => text)).toEqual(expected);
  expect(isDone).toBe(true);
});

test('a line that grows is looked at again', () => {
  const [sieve, log] = [new LogSieve(), new LogScript().writes('beg')];
  expect(sieve.sift(log.text.lines, 'begun').lines).toHaveLength(0);
  log.writes('un');
  expect(sieve.sift(log.text.lines, 'begun').lines).toHaveLength(1);
});

test('an expression that costs much is worked off in several looks, newest lines first', () => {
  const log = new LogScript().writes(`${'a'.repeat(limits.logLineMaxLength - 1)}b\n`.repeat(30));
  const { lines } = log.text;
  const sieve = new LogSieve();
  const costly = '(a?){50}a{50}b';
  const first = sieve.sift(lines, costly);
  expect(first.isDone).toBe(false);
  expect(first.lines.at(-1)).toBe(lines.at(-1));
  let looks = 1;
  for (let sifted = first; !sifted.isDone; looks += 1) sifted = sieve.sift(lines, costly);
  expect(sieve.sift(lines, costly)).toEqual({ lines, isDone: true });
  expect(looks).toBeGreaterThan(2);
});
