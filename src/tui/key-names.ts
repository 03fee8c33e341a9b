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
  const typed = Array.from(input, (text) =>
    text === '\r' || text === '\n' ? 'enter' : text === '\t' ? 'tab' : text,
  );
  // No key is bound to Alt: over a slow link it is Esc and the next key that came together.
  return key.meta ? ['esc', ...typed] : typed;
}
