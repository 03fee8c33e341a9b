import { expect, test } from 'vitest';
import { readOn } from '../../src/tui/reading.ts';
import { FIRST_UI } from '../../src/tui/ui-state.ts';
import type { Reading, UiState } from '../../src/tui/ui-state.ts';
import { dagOf, DIAMOND, Story } from '../support/story.ts';
import { Stage } from '../support/tui-stage.ts';

const PAGE = { width: 20, height: 5 };
const LINES = Array.from({ length: 30 }, (_, at) => `line ${at}`);

/** The keys one after the other on a text of `lines`; undefined when it was closed. */
function read(keys: string, lines: readonly string[] = LINES): Reading | undefined {
  let ui: UiState = { ...FIRST_UI, dialog: { is: 'text', title: 'a text', lines, top: 0 } };
  for (const key of keys.split(' ')) {
    if (ui.dialog?.is !== 'text') throw new Error(`closed before ${key}`);
    ui = readOn(ui, ui.dialog, key === 'space' ? ' ' : key, PAGE);
  }
  return ui.dialog?.is === 'text' ? ui.dialog : undefined;
}

test('a text is moved through, and stops at its last page', () => {
  expect(read('j j k')?.top).toBe(1);
  expect(read('space')?.top).toBe(4);
  expect(read('G')?.top).toBe(25);
  expect(read('G k')?.top).toBe(24);
  expect(read('G g g')?.top).toBe(0);
  expect(read('j', ['short'])?.top).toBe(0);
});

test('the last page is full also where lines are wrapped', () => {
  const lines = ['a', 'b', 'c', 'x'.repeat(45), 'd'];
  // Three rows of the long line, and one of each neighbour.
  expect(read('G', lines)?.top).toBe(2);
});

test('a search goes to what matches while it is typed, n and N go round the ends', () => {
  expect(read('/ e space 2 1')?.top).toBe(21);
  expect(read('/ 9 enter')?.top).toBe(9);
  expect(read('/ 9 enter n')?.top).toBe(19);
  expect(read('/ 9 enter N')?.find?.hit).toBe(29);
  expect(read('/ 9 enter n n n')?.find?.hit).toBe(9);
  expect(read('/ 9 enter j n')?.top).toBe(19);
  expect(read('/ q enter')?.find).toEqual({ text: 'q', isTyped: false });
  expect(read('/ 9 backspace backspace')?.find).toBeUndefined();
});

test('Esc ends the search first, then the reading; q closes', () => {
  expect(read('/ 9 esc')?.find).toBeUndefined();
  expect(read('/ 9 enter esc')?.top).toBe(9);
  expect(read('/ 9 enter esc esc')).toBeUndefined();
  expect(read('q')).toBeUndefined();
});

function story(): Story {
  const secret = { ...DIAMOND, env: { API_TOKEN: 'hunter2', MODE: 'fast' } };
  return new Story().elect().join('srv-1').apply(secret).trigger('diamond', '5e3c7q-v01m');
}

test('y shows the definition of the run as YAML, from the chosen node on, with secrets masked', async () => {
  const stage = new Stage(story());
  await stage.shows('diamond');
  stage.press('y');
  const text = await stage.shows('# version');
  expect(text).toMatchSnapshot();
  expect(text).toContain('API_TOKEN: "***"');
  expect(text).not.toContain('hunter2');
  await stage.pressSlowly('/', 'D:', 'enter');
  expect(await stage.shows('▸')).toMatchSnapshot();
  await stage.pressSlowly('esc', 'esc');
  await stage.hides('# version');
  await stage.pressSlowly('enter', 'y');
  expect(await stage.shows('of 26')).not.toContain('# version');
});

test('the text of a hostile definition is painted without its control bytes', async () => {
  const hostile = dagOf('odd', { only: [] });
  const nodes = hostile.nodes.map((node) => ({ ...node, description: 'a\u001B]0;title\u0007b\u202Ec' }));
  const stage = new Stage(
    new Story()
      .elect()
      .join('srv-1')
      .apply({ ...hostile, nodes }),
  );
  await stage.shows('odd');
  stage.press('y');
  await stage.shows('description');
});
