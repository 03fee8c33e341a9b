/** Keys as people write them, and what the keymap calls them. */

/** Those that are no character; `space` is one, but cannot be seen. */
export const KEY_NAMES: readonly string[] = [
  'enter',
  'esc',
  'tab',
  'shift-tab',
  'space',
  'backspace',
  'up',
  'down',
  'left',
  'right',
  'home',
  'end',
  'pageup',
  'pagedown',
];

const OTHER_NAMES: Readonly<Record<string, string>> = {
  return: 'enter',
  escape: 'esc',
  delete: 'backspace',
  pgup: 'pageup',
  pgdn: 'pagedown',
  pgdown: 'pagedown',
  'page-up': 'pageup',
  'page-down': 'pagedown',
  's-tab': 'shift-tab',
  bksp: 'backspace',
};

/** A terminal sends the same for these as for Tab, Enter, Backspace and Enter. */
const SAME_AS: Readonly<Record<string, string>> = {
  'ctrl-i': 'tab',
  'ctrl-m': 'enter',
  'ctrl-h': 'backspace',
  'ctrl-j': 'enter',
};

/** The name of a key, or of two pressed one after the other, that is written so; undefined when there is none. */
export function keyNamed(text: string): string | undefined {
  if (text === ' ') return ' ';
  const characters = Array.from(text);
  if (characters.length === 1) return isVisible(text) ? text : undefined;
  const lower = text.toLowerCase();
  const name = Object.hasOwn(OTHER_NAMES, lower) ? OTHER_NAMES[lower] : lower;
  if (name !== undefined && KEY_NAMES.includes(name)) return name === 'space' ? ' ' : name;
  const letter = /^(?:ctrl[-+]|c-|\^)([a-z])$/u.exec(lower)?.[1];
  if (letter !== undefined) return SAME_AS[`ctrl-${letter}`] ?? `ctrl-${letter}`;
  // Whoever writes F1 means the key, which the screen is not told of.
  const isTwo = characters.length === 2 && characters.every(isVisible) && !/^f\d$/u.test(lower);
  return isTwo ? text : undefined;
}

const BRIEF: Readonly<Record<string, string>> = {
  ' ': 'space',
  'shift-tab': 'S-tab',
  backspace: 'bksp',
  pageup: 'pgup',
  pagedown: 'pgdn',
};

/** A key in few cells; `keyNamed` knows it so too. */
export function briefKey(key: string): string {
  return key.startsWith('ctrl-') ? `^${key.slice('ctrl-'.length)}` : (BRIEF[key] ?? key);
}

/** One that is typed alone and takes a cell. */
function isVisible(character: string): boolean {
  return /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character);
}
