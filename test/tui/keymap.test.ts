import { VIEWS } from '../../src/tui/place.ts';
import type { Context } from '../../src/tui/place.ts';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withKeyTable } from '../../scripts/keys.ts';
import { answerOf, commandOf, DEFAULT_KEYMAP } from '../../src/tui/bound-keys.ts';
import { DIALOG_KEYS, KEYMAP } from '../../src/tui/keymap.ts';

const PANES: readonly Context[] = ['list', 'log', ...VIEWS];

test.each(PANES)('in the pane %s no key means two things', (pane) => {
  const keys = KEYMAP.filter(({ only }) => only === undefined || only.includes(pane)).flatMap(
    (binding) => binding.keys,
  );
  expect(keys).toEqual([...new Set(keys)]);
});

test('l moves in the drawing and opens the log elsewhere; L opens it everywhere', () => {
  const panes = ['list', 'graph', 'log'] as const;
  expect(panes.map((pane) => commandOf(DEFAULT_KEYMAP, 'l', pane))).toEqual(['log', 'right', 'log']);
  expect(panes.map((pane) => commandOf(DEFAULT_KEYMAP, 'L', pane))).toEqual(['log', 'log', 'log']);
});

test('no key both confirms and closes a question, and nothing but y and Enter can confirm', () => {
  const keys = DIALOG_KEYS.flatMap((binding) => binding.keys);
  expect(keys).toEqual([...new Set(keys)]);
  expect(
    DIALOG_KEYS.filter(({ answer }) => answer === 'yes' || answer === 'press').flatMap(({ keys }) => keys),
  ).toEqual(['y', 'Y', 'enter']);
  for (const key of ['r', 'R', 'x', 't', ' ']) expect(answerOf(DEFAULT_KEYMAP, key)).toBeUndefined();
});

test('the README lists the keys as they are (npx node scripts/keys.ts writes them)', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(readme).toBe(withKeyTable(readme));
});
