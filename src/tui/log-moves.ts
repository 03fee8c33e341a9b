import { readFilter } from '../view/filter.ts';
import { isBefore, lastPlace, movePlace, rowsFrom } from '../view/log-rows.ts';
import type { LogPlace, LogWindow } from '../view/log-rows.ts';
import { linePasses } from '../view/log-sieve.ts';
import { limits } from '../model/limits.ts';
import { refuse, tell } from './asking.ts';
import type { Step } from './asking.ts';
import { placeIn, windowOf } from './log-sheet.ts';
import type { LogSheet } from './log-sheet.ts';
import type { LogWish } from './log-wish.ts';
import type { Extent, Move } from './moves.ts';
import type { UiState } from './ui-state.ts';

/** Columns that one step to the side is. */
const SIDE_STEP = 16;

export function moveInLog(ui: UiState, move: Move, { log }: Extent): UiState {
  const { sheet } = log;
  if (sheet === undefined) return ui;
  const window = windowOf(sheet, ui.log, log.width, log.height);
  const place = placeIn(sheet, ui.log, window);
  const scrollBy = (rows: number): UiState => scrolledTo(ui, movePlace(place, rows, window), sheet, window);
  switch (move) {
    case 'up':
      return scrollBy(-1);
    case 'down':
      return scrollBy(1);
    case 'pageUp':
      return scrollBy(-log.height);
    case 'pageDown':
      return scrollBy(log.height);
    case 'first':
      return scrolledTo(ui, { index: 0, row: 0 }, sheet, window);
    case 'last':
      return withLog(ui, { top: undefined });
    case 'left':
    case 'right': {
      const by = move === 'left' ? -SIDE_STEP : SIDE_STEP;
      return ui.log.isWrapped ? ui : withLog(ui, { left: Math.max(0, ui.log.left + by) });
    }
    case 'nextTelling':
      return ui;
  }
}

export function withLog(ui: UiState, change: Partial<LogWish>): UiState {
  return { ...ui, log: { ...ui.log, ...change } };
}

/** At the end it follows. */
function scrolledTo(ui: UiState, place: LogPlace, sheet: LogSheet, window: LogWindow): UiState {
  if (!isBefore(place, lastPlace(window))) return withLog(ui, { top: undefined });
  return stayAt(ui, place, sheet);
}

function stayAt(ui: UiState, { index, row }: LogPlace, sheet: LogSheet): UiState {
  const line = sheet.lines[index];
  if (line === undefined) return ui;
  const seenId = ui.log.top?.seenId ?? sheet.nextId;
  return withLog(ui, { top: { id: line.id, row, seenId } });
}

/** `here`: from what is shown now, the nearest above first; the others from what was found last. */
export type Seek = 'here' | 'next' | 'previous';

/** To a line that matches what is searched, round and round; it stays there whatever comes. */
export function seekInLog(ui: UiState, seek: Seek, { log }: Extent): Step {
  const { sheet } = log;
  if (sheet === undefined) return { ui };
  if (ui.log.search === '') return refuse(ui, 'nothing is searched: / searches');
  const window = windowOf(sheet, ui.log, log.width, log.height);
  const place = placeIn(sheet, ui.log, window);
  const { lines } = sheet;
  const shown = rowsFrom(place, window).length;
  const filter = readFilter(ui.log.search, 'smart');
  const isBackwards = seek !== 'next';
  let from = startOf(ui, seek, sheet, place, shown);
  for (let tried = 0; tried < lines.length; tried += 1) {
    from = (from + (isBackwards ? -1 : 1) + lines.length) % lines.length;
    const line = lines[from];
    if (line === undefined) continue;
    if (linePasses(filter, line)) return { ui: found(ui, from, sheet, window, place) };
    if (filter.work() > limits.logSeekMaxSteps)
      return tell(withLog(ui, { found: line.id }), 'nothing found so far: n goes on');
  }
  return refuse(ui, 'no line matches');
}

/** The line before the first one to try. */
function startOf(ui: UiState, seek: Seek, { lines }: LogSheet, place: LogPlace, shown: number): number {
  const last = seek === 'here' ? -1 : lines.findIndex(({ id }) => id === ui.log.found);
  if (last >= 0) return last;
  return seek === 'next' ? place.index - 1 : Math.min(place.index + shown, lines.length);
}

function found(ui: UiState, index: number, sheet: LogSheet, window: LogWindow, place: LogPlace): UiState {
  const line = sheet.lines[index];
  const isShown = rowsFrom(place, window).some((row) => row.line === line && row.row === 0);
  const around = movePlace({ index, row: 0 }, -Math.floor(window.height / 3), window);
  const last = lastPlace(window);
  const to = isShown ? place : isBefore(around, last) ? around : last;
  return withLog(stayAt(ui, to, sheet), { found: line?.id });
}
