import type { State } from '../model/state.ts';
import { listItems } from '../view/run-rows.ts';
import { timelineOf } from '../view/timeline.ts';
import { indexOfChosen } from './moves.ts';
import { ofOtherLog } from './log-wish.ts';
import type { Extent } from './moves.ts';
import { centeredTop } from './panes/frame.ts';
import type { Focus } from './place.ts';
import { readOn } from './reading.ts';
import type { Rect, Regions } from './regions.ts';
import { regionsFor } from './screen.ts';
import { move, open } from './steps.ts';
import type { MouseEvent } from './terminal/mouse.ts';
import { drawingOn, innerArea, partOf } from './shown-drawing.ts';
import { indexOfChosenRun, tableRuns } from './table-runs.ts';
import { filterText, subjectOf } from './ui-state.ts';
import type { UiState } from './ui-state.ts';
import { chosenServer, tableServers } from './view-moves.ts';

/** Rows that one notch of the wheel is; in the drawing it is one box. */
const WHEEL_ROWS = 3;

/** What the mouse did on a screen of that size: the wheel moves what is under it, a click chooses, and a click on the chosen one opens it. */
export function pointAt(
  state: State,
  ui: UiState,
  { is, x, y }: MouseEvent,
  size: { readonly width: number; readonly height: number },
  extent: Extent,
): UiState {
  const by = is === 'wheelUp' ? 'up' : 'down';
  if (ui.dialog !== undefined) {
    // A question is answered by keys alone: a click is too easily made.
    if (is === 'click' || ui.dialog.is !== 'text' || ui.dialog.find?.isTyped === true) return ui;
    const { dialog } = ui;
    return readOn(ui, dialog, by, extent.page);
  }
  if (ui.typing !== undefined) return ui;
  const regions = regionsFor(state, ui, size.width, size.height);
  const pane = paneAt(regions, x, y);
  if (pane === undefined) return ui;
  const there = { ...ui, focus: pane.focus };
  if (is === 'click')
    return click(state, ui, there, pane.rect, { x: x - pane.rect.x, y: y - pane.rect.y }, extent);
  const isDrawing = pane.focus === 'graph' && ui.view === 'graph';
  let next = there;
  for (let step = 0; step < (isDrawing ? 1 : WHEEL_ROWS); step += 1) next = move(state, next, by, extent);
  return { ...next, focus: ui.focus };
}

function paneAt(
  { runs, graph, log }: Regions,
  x: number,
  y: number,
): { readonly focus: Focus; readonly rect: Rect } | undefined {
  const panes = [
    { focus: 'runs', rect: runs },
    { focus: 'graph', rect: graph },
    { focus: 'log', rect: log },
  ] as const;
  for (const { focus, rect } of panes) {
    if (rect === undefined || x < rect.x || x >= rect.x + rect.width) continue;
    if (y >= rect.y && y < rect.y + rect.height) return { focus, rect };
  }
  return undefined;
}

type Cell = { readonly x: number; readonly y: number };

function click(state: State, ui: UiState, there: UiState, rect: Rect, at: Cell, extent: Extent): UiState {
  const hit = hitIn(state, there, rect, at, extent);
  if (hit === undefined) return there;
  return hit.isChosen && ui.focus === there.focus ? open(state, there, extent) : hit.ui;
}

/** The screen with what stands at `at` (in cells from the pane's corner) chosen, and whether it was already. */
type Hit = { readonly ui: UiState; readonly isChosen: boolean };

function hitIn(state: State, ui: UiState, rect: Rect, at: Cell, extent: Extent): Hit | undefined {
  if (ui.focus === 'runs') return hitInList(state, ui, rect, at.y - 1);
  if (ui.focus === 'log') return undefined;
  switch (ui.view) {
    case 'runs':
      return hitInRuns(state, ui, rect, at.y - 2, extent);
    case 'servers':
      return hitInServers(state, ui, rect, at.y - 2, extent);
    case 'timeline':
      return hitInTimeline(state, ui, rect, at.y - 2);
    case 'graph':
      return hitInDrawing(state, ui, rect, { x: at.x, y: at.y - 1 });
    case 'lanes':
    case 'events':
    case 'reload':
      return undefined;
  }
}

/** What stands in row `row` of `height` when the list is scrolled so that entry `chosen` is seen. */
function rowAt<T>(rows: readonly T[], chosen: number, height: number, row: number): T | undefined {
  return row < 0 || row >= height
    ? undefined
    : rows[centeredTop(Math.max(0, chosen), height, rows.length) + row];
}

