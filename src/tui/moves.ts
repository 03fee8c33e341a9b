import type { Direction } from '../graph/neighbours.ts';
import { endOfLevel, neighbour } from '../graph/neighbours.ts';
import type { Layout } from '../graph/layout.ts';
import type { NodeName } from '../model/ids.ts';
import type { State } from '../model/state.ts';
import { lanesOf } from '../view/lanes.ts';
import { listItems } from '../view/run-rows.ts';
import type { ListItem } from '../view/run-rows.ts';
import { nextTelling } from '../view/spotlight.ts';
import { timelineOf } from '../view/timeline.ts';
import type { Command } from './keymap.ts';
import type { LogSheet } from './log-sheet.ts';
import { ofOtherLog } from './log-wish.ts';
import { firstShown } from './panes/events.ts';
import type { Page } from './reading.ts';
import { drawingOn, shownPart } from './shown-drawing.ts';
import type { MonitorSource } from './source.ts';
import { nodeNameOf, subjectOf } from './ui-state.ts';
import type { Subject, UiState } from './ui-state.ts';

export type Move = Extract<
  Command,
  'up' | 'down' | 'left' | 'right' | 'first' | 'last' | 'pageUp' | 'pageDown' | 'nextTelling'
>;

/** Boxes that a page is in the drawing. */
const DRAWING_PAGE = 5;

/** How much the panes show, for pages and bounds. */
export type Extent = {
  readonly listHeight: number;
  /** The log, where there is one, and the cells for its lines. */
  readonly log: { readonly sheet: LogSheet | undefined; readonly width: number; readonly height: number };
  /** The events that the filter lets through, by their numbers. */
  readonly events: readonly { readonly at: number }[];
  readonly nowMs: number;
  readonly timeText: (atMs: number) => string;
  /** Lines of the reload view; 0 where it is not shown. */
  readonly reloadLines: number;
  /** What a text to read has. */
  readonly page: Page;
  readonly definitionText: MonitorSource['definitionText'];
  /** What the drawing has; the smallest where it is not shown. */
  readonly drawing: { readonly width: number; readonly height: number };
};

export function moveInList(state: State, ui: UiState, move: Move, extent: Extent): UiState {
  const { listHeight } = extent;
  const items = listItems(state, ui.expanded);
  const at = indexOfChosen(items, state, ui);
  const current = items[at];
  switch (move) {
    case 'up':
      return choose(ui, items, at - 1);
    case 'down':
      return choose(ui, items, at + 1);
    case 'first':
      return choose(ui, items, 0);
    case 'last':
      return choose(ui, items, items.length - 1);
    case 'pageUp':
      return choose(ui, items, at - listHeight);
    case 'pageDown':
      return choose(ui, items, at + listHeight);
    case 'left':
    case 'right': {
      if (current === undefined) return ui;
      const expanded = new Set(ui.expanded);
      if (move === 'right') expanded.add(current.dag);
      else expanded.delete(current.dag);
      return { ...ui, expanded };
    }
    case 'nextTelling':
      return moveInDrawing(state, ui, move, extent);
  }
}

/** Where the choice stands in the list; 0 when it is not there. */
export function indexOfChosen(items: readonly ListItem[], state: State, ui: UiState): number {
  const run = ui.chosen?.is === 'dag' ? undefined : subjectOf(state, ui)?.run;
  const dag = ui.chosen?.is === 'dag' ? ui.chosen.dag : undefined;
  const at = items.findIndex((item) =>
    item.is === 'run' ? item.run === run?.id : run === undefined && item.dag === dag,
  );
  return Math.max(0, at);
}

function choose(ui: UiState, items: readonly ListItem[], at: number): UiState {
  const item = items[Math.min(Math.max(0, at), items.length - 1)];
  if (item === undefined) return ui;
  const chosen = item.is === 'run' ? { is: item.is, run: item.run } : { is: item.is, dag: item.dag };
  return { ...ui, chosen, node: undefined, marks: new Set(), log: ofOtherLog(ui.log) };
}

export function moveInDrawing(state: State, ui: UiState, move: Move, extent: Extent): UiState {
  if (ui.view === 'events' && move !== 'nextTelling') return moveInEvents(ui, move, extent);
  if (ui.view === 'lanes' && move !== 'nextTelling') return moveInLanes(state, ui, move, extent);
  const subject = subjectOf(state, ui);
  if (subject === undefined) return ui;
  const target = targetOf(ui, subject, move, extent);
  if (target === undefined) return ui;
  // From here on the operator's choice stands, whatever run comes next.
  const chosen = subject.run === undefined ? ui.chosen : ({ is: 'run', run: subject.run.id } as const);
  const { x, y } = shownPart(ui, subject, extent.drawing) ?? ui.corner ?? {};
  const corner = x === undefined || y === undefined ? undefined : { x, y };
  return { ...ui, chosen, node: target, corner, log: ofOtherLog(ui.log) };
}

