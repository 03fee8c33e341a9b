import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { startInk } from '../../src/tui/ink.ts';
import { PanesPainter } from '../../src/tui/panes-painter.ts';
import type { Screen } from '../../src/tui/scene.ts';
import { composeScreen } from '../../src/tui/screen.ts';
import type { Row } from '../../src/tui/screen-change.ts';
import { bold, span } from '../../src/tui/span.ts';
import type { Cells } from '../../src/tui/terminal/cells.ts';
import { VirtualStdout } from '../../src/tui/terminal/virtual-stdout.ts';
import { FIRST_UI } from '../../src/tui/ui-state.ts';
import type { UiState } from '../../src/tui/ui-state.ts';
import { dagOf, Story, utcTime } from '../support/story.ts';
import { TestSource } from '../support/tui-source.ts';

const SIZE = { width: 120, height: 40 };

/** Counts what Ink writes. */
class Counted extends VirtualStdout {
  writes = 0;

  override _write(chunk: unknown, encoding: string, done: () => void): void {
    this.writes += 1;
    super._write(chunk, encoding, done);
  }
}

async function inkOn(virtual: VirtualStdout) {
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => undefined,
    ref: () => undefined,
    unref: () => undefined,
  });
  const ink = await startInk({
    stdin: stdin as unknown as NodeJS.ReadStream,
    virtual,
    onKey: () => undefined,
    onFailure: (error) => {
      throw error;
    },
  });
  onTestFinished(() => ink.end());
  return ink.draw;
}

function screenOf(ui: Partial<UiState> = {}): Screen {
  const story = new Story()
    .elect()
    .join('srv-1')
    .apply(dagOf('größe', { 日本: [], '한 b': ['日本'], é: [] }));
  story.trigger('größe', 'r1').fail('r1', '日本', 'srv-1', '日本 is not there').start('r1', 'é', 'srv-1');
  const source = new TestSource(story);
  const scene = {
    source,
    state: source.state,
    ui: { ...FIRST_UI, ...ui },
    log: undefined,
    message: undefined,
    nowMs: source.nowMs(),
    ascii: false,
    timeText: utcTime,
    frames: { dropped: 0 },
  };
  return composeScreen(scene, SIZE.width, SIZE.height);
}

function dumped(cells: Cells): string[] {
  return Array.from({ length: cells.height }, (_, y) =>
    Array.from({ length: cells.width }, (__, x) => `${cells.text(x, y)}|${cells.style(x, y)}`).join(' '),
  );
}

const screens: readonly (readonly [string, Partial<UiState>])[] = [
  ['the first screen', {}],
  ['keys in another pane', { focus: 'graph' }],
  ['a dialog', { dialog: { is: 'help', page: 0 } }],
  ['lanes', { view: 'lanes' }],
  ['the timeline', { view: 'timeline' }],
  ['events', { view: 'events' }],
  ['servers', { view: 'servers' }],
];

it.each(screens)('Ink draws what the first frame puts down without it: %s', async (_, ui) => {
  for (const isColored of [true, false]) {
    const own = new PanesPainter();
    const inks = new PanesPainter();
    inks.drawWith(await inkOn(new VirtualStdout(SIZE.width, SIZE.height)));
    const screen = screenOf(ui);
    expect(dumped(inks.paint(screen, isColored))).toEqual(dumped(own.paint(screen, isColored)));
  }
});

it('what changes row by row comes out as what is drawn whole', async () => {
  const byRow = new PanesPainter();
  byRow.drawWith(await inkOn(new VirtualStdout(SIZE.width, SIZE.height)));
  for (const [, ui] of [...screens, ...screens.toReversed()]) {
    const screen = screenOf(ui);
    expect(dumped(byRow.paint(screen, true))).toEqual(dumped(new PanesPainter().paint(screen, true)));
  }
});

it('with `debug`, Ink writes whole frames, one a render, and nothing else', async () => {
  const virtual = new Counted(20, 3);
  const draw = await inkOn(virtual);
  const rowAt = (y: number, text: string): Row => ({
    x: 2,
    y,
    width: 6,
    line: [bold(text, 'good'), span('b')],
  });
  const size = { width: 20, height: 3 };
  const before = virtual.writes;
  expect(draw([rowAt(1, 'one')], size, true)).toBe('\n  \u001B[1m\u001B[32mone\u001B[39m\u001B[22mb\n');
  expect(draw([rowAt(0, 'a'), rowAt(2, 'c')], size, true)).toBe(
    '  \u001B[1m\u001B[32ma\u001B[39m\u001B[22mb\n\n  \u001B[1m\u001B[32mc\u001B[39m\u001B[22mb',
  );
  expect(virtual.writes - before).toBe(2);
});

it('this contract is nowhere promised, so the version of Ink is pinned', async () => {
  const read = async (...path: string[]) =>
    JSON.parse(await readFile(join(import.meta.dirname, '../..', ...path), 'utf8')) as {
      version: string;
      dependencies: Record<string, string>;
    };
  const wanted = (await read('package.json')).dependencies['ink'];
  expect(wanted).toMatch(/^\d+\.\d+\.\d+$/);
  expect((await read('node_modules/ink/package.json')).version).toBe(wanted);
});
