import type { Key } from 'ink';

const SPECIAL: readonly (readonly [keyof Key, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'esc'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
];

/** The keys of one input event, which may hold several (`"jjj"` from a fast typist or a slow link), by the names of the keymap. */
export function keyNames(input: string, key: Key): string[] {
  if (key.tab) return [key.shift ? 'shift-tab' : 'tab'];
  for (const [property, name] of SPECIAL) {
    if (key[property] === true) return [name];
  }
  if (key.ctrl) return [`ctrl-${input}`];
  const typed = Array.from(input, typedName);
  // No key is bound to Alt: over a slow link it is Esc and the next key that came together.
  return key.meta ? ['esc', ...typed] : typed;
}

function typedName(text: string): string {
  if (text === '\r' || text === '\n') return 'enter';
  if (text === '\t') return 'tab';
  const code = text.charCodeAt(0);
  // Ctrl and a letter, in one read with other keys.
  return code > 0 && code <= 26 ? `ctrl-${String.fromCharCode(code + 96)}` : text;
}