function targetOf(ui: UiState, subject: Subject, move: Move, extent: Extent): NodeName | undefined {
  if (move === 'nextTelling') {
    const next = subject.run === undefined ? undefined : nextTelling(subject.run, subject.index);
    return next === undefined ? undefined : subject.definition.dag.nodes[next]?.name;
  }
  if (ui.view === 'timeline' && subject.run !== undefined) {
    // Who stands where does not depend on the moment.
    const rows = timelineOf(subject.run, 0).rows.map(({ index }) => index);
    return stepInOrder(subject, rows, move, extent);
  }
  const { result, boxOf } = drawingOn(ui, subject, extent.drawing);
  if (!result.drawn) return stepInOrder(subject, subject.definition.order, move, extent);
  const from = boxOf(subject.index);
  const to = boxAfter(result.layout, from, move);
  // Within a stack the node stays chosen that was.
  return to === from ? nodeNameOf(subject) : to;
}

function boxAfter(layout: Layout, from: NodeName, move: Exclude<Move, 'nextTelling'>): NodeName {
  switch (move) {
    case 'up':
    case 'down':
    case 'left':
    case 'right':
      return repeat(layout, from, move, 1);
    case 'pageUp':
      return repeat(layout, from, 'up', DRAWING_PAGE);
    case 'pageDown':
      return repeat(layout, from, 'down', DRAWING_PAGE);
    case 'first':
    case 'last':
      return (endOfLevel(layout, from, move) ?? from) as NodeName;
  }
}

/** What is listed: up and down go through the list. */
function stepInOrder(
  { definition, index }: Subject,
  order: readonly number[],
  move: Move,
  extent: Extent,
): NodeName | undefined {
  return definition.dag.nodes[order[stepInList(order.indexOf(index), order.length, move, extent)] ?? 0]?.name;
}

/** The row after a move through `length` rows; the first where there is none. */
export function stepInList(from: number, length: number, move: Move, { drawing }: Extent): number {
  const last = Math.max(0, length - 1);
  const page = Math.max(1, drawing.height - 1);
  const steps: Partial<Record<Move, number>> = { up: -1, down: 1, pageUp: -page, pageDown: page };
  if (move === 'first') return 0;
  return move === 'last' ? last : Math.min(Math.max(0, from + (steps[move] ?? 0)), last);
}

/** Scrolls; at the end it follows. */
function moveInEvents(ui: UiState, move: Move, { events, drawing }: Extent): UiState {
  const height = Math.max(1, drawing.height);
  const last = Math.max(0, events.length - height);
  const steps: Partial<Record<Move, number>> = { up: -1, down: 1, pageUp: -height, pageDown: height };
  const by = move === 'first' ? -events.length : move === 'last' ? events.length : (steps[move] ?? 0);
  const to = Math.max(0, firstShown(events, ui.eventsTop, height) + by);
  return { ...ui, eventsTop: to >= last ? undefined : events[to]?.at };
}

/** From one attempt that a server has to the next, whichever run it belongs to. */
function moveInLanes(state: State, ui: UiState, move: Move, extent: Extent): UiState {
  const { lanes } = lanesOf(state, new Map(), 0);
  const work = lanes.flatMap((lane) => lane.work);
  const subject = subjectOf(state, ui);
  const at = work.findIndex(
    ({ run, node }) =>
      run === subject?.run?.id && node === (subject === undefined ? '' : nodeNameOf(subject)),
  );
  const next = work[at < 0 ? 0 : stepInList(at, work.length, move, extent)];
  if (next === undefined) return ui;
  const marks = next.run === subject?.run?.id ? ui.marks : new Set<NodeName>();
  return {
    ...ui,
    chosen: { is: 'run', run: next.run },
    node: next.node,
    marks,
    log: ofOtherLog(ui.log),
  };
}

function repeat(layout: Layout, from: NodeName, direction: Direction, times: number): NodeName {
  let name: string = from;
  for (let step = 0; step < times; step += 1) {
    const next = neighbour(layout, name, direction);
    if (next === undefined) break;
    name = next;
  }
  return name as NodeName;
}
