const REPLACEMENTS: ReadonlyMap<string, string> = new Map([
  ['─', '-'],
  ['━', '='],
  ['═', '='],
  ['│', '|'],
  ['║', '|'],
  ['╔', '+'],
  ['╗', '+'],
  ['╚', '+'],
  ['╝', '+'],
  ['…', '~'],
  ['–', '-'],
  ['−', '-'],
  ['×', 'x'],
  ['▸', '>'],
  ['›', '>'],
  ['←', '<'],
  ['→', '>'],
  ['↑', '^'],
  ['↓', 'v'],
]);

/** A cell as ASCII; what has no likeness is `?`. */
export function asciiCell(text: string): string {
  if (text === '') return '?';
  if (text.length === 1 && text >= ' ' && text <= '~') return text;
  return REPLACEMENTS.get(text) ?? '?';
}
