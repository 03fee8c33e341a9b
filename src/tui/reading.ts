import { filterOf } from '../view/filter.ts';
import { commandOf, isFirstOfTwo } from './bound-keys.ts';
import type { Command } from './keymap.ts';
import { wrapText } from './panes/wrap.ts';
import type { Reading, UiState } from './ui-state.ts';

/** What shows a text to read, in cells, without its frame. */
export type Page = { readonly width: number; readonly height: number };

type Find = NonNullable<Reading['find']>;

const FIND_MAX_LENGTH = 200;
/** A text is moved through, and searched, with the keys of the drawing. */
const KEYS_OF = 'graph';

/** The room for a text on a screen of that size: around it stand the frame, a title and an empty line. */
export function pageOf(width: number, height: number): Page {
  return { width: Math.max(1, width - 6), height: Math.max(1, height - 6) };
}

/** A key while there is a text to read: it moves, searches, or closes. */
export function readOn(ui: UiState, reading: Reading, key: string, page: Page): UiState {
  const to = (next: Reading): UiState => ({ ...ui, dialog: next, pendingKey: undefined });
  const { find } = reading;
  if (find?.isTyped === true) return to(typeSearch(reading, find.text, key, page));
  const top = Math.min(reading.top, lastTop(reading.lines, page));
  const scrollTo = (line: number): UiState =>
    to(scrolled(withSearch(reading, find && typed(find.text, false)), line, page));
  const { keymap, pendingKey } = ui;
  if (pendingKey === undefined && isFirstOfTwo(keymap, key, KEYS_OF)) return { ...ui, pendingKey: key };
  const command = key === ' ' ? 'pageDown' : commandOf(keymap, (pendingKey ?? '') + key, KEYS_OF);
  if (!isReadingCommand(command)) {
    // The first Esc ends the search, the second the reading.
    if (key === 'esc' && find !== undefined) return to(withSearch(reading, undefined));
    return { ...ui, dialog: undefined, pendingKey: undefined };
  }
  switch (command) {
    case 'up':
      return scrollTo(top - 1);
    case 'down':
      return scrollTo(top + 1);
    case 'pageUp':
      return scrollTo(top - page.height + 1);
    case 'pageDown':
      return scrollTo(top + page.height - 1);
    case 'first':
      return scrollTo(0);
    case 'last':
      return scrollTo(reading.lines.length);
    case 'filter':
      return to(withSearch(reading, typed('', true)));
    case 'nextMatch':
    case 'previousMatch': {
      if (find === undefined) return to(reading);
      const by = command === 'nextMatch' ? 1 : -1;
      return to(found(reading, find, (find.hit ?? top) + by, by, page));
    }
  }
}

const READING_COMMANDS = [
  'up',
  'down',
  'pageUp',
  'pageDown',
  'first',
  'last',
  'filter',
  'nextMatch',
  'previousMatch',
] as const;

function isReadingCommand(command: Command | undefined): command is (typeof READING_COMMANDS)[number] {
  return READING_COMMANDS.some((one) => one === command);
}

/** Whether `line` is what is searched for. */
export function isFound(find: Reading['find'], line: string): boolean {
  return find !== undefined && find.text.trim() !== '' && filterOf(find.text)({ text: line });
}

function typeSearch(reading: Reading, text: string, key: string, page: Page): Reading {
  switch (key) {
    case 'enter':
      return withSearch(reading, text.trim() === '' ? undefined : { ...reading.find, ...typed(text, false) });
    case 'esc':
    case 'ctrl-c':
      return withSearch(reading, undefined);
    case 'backspace':
      return withSearch(
        reading,
        text === '' ? undefined : typed(Array.from(text).slice(0, -1).join(''), true),
      );
  }
  // Names of keys have several letters; what is typed has one.
  if (Array.from(key).length !== 1 || text.length >= FIND_MAX_LENGTH) return reading;
  return found(
    reading,
    typed(text + key, true),
    Math.min(reading.top, lastTop(reading.lines, page)),
    1,
    page,
  );
}

function typed(text: string, isTyped: boolean): Find {
  return { text, isTyped };
}

function scrolled(reading: Reading, line: number, page: Page): Reading {
  return { ...reading, top: Math.min(Math.max(0, line), lastTop(reading.lines, page)) };
}

/** At the next line from `from` on that is searched for, round the ends; where there is none it stays. */
function found(reading: Reading, find: Find, from: number, by: 1 | -1, page: Page): Reading {
  const hit = find.text.trim() === '' ? undefined : hitOf(reading.lines, find.text, from, by);
  if (hit === undefined) return withSearch(reading, find);
  return scrolled(withSearch(reading, { ...find, hit }), hit, page);
}

function withSearch({ is, title, lines, top }: Reading, find: Find | undefined): Reading {
  return { is, title, lines, top, ...(find === undefined ? {} : { find }) };
}

function hitOf(lines: readonly string[], find: string, from: number, by: 1 | -1): number | undefined {
  const matches = filterOf(find);
  for (let step = 0; step < lines.length; step += 1) {
    const at = (((from + step * by) % lines.length) + lines.length) % lines.length;
    if (matches({ text: lines[at] ?? '' })) return at;
  }
  return undefined;
}

/** The first line of the last page. */
export function lastTop(lines: readonly string[], { width, height }: Page): number {
  let rows = 0;
  let top = lines.length;
  while (top > 0) {
    rows += wrapText(lines[top - 1] ?? '', width).length;
    if (rows > height) break;
    top -= 1;
  }
  return Math.min(top, Math.max(0, lines.length - 1));
}