function ofOtherRun(ui: UiState, chosen: UiState['chosen']): UiState {
  return { ...ui, chosen, node: undefined, marks: new Set(), log: ofOtherLog(ui.log) };
}

function hitInList(state: State, ui: UiState, rect: Rect, row: number): Hit | undefined {
  const items = listItems(state, ui.expanded);
  const chosen = indexOfChosen(items, state, ui);
  const item = rowAt(items, chosen, rect.height - 1, row);
  if (item === undefined) return undefined;
  const own = item.is === 'run' ? { is: item.is, run: item.run } : { is: item.is, dag: item.dag };
  return { ui: ofOtherRun(ui, own), isChosen: item === items[chosen] };
}

function hitInRuns(state: State, ui: UiState, rect: Rect, row: number, { nowMs }: Extent): Hit | undefined {
  const runs = tableRuns(state, ui, nowMs);
  const chosen = indexOfChosenRun(runs, state, ui);
  const run = rowAt(runs, chosen, Math.max(1, rect.height - 2), row);
  if (run === undefined) return undefined;
  return { ui: ofOtherRun(ui, { is: 'run', run: run.id }), isChosen: run === runs[chosen] };
}

function hitInServers(
  state: State,
  ui: UiState,
  rect: Rect,
  row: number,
  { nowMs }: Extent,
): Hit | undefined {
  const rows = tableServers(state, new Map(), nowMs, filterText(ui));
  const chosen = rows.findIndex(({ host }) => host === chosenServer(state, ui));
  const server = rowAt(rows, chosen, Math.max(1, rect.height - 3), row);
  // There is nothing to open in a server.
  return server === undefined ? undefined : { ui: { ...ui, server: server.host }, isChosen: false };
}

function hitInTimeline(state: State, ui: UiState, rect: Rect, row: number): Hit | undefined {
  const subject = subjectOf(state, ui);
  if (subject?.run === undefined) return undefined;
  const rows = timelineOf(subject.run, 0).rows.map(({ index }) => index);
  const index = rowAt(rows, rows.indexOf(subject.index), Math.max(0, rect.height - 2), row);
  return index === undefined ? undefined : hitOnNode(state, ui, index);
}

function hitInDrawing(state: State, ui: UiState, rect: Rect, at: Cell): Hit | undefined {
  const subject = subjectOf(state, ui);
  if (subject === undefined) return undefined;
  const { definition, index } = subject;
  const area = { ...rect, height: rect.height - 1 };
  const { result, boxOf, focus } = drawingOn(ui, subject, area);
  if (!result.drawn) {
    const { order } = definition;
    const node = rowAt(order, order.indexOf(index), rect.height - 2, at.y - 1);
    return node === undefined ? undefined : hitOnNode(state, ui, node);
  }
  // Below the drawing around a node stands a line of text.
  const room = focus === undefined ? area : { ...area, height: Math.max(1, area.height - 1) };
  const inner = innerArea(result.layout, room);
  const window = partOf(ui, result.layout, boxOf(index), room);
  const x = at.x - inner.x + window.x;
  const y = at.y - inner.y + window.y;
  if (x < window.x || y < window.y || x >= window.x + window.width || y >= window.y + window.height)
    return undefined;
  const box = result.layout.boxes.find(
    (one) => x >= one.x && x < one.x + one.width && y >= one.y && y < one.y + one.height,
  );
  if (box === undefined) return undefined;
  // Within a stack the node stays chosen that was.
  if (box.id === boxOf(index)) return { ui, isChosen: true };
  const node = definition.dag.nodes.findIndex(({ name }) => name === box.id);
  // What was clicked stays under the pointer.
  const corner = { x: window.x, y: window.y };
  return node < 0 ? undefined : hitOnNode(state, { ...ui, corner }, node);
}

function hitOnNode(state: State, ui: UiState, index: number): Hit | undefined {
  const subject = subjectOf(state, ui);
  const node = subject?.definition.dag.nodes[index]?.name;
  if (subject === undefined || node === undefined) return undefined;
  const chosen = subject.run === undefined ? ui.chosen : ({ is: 'run', run: subject.run.id } as const);
  return { ui: { ...ui, chosen, node, log: ofOtherLog(ui.log) }, isChosen: index === subject.index };
}
