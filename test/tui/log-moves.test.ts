import { expect, test } from 'vitest';
import { limits } from '../../src/model/limits.ts';
import { moveInLog, seekInLog } from '../../src/tui/log-moves.ts';
import { newLines } from '../../src/tui/log-sheet.ts';
import type { LogSheet } from '../../src/tui/log-sheet.ts';
import type { Extent, Move } from '../../src/tui/moves.ts';
import { FIRST_UI } from '../../src/tui/ui-state.ts';
import type { UiState } from '../../src/tui/ui-state.ts';
import { LogScript } from '../support/log-lines.ts';
import { NOON_MS, utcTime } from '../support/story.ts';
import { definitionText } from '../support/tui-source.ts';

function sheetOf({ text }: LogScript): LogSheet {
  return {
    lines: text.lines,
    total: text.lines.length,
    isSifting: false,
    firstId: text.firstId,
    nextId: text.nextId,
    sources: text.sources,
    nodes: 1,
    followed: 1,
    isOpen: true,
    startMs: NOON_MS,
    unread: undefined,
  };
}

function extentOf(log: LogScript): Extent {
  return {
    listHeight: 10,
    log: { sheet: sheetOf(log), width: 80, height: 10 },
    events: [],
    nowMs: NOON_MS,
    timeText: utcTime,
    reloadLines: 0,
    page: { width: 80, height: 20 },
    definitionText,
    drawing: { width: 80, height: 20 },
  };
}

const numbered = (count: number): LogScript =>
  new LogScript().writes(Array.from({ length: count }, (_, at) => `${at}\n`).join(''));

const FOCUSED: UiState = { ...FIRST_UI, focus: 'log' };

function move(log: LogScript, moves: readonly Move[], from = FOCUSED): UiState {
  return moves.reduce((ui, one) => moveInLog(ui, one, extentOf(log)), from);
}

test.each([
  [['up'], 89],
  [['up', 'up', 'up'], 87],
  [['up', 'down'], undefined],
  [['pageUp'], 80],
  [['pageUp', 'pageDown'], undefined],
  [['first'], 0],
  [['first', 'up', 'pageUp'], 0],
  [['first', 'last'], undefined],
] as const)('in a hundred lines, %j begins at line %s', (moves, top) => {
  expect(move(numbered(100), moves).log.top?.id).toBe(top);
});

test('a log that fits follows whatever is pressed', () => {
  expect(move(numbered(10), ['up', 'pageUp', 'first']).log.top).toBeUndefined();
});

test('who scrolled back stays at his line while others are put in above, and when it is dropped he is at the first', () => {
  const log = new LogScript();
  for (let at = 0; at < 50; at += 1) log.writes(`${at}\n`, { atMs: 1_000 + at });
  const ui = move(log, ['pageUp']);
  expect(ui.log.top?.id).toBe(30);
  log.writes('late\n'.repeat(5), { source: log.source('other'), atMs: 1_010 });
  const up = move(log, ['up'], ui);
  expect(up.log.top?.id).toBe(29);
  expect(newLines(sheetOf(log), up.log)).toBe(5);
  log.writes('x\n'.repeat(limits.logLinesShownMax), { atMs: 3_000 });
  expect(move(log, ['down'], up).log.top?.id).toBe(log.text.lines[1]?.id);
});

test('a search that costs too much stops, says so, and goes on from there', () => {
  const log = new LogScript().writes('aim\n').writes(`${'a'.repeat(limits.logLineMaxLength)}\n`.repeat(60));
  const ui: UiState = { ...FOCUSED, log: { ...FOCUSED.log, search: '(a?){50}a{50}b|^aim' } };
  let step = seekInLog(ui, 'here', extentOf(log));
  expect(step.effect).toMatchObject({ text: 'nothing found so far: n goes on' });
  for (let keys = 0; step.effect !== undefined && keys < 60; keys += 1)
    step = seekInLog(step.ui, 'previous', extentOf(log));
  expect(step.ui.log.found).toBe(log.text.lines[0]?.id);
});

test('what is nowhere is said', () => {
  const ui: UiState = { ...FOCUSED, log: { ...FOCUSED.log, search: 'nowhere' } };
  expect(seekInLog(ui, 'next', extentOf(numbered(5))).effect).toMatchObject({ text: 'no line matches' });
});
