import { expect, test } from 'vitest';
import { answerOf, commandOf, DIALOG_KEYS, KEYMAP } from '../../src/tui/keymap.ts';
import type { Focus } from '../../src/tui/keymap.ts';

const PANES: readonly Focus[] = ['runs', 'graph', 'log'];

test.each(PANES)('in the pane %s no key means two things', (pane) => {
  const keys = KEYMAP.filter(({ only }) => only === undefined || only.includes(pane)).flatMap(
    (binding) => binding.keys,
  );
  expect(keys).toEqual([...new Set(keys)]);
});

test('l moves in the drawing and opens the log elsewhere; L opens it everywhere', () => {
  expect(PANES.map((pane) => commandOf('l', pane))).toEqual(['log', 'right', 'log']);
  expect(PANES.map((pane) => commandOf('L', pane))).toEqual(['log', 'log', 'log']);
});

test('no key both confirms and closes a question, and nothing but y and Enter can confirm', () => {
  const keys = DIALOG_KEYS.flatMap((binding) => binding.keys);
  expect(keys).toEqual([...new Set(keys)]);
  expect(
    DIALOG_KEYS.filter(({ answer }) => answer === 'yes' || answer === 'press').flatMap(({ keys }) => keys),
  ).toEqual(['y', 'Y', 'enter']);
  for (const key of ['r', 'R', 'x', 't', ' ']) expect(answerOf(key)).toBeUndefined();
});
