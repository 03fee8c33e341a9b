import { expect, test } from 'vitest';
import { answerOf, commandOf, DEFAULT_KEYMAP, moveKeys } from '../../src/tui/bound-keys.ts';
import { keyNamed } from '../../src/tui/key-text.ts';
import { VIEWS } from '../../src/tui/place.ts';
import { BINDABLE, boundKeys, keyProblems, rebind } from '../../src/tui/rebinding.ts';

const wishes = (keys: Readonly<Record<string, readonly string[]>>) => new Map(Object.entries(keys));

test('a command answers to its new keys alone, wherever one of its old ones did', () => {
  const keymap = rebind(wishes({ trigger: ['T', 'ctrl-t'], log: ['O'], turn: [] }));
  expect(['T', 'ctrl-t', 't'].map((key) => commandOf(keymap, key, 'list'))).toEqual([
    'trigger',
    'trigger',
    undefined,
  ]);
  for (const context of ['list', 'log', ...VIEWS] as const) {
    expect(commandOf(keymap, 'O', context)).toBe('log');
    expect(commandOf(keymap, '5', context)).toBeUndefined();
    expect(commandOf(keymap, 'o', context)).toBeUndefined();
  }
});

test('a command of several places stands once for each in the new keymap', () => {
  const { bindings } = rebind(wishes({ log: ['O'], open: ['e'], right: ['e'] }));
  const places = (command: string) =>
    bindings
      .filter((binding) => binding.command === command)
      .flatMap(({ only }): readonly string[] => only ?? ['everywhere']);
  for (const command of ['log', 'open', 'right'])
    expect(places(command)).toEqual([...new Set(places(command))]);
  expect(places('right')).toEqual(['everywhere']);
  expect(places('log')).toHaveLength(2 + VIEWS.length);
});

test('the answers to a question can be bound too', () => {
  const keymap = rebind(wishes({ yes: ['J'], close: ['esc'] }));
  expect(['J', 'y', 'n', 'esc'].map((key) => answerOf(keymap, key))).toEqual([
    'yes',
    undefined,
    undefined,
    'close',
  ]);
});

test('names of commands and of answers are apart, and nothing that is bound by default clashes', () => {
  expect(BINDABLE).toEqual([...new Set(BINDABLE)]);
  expect(keyProblems(new Map())).toEqual([]);
  expect([...boundKeys(DEFAULT_KEYMAP).keys()]).toEqual([...BINDABLE]);
});

test('every default key is one that a file can name', () => {
  for (const keys of boundKeys(DEFAULT_KEYMAP).values())
    for (const key of keys) expect(keyNamed(key)).toBe(key);
});

test.each([
  ['ctrl-I', 'tab'],
  ['^m', 'enter'],
  ['C-h', 'backspace'],
  ['ctrl+x', 'ctrl-x'],
  ['Space', ' '],
  ['ESCAPE', 'esc'],
  ['é', 'é'],
  ['日', '日'],
  ['dd', 'dd'],
])('%s is the key %s, as terminals send it', (text, key) => {
  expect(keyNamed(text)).toBe(key);
});

test.each(['', 'ctrl-', 'ctrl-1', 'abc', 'f1', 'shift-a', '\u0007', 'a ', '\u200B', 'toString'])(
  '%j is no key',
  (text) => {
    expect(keyNamed(text)).toBeUndefined();
  },
);

test('what moves is said with the keys that do', () => {
  expect(moveKeys(DEFAULT_KEYMAP, 'graph')).toBe('hjkl');
  expect(moveKeys(DEFAULT_KEYMAP, 'list')).toBe('jk');
  expect(moveKeys(rebind(wishes({ left: ['left'], down: ['n', 'down'] })), 'graph')).toBe('left n k l');
  expect(moveKeys(rebind(wishes({ up: [], down: [] })), 'list')).toBe('');
});
