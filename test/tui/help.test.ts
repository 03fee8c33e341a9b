import { expect, test } from 'vitest';
import { bindingsIn, DEFAULT_KEYMAP } from '../../src/tui/bound-keys.ts';
import type { Keymap } from '../../src/tui/bound-keys.ts';
import { helpPages } from '../../src/tui/help.ts';
import { briefKey, keyNamed } from '../../src/tui/key-text.ts';
import { VIEWS } from '../../src/tui/place.ts';
import { pageOf } from '../../src/tui/reading.ts';
import { rebind } from '../../src/tui/rebinding.ts';
import { lineWidth } from '../../src/tui/span.ts';
import type { Line } from '../../src/tui/span.ts';

const SIZES = [
  [60, 16],
  [80, 24],
  [120, 40],
  [200, 60],
] as const;
const ARROWS: ReadonlySet<string> = new Set(['up', 'down', 'left', 'right']);

const textOf = (line: Line): string =>
  line
    .map(({ text }) => text)
    .join('')
    .trimEnd();

test.each(SIZES)('at %d×%d the help fits, and tells every key of every place', (width, height) => {
  for (const context of ['list', 'log', ...VIEWS] as const) {
    const pages = helpPages(DEFAULT_KEYMAP, context, pageOf(width, height));
    const text = pages.flat().map(textOf).join('\n');
    for (const page of pages) {
      expect(page.length).toBeLessThanOrEqual(height - 5);
      for (const line of page) expect(lineWidth(line)).toBeLessThanOrEqual(width - 5);
    }
    for (const { command, help, together } of bindingsIn(DEFAULT_KEYMAP, context)) {
      const isTold = [help, together, command === 'log' ? 'log in full' : undefined].some(
        (one) => one !== undefined && text.includes(one),
      );
      if (!ARROWS.has(command)) expect(isTold, `${context}: ${command}`).toBe(true);
    }
  }
});

/** A few of each group, so that the drawing does not change with every new key. */
const FEW: Keymap = {
  answers: [],
  bindings: [
    { command: 'left', keys: ['h'], help: 'left' },
    { command: 'down', keys: ['j'], help: 'down' },
    { command: 'up', keys: ['k'], help: 'up' },
    { command: 'right', keys: ['l'], help: 'right' },
    { command: 'pageUp', keys: ['pageup', 'ctrl-u'], help: 'a page up', together: 'a page up, down' },
    { command: 'pageDown', keys: ['pagedown', 'ctrl-d'], help: 'a page down', together: 'a page up, down' },
    { command: 'fold', keys: ['z'], help: 'open a stack', together: 'a stack, all' },
    { command: 'foldAll', keys: ['Z'], help: 'open all', together: 'a stack, all' },
    { command: 'mark', keys: [' '], help: 'mark the node' },
    { command: 'turn', keys: ['o'], help: 'lines down or right' },
    { command: 'copy', keys: ['Y'], help: 'copy its name', together: 'alone here' },
    { command: 'trigger', keys: ['t'], help: 'run a dag' },
    { command: 'cancel', keys: ['x', 'ctrl-x', 'X'], help: 'cancel the run' },
    { command: 'quit', keys: ['q', 'ctrl-c'], help: 'quit' },
    { command: 'runsView', keys: ['1'], help: 'all runs' },
    { command: 'graphView', keys: ['2'], help: 'the drawing' },
    { command: 'log', keys: ['L'], help: 'log in full' },
    { command: 'log', keys: ['5'], help: 'the log' },
    { command: 'sort', keys: ['s'], help: 'other order', only: ['runs'] },
  ],
};

function drawn(width: number, height: number): string {
  const pages = helpPages(FEW, 'graph', { width, height });
  return `\n${pages.map((page) => page.map(textOf).join('\n')).join('\n---\n')}\n`;
}

test('where everything has room there is one page, by what the keys are for', () => {
  expect(drawn(74, 18)).toBe(`
Move                               Act
hjkl arrows move                   t           run a dag
pgup pgdn   a page up, down        x ^x        cancel the run
Look                               q ^c        quit
zZ          a stack, all           Views
space       mark the node          1           all runs
o           lines down or right    2           the drawing
Y           copy its name          L 5         log in full
`);
});

test('on more than one page groups stay whole, and a narrow one shows one key for each command', () => {
  expect(drawn(30, 9)).toBe(`
Move
hjkl  move
pgup  a page up, down
Look
zZ    a stack, all
space mark the node
o     lines down or right
Y     copy its name
---
Act
t     run a dag
x     cancel the run
q     quit
Views
1     all runs
2     the drawing
L     log in full
`);
});

test('a title never stands at the foot of a column, however low the screen', () => {
  for (let height = 16; height < 60; height += 1) {
    for (const page of helpPages(DEFAULT_KEYMAP, 'graph', pageOf(80, height)))
      expect(textOf(page.at(-1) ?? [])).not.toMatch(/^(Move|Look|Act|Views)$|\b(Look|Act|Views)$/);
  }
});

test('keys that are bound otherwise are told so', () => {
  const keymap = rebind(
    new Map([
      ['trigger', ['ctrl-t', 'T']],
      ['mark', ['pageup']],
      ['pageUp', ['U']],
      ['turn', []],
    ]),
  );
  const text = helpPages(keymap, 'graph', pageOf(200, 60)).flat().map(textOf).join('\n');
  expect(text).toMatch(/\^t T +run a dag/);
  expect(text).toMatch(/pgup +mark the node/);
  expect(text).not.toContain('lines down or right');
});

test('what the help calls a key is one that a file can name', () => {
  for (const { keys } of DEFAULT_KEYMAP.bindings)
    for (const key of keys) expect(keyNamed(briefKey(key))).toBe(key);
});
