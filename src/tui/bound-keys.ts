import type { Context } from './place.ts';
import { DIALOG_KEYS, KEYMAP } from './keymap.ts';
import type { Answer, Binding, Command } from './keymap.ts';

type AnswerBinding = { readonly answer: Answer; readonly keys: readonly string[] };

/** Which key does what: the table of `keymap.ts`, or what the operator made of it. */
export type Keymap = {
  readonly bindings: readonly Binding[];
  /** While a question stands. */
  readonly answers: readonly AnswerBinding[];
};

export const DEFAULT_KEYMAP: Keymap = { bindings: KEYMAP, answers: DIALOG_KEYS };

/** What works where the operator is. */
export function bindingsIn({ bindings }: Keymap, context: Context): readonly Binding[] {
  return bindings.filter(({ only }) => only === undefined || only.includes(context));
}

/** What `key`, which may be a sequence such as `gg`, asks for there. */
export function commandOf(keymap: Keymap, key: string, context: Context): Command | undefined {
  return bindingsIn(keymap, context).find(({ keys }) => keys.includes(key))?.command;
}

/** Whether `key` alone means nothing there yet, but is the first of two that do. */
export function isFirstOfTwo(keymap: Keymap, key: string, context: Context): boolean {
  return bindingsIn(keymap, context).some(({ keys }) =>
    keys.some((bound) => isSequence(bound) && bound.startsWith(key)),
  );
}

/** Names of keys have three letters and more, so two characters are two keys. */
export function isSequence(key: string): boolean {
  return Array.from(key).length === 2 && key !== 'up';
}

export function answerOf({ answers }: Keymap, key: string): Answer | undefined {
  return answers.find(({ keys }) => keys.includes(key))?.answer;
}

/** The first key of an answer as it is shown; '' when it has none. */
export function answerKey({ answers }: Keymap, answer: Answer): string {
  return shownKey(answers.find((binding) => binding.answer === answer)?.keys[0] ?? '');
}

/** The keys of a command there, in the order of the keymap. */
export function keysOf(keymap: Keymap, command: Command, context: Context): readonly string[] {
  return bindingsIn(keymap, context).flatMap((binding) => (binding.command === command ? binding.keys : []));
}

/** The keys that move there, as a word: `hjkl`, or `jk` where nothing goes sideways. */
export function moveKeys(keymap: Keymap, context: Context): string {
  const commands: readonly Command[] = context === 'graph' ? ['left', 'down', 'up', 'right'] : ['down', 'up'];
  const keys = commands.flatMap((command) => {
    const bound = keysOf(keymap, command, context);
    const key = bound.find((one) => one.length === 1) ?? bound[0];
    return key === undefined ? [] : [shownKey(key)];
  });
  return keys.join(keys.every((key) => key.length === 1) ? '' : ' ');
}

const SHOWN: Readonly<Record<string, string>> = { enter: 'Enter', esc: 'Esc', tab: 'Tab', ' ': 'space' };

/** A key as footer and questions write it. */
export function shownKey(key: string): string {
  return SHOWN[key] ?? key;
}
