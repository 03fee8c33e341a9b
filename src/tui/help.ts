import { contextOf } from './place.ts';
import type { Context } from './place.ts';
import { bindingsIn, commandOf, moveKeys } from './bound-keys.ts';
import type { Keymap } from './bound-keys.ts';
import { briefKey } from './key-text.ts';
import type { Binding, Command } from './keymap.ts';
import type { Page } from './reading.ts';
import { bold, fitLine, lineWidth, span } from './span.ts';
import type { Line } from './span.ts';
import { isSteering } from './steering.ts';
import type { UiState } from './ui-state.ts';

const GROUPS = ['Move', 'Look', 'Act', 'Views'] as const;
type Group = (typeof GROUPS)[number];

const ARROWS: ReadonlySet<Command> = new Set(['up', 'down', 'left', 'right']);
const MOVES: ReadonlySet<Command> = new Set([
  'first',
  'last',
  'pageUp',
  'pageDown',
  'nextMatch',
  'previousMatch',
  'nextPane',
  'previousPane',
]);

/** Cells between two columns, and between a key and what it does. */
const GAP = 1;
const GAP_MAX = 4;
const COLUMNS_MAX = 3;
const WORD_MAX = 5;

type Entry = { readonly keys: readonly string[]; readonly help: string };

/** Another page of the help, or no help any more where the key asks for none. */
export function leafThrough(ui: UiState, from: number, key: string, page: Page): UiState {
  const pages = helpPages(ui.keymap, contextOf(ui), page).length;
  const by = key === ' ' ? 1 : LEAVES[commandOf(ui.keymap, key, contextOf(ui)) ?? 'help'];
  if (by === undefined || pages === 1) return { ...ui, dialog: undefined };
  return { ...ui, dialog: { is: 'help', page: (Math.min(from, pages - 1) + by + pages) % pages } };
}

const LEAVES: Readonly<Partial<Record<Command, number>>> = {
  down: 1,
  right: 1,
  pageDown: 1,
  up: -1,
  left: -1,
  pageUp: -1,
};

/** All keys that work there, by what they are for, in as many pages as it takes; one at least. */
export function helpPages(keymap: Keymap, context: Context, page: Page): readonly (readonly Line[])[] {
  const { width } = page;
  // No empty line stands under the title.
  const rows = page.height + 1;
  const groups = entriesOf(keymap, context);
  // Where the screen is narrow, a second column tells more than the second key of a command.
  const all = linesOf(groups, 2);
  const told = 2 * widthOf(all) + GAP <= width ? all : linesOf(groups, 1);
  const column = Math.min(widthOf(told), width);
  const count = Math.max(1, Math.min(COLUMNS_MAX, Math.floor((width + GAP) / (column + GAP))));
  const lines = told.flat();
  const even = inColumns([lines], Math.ceil(lines.length / count));
  const isOnePage = even.length <= count && (even[0]?.length ?? 0) <= rows;
  const columns = isOnePage ? even : inColumns(told, rows);
  const gap = Math.min(GAP_MAX, Math.floor((width - count * column) / Math.max(1, count - 1)));
  const pages: Line[][] = [];
  for (let first = 0; first < columns.length; first += count)
    pages.push(sideBySide(columns.slice(first, first + count), column + gap));
  return pages;
}

function entriesOf(keymap: Keymap, context: Context): ReadonlyMap<Group, readonly Entry[]> {
  const groups = new Map<Group, Entry[]>(GROUPS.map((group) => [group, []]));
  groups.get('Move')?.push({ keys: [moveKeys(keymap, 'graph'), 'arrows'], help: 'move' });
  const here = bindingsIn(keymap, context).filter(({ command }) => !ARROWS.has(command));
  const told = new Set<string>();
  for (const binding of here) {
    const { command, together } = binding;
    if (told.has(together ?? command)) continue;
    told.add(together ?? command);
    const same = here.filter((other) => other.command === command);
    const all = together === undefined ? same : here.filter((other) => other.together === together);
    const isGroup = all.some((other) => other.command !== command);
    const keys = isGroup ? togetherKeys(all) : same.flatMap((other) => other.keys.map(briefKey));
    const help = isGroup ? (together ?? binding.help) : binding.help;
    groups.get(groupOf(command))?.push({ keys, help });
  }
  return groups;
}

/** The first key of each; as one word where they are short. */
function togetherKeys(bindings: readonly Binding[]): string[] {
  const keys = bindings.flatMap(({ keys }) => keys.slice(0, 1).map(briefKey));
  const word = keys.join(keys.every((key) => key.length === 1) ? '' : ' ');
  return word.length <= WORD_MAX ? [word] : keys;
}

function groupOf(command: Command): Group {
  if (MOVES.has(command)) return 'Move';
  if (isSteering(command) || command === 'command' || command === 'quit') return 'Act';
  return command === 'log' || command.endsWith('View') ? 'Views' : 'Look';
}

/** Each group with its title. */
function linesOf(groups: ReadonlyMap<Group, readonly Entry[]>, keysShown: number): Line[][] {
  const text = ({ keys }: Entry): string => keys.slice(0, keysShown).join(' ');
  const all = [...groups.values()].flat();
  const indent = Math.max(...all.map((entry) => lineWidth([span(text(entry))]))) + GAP;
  return [...groups].map(([group, entries]): Line[] => [
    [bold(group, 'accent')],
    ...entries.map((entry): Line => [...fitLine([bold(text(entry))], indent), span(entry.help)]),
  ]);
}

function widthOf(groups: readonly (readonly Line[])[]): number {
  return Math.max(...groups.flat().map(lineWidth));
}

/** The lines in columns of at most `rows`. What is given as one block stays together where a column holds it, and no title stands at the foot of one. */
function inColumns(blocks: readonly (readonly Line[])[], rows: number): Line[][] {
  const columns: Line[][] = [[]];
  for (const block of blocks) {
    const taken = columns.at(-1)?.length ?? 0;
    if (taken > 0 && taken + block.length > rows && block.length <= rows) columns.push([]);
    for (const line of block) {
      const column = columns.at(-1) ?? [];
      const isFoot = column.length === rows - 1 && isTitle(line) && rows > 1;
      if (column.length >= rows || isFoot) columns.push([line]);
      else column.push(line);
    }
  }
  return columns;
}

function isTitle(line: Line): boolean {
  return line.length === 1;
}

function sideBySide(columns: readonly (readonly Line[])[], width: number): Line[] {
  const height = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: height }, (_, row) =>
    columns.flatMap((column, at): Line => {
      const line = column[row] ?? [];
      return at === columns.length - 1 ? line : fitLine(line, width);
    }),
  );
}
