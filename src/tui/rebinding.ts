import { VIEWS } from './place.ts';
import type { Context } from './place.ts';
import { bindingsIn, DEFAULT_KEYMAP, isSequence, shownKey } from './bound-keys.ts';
import type { Keymap } from './bound-keys.ts';
import { DIALOG_KEYS, KEYMAP } from './keymap.ts';
import type { Binding, Command } from './keymap.ts';

/** The keys of commands, by name, instead of those that they have by default. */
export type KeyWishes = ReadonlyMap<string, readonly string[]>;

/** What keys can be bound to: commands, and the answers to a question. */
export const BINDABLE: readonly string[] = [
  ...new Set([...KEYMAP.map(({ command }) => command), ...DIALOG_KEYS.map(({ answer }) => answer)]),
];

/** Without them nobody finds a way on, or out. */
const NEVER_WITHOUT: readonly string[] = ['quit', 'help', 'close'];

const CONTEXTS: readonly Context[] = ['list', 'log', ...VIEWS];

/** The default keymap with other keys; a command's new keys work wherever one of its old ones did. */
export function rebind(wishes: KeyWishes): Keymap {
  if (wishes.size === 0) return DEFAULT_KEYMAP;
  const bindings: Binding[] = [];
  for (const binding of DEFAULT_KEYMAP.bindings) {
    const keys = wishes.get(binding.command);
    if (keys === undefined) bindings.push(binding);
    else if (keys.length > 0) {
      const only = placesLeft(binding, bindings);
      if (only === undefined || only.length > 0) bindings.push(withKeys(binding, keys, only));
    }
  }
  const answers = DEFAULT_KEYMAP.answers.map(({ answer, keys }) => ({
    answer,
    keys: wishes.get(answer) ?? keys,
  }));
  return { bindings, answers };
}

/** Where the binding works and none before it does the same. */
function placesLeft({ command, only }: Binding, before: readonly Binding[]): readonly Context[] | undefined {
  const same = before.filter((binding) => binding.command === command);
  if (same.length === 0) return only;
  return (only ?? CONTEXTS).filter((context) =>
    same.every((binding) => binding.only !== undefined && !binding.only.includes(context)),
  );
}

/** A word for several keys in the footer, such as `1-8`, holds no more when one of them is another. */
function withKeys(binding: Binding, keys: readonly string[], only: readonly Context[] | undefined): Binding {
  const { hintKey: _word, ...rest } = binding;
  return only === undefined ? { ...rest, keys } : { ...rest, keys, only };
}

type KeyProblem = { readonly command: string; readonly message: string; readonly hint: string };

/** What is wrong with the keys that somebody wishes for: two meanings of one key, and what would be out of reach. */
export function keyProblems(wishes: KeyWishes): readonly KeyProblem[] {
  const keymap = rebind(wishes);
  const found = new Map<string, KeyProblem>();
  const report = (first: Bound, second: Bound, where: string): void => {
    const mine = wishes.has(second.name) ? second : first;
    const other = mine === first ? second : first;
    const key = shownKey(mine.key);
    const message =
      mine.key === other.key
        ? `the key ${key} is both ${mine.name} and ${other.name} ${where}`
        : `the keys ${key} (${mine.name}) and ${shownKey(other.key)} (${other.name}) begin alike ${where}`;
    const id = `${[mine.name, other.name].toSorted().join(' ')} ${mine.key} ${other.key}`;
    if (!found.has(id)) {
      const hint = `bind ${other.name} to another key too, or to null`;
      found.set(id, { command: mine.name, message, hint });
    }
  };
  for (const context of CONTEXTS) {
    const bound = bindingsIn(keymap, context).flatMap(({ command, keys }) => boundTo(command, keys));
    clashes(bound, (first, second) => report(first, second, `(${context})`));
  }
  const answers = keymap.answers.flatMap(({ answer, keys }) => boundTo(answer, keys));
  clashes(answers, (first, second) => report(first, second, 'while a question stands'));
  return [...found.values(), ...unreachable(wishes)];
}

type Bound = { readonly name: string; readonly key: string };

function boundTo(name: string, keys: readonly string[]): Bound[] {
  return keys.map((key) => ({ name, key }));
}

function clashes(bound: readonly Bound[], onClash: (first: Bound, second: Bound) => void): void {
  const byKey = new Map<string, Bound>();
  const byStart = new Map<string, Bound>();
  for (const one of bound) {
    const before = byKey.get(one.key);
    if (before !== undefined && before.name !== one.name) onClash(before, one);
    byKey.set(one.key, before ?? one);
    if (isSequence(one.key)) byStart.set(Array.from(one.key)[0] ?? '', one);
  }
  for (const one of bound) {
    const longer = byStart.get(one.key);
    if (longer !== undefined && longer.name !== one.name) onClash(longer, one);
  }
}

function unreachable(wishes: KeyWishes): KeyProblem[] {
  return NEVER_WITHOUT.filter((name) => wishes.get(name)?.length === 0).map((command) => ({
    command,
    message: `${command} is left without any key`,
    hint: 'bind one, or remove the entry',
  }));
}

/** The keys of everything that can be bound, as they are in force. */
export function boundKeys(keymap: Keymap): ReadonlyMap<string, readonly string[]> {
  const commands = new Set<Command>(KEYMAP.map(({ command }) => command));
  const keysOf = (command: Command): string[] => [
    ...new Set(keymap.bindings.flatMap((binding) => (binding.command === command ? binding.keys : []))),
  ];
  return new Map<string, readonly string[]>([
    ...[...commands].map((command) => [command, keysOf(command)] as const),
    ...keymap.answers.map(({ answer, keys }) => [answer, keys] as const),
  ]);
}
