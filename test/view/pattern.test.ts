import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from '../../src/model/limits.ts';
import { Pattern } from '../../src/view/pattern.ts';

const foundIn = (source: string, text: string, ignoresCase = false): string | undefined => {
  const span = new Pattern(source, ignoresCase).find(text);
  return span === undefined ? undefined : text.slice(...span);
};

test.each([
  ['err(or)?', 'an error', 'error'],
  ['a|ab', 'ab', 'a'],
  ['a+?', 'aaa', 'a'],
  ['"[^"]*"', 'say "yes" or "no"', '"yes"'],
  [String.raw`\d{2,3}`, 'took 12345', '123'],
  [String.raw`\bfoo\b`, 'food foo', 'foo'],
  [String.raw`\p{Lu}+`, 'ab ÄÖ', 'ÄÖ'],
  [String.raw`\u{1F600}`, 'ok 😀', '😀'],
  ['^.$', '😀', '😀'],
  ['(?<year>2[0-9]{3})', 'in 2026', '2026'],
  ['x*', 'aaa', ''],
  ['(a*)*b', 'aaab', 'aaab'],
  ['^$', '', ''],
  ['z', 'abc', undefined],
] as const)('%s finds in %s: %s', (source, text, expected) => {
  expect(foundIn(source, text)).toBe(expected);
});

test('letters match either case where that is asked for', () => {
  expect(foundIn('straße', 'STRAßE', true)).toBe('STRAßE');
  expect(foundIn('[a-c]+', 'xABC', true)).toBe('ABC');
  expect(foundIn('abc', 'ABC', false)).toBeUndefined();
});

/** Patterns as somebody may type them. */
const patterns = fc
  .letrec<{ node: string; atom: string }>((tie) => ({
    atom: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'c', '.', '[ab]', '[^a]', '\\w', '\\b', '^', '$') },
      tie('node').map((node) => `(?:${node})`),
    ),
    node: fc
      .array(fc.tuple(tie('atom'), fc.constantFrom('', '', '', '*', '+', '?', '*?', '{2}', '{1,3}', '|')), {
        minLength: 1,
        maxLength: 4,
      })
      .map((parts) =>
        parts.map(([atom, times]) => (isPlace(atom) && times !== '|' ? atom : atom + times)).join(''),
      ),
  }))
  .node.filter(({ length }) => length <= 24);

const isPlace = (atom: string): boolean => ['\\b', '^', '$'].includes(atom);

test('it finds what the language itself finds', () => {
  fc.assert(
    fc.property(patterns, fc.stringMatching(/^[abc A]{0,12}$/), fc.boolean(), (source, text, ignoresCase) => {
      const own = new RegExp(source, ignoresCase ? 'iu' : 'u').exec(text);
      const span = new Pattern(source, ignoresCase).find(text);
      expect(span?.[0]).toBe(own?.index);
      // A repeated group that took nothing may go on elsewhere: what is found begins at the same place all the same.
      if (!source.includes('(')) expect(span?.[1]).toBe(own === null ? undefined : own.index + own[0].length);
    }),
    { numRuns: 2_000 },
  );
});

test.each(['(a+)+b', '(a|a)*b', '(.*)*x', '.*.*.*.*.*x', '(a?){50}a{50}b', '((a*)*)*b'])(
  '%s costs no more than its size times the length of the line',
  (source) => {
    const pattern = new Pattern(source, true);
    const text = 'a'.repeat(limits.logLineMaxLength);
    expect(pattern.find(text)).toBeUndefined();
    expect(pattern.work).toBeLessThan(3 * limits.patternMaxSteps * text.length);
  },
);

test.each([
  ['(', 'Unterminated group'],
  ['[a', 'Unterminated character class'],
  ['*', 'Nothing to repeat'],
  ['(?=a)b', 'it looks ahead or behind, which is not offered'],
  ['(?<!a)b', 'it looks ahead or behind, which is not offered'],
  [String.raw`(a)\1`, 'it refers back to a group, which is not offered'],
  ['a{1000}', 'it is too large'],
  ['((a{20}){20}){20}', 'it is too large'],
  ['a'.repeat(limits.patternMaxLength + 1), 'it is too long'],
])('%s is refused: %s', (source, problem) => {
  expect(() => new Pattern(source, false)).toThrow(problem);
});

test('what takes nothing may be repeated at will', () => {
  expect(foundIn('(((){99999}){99999}){99999}a', 'ba')).toBe('a');
});
