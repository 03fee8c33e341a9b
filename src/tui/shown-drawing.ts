import type { Layout } from '../graph/layout.ts';
import type { Window } from '../graph/lines.ts';
import { STUB_WIDTH } from '../graph/stubs.ts';
import type { Definition } from '../model/state.ts';
import { limits } from '../model/limits.ts';
import { drawingToCome, fittingDrawing, largeStyle } from '../view/dag-drawing.ts';
import type { Area, DagDrawing } from '../view/dag-drawing.ts';
import { focusDrawing } from '../view/focus-drawing.ts';
import type { FocusDrawing } from '../view/focus-drawing.ts';
import { windowOn } from '../view/viewport.ts';
import type { Subject, UiState } from './ui-state.ts';

/** What the pane of the drawing shows: keys ask for it as well, since they move through what is seen. */

/** A line below the drawing around a node says what is not in it. */
const FOCUS_LINE = 1;
/** A map is drawn unasked for a drawing so many times as large as the pane, in a pane of that size. */
const MAP_FROM = { times: 2, width: 60, height: 14 };

export type ShownDrawing = DagDrawing & Partial<Pick<FocusDrawing, 'focus'>>;

/** The drawing of the pane. Where it is not laid out yet, it has an `order`. */
export function drawingOn(ui: UiState, subject: Subject, area: Area): ShownDrawing {
  const { definition } = subject;
  const fitting = ui.isNear === undefined ? fittingDrawing(definition, ui.drawing, area) : undefined;
  if (fitting !== undefined) return fitting;
  const isNear = ui.isNear ?? isNearWhenLeft(ui, subject, area);
  const focus = isNear ? focusOn(ui, subject, area) : undefined;
  return focus ?? wholeDrawing(ui, subject, area);
}

function wholeDrawing(ui: UiState, { definition }: Subject, area: Area): DagDrawing {
  const { drawing } = ui;
  return (
    fittingDrawing(definition, drawing, area) ??
    drawingToCome(definition, largeStyle(definition, drawing), limits.layoutAtOnceMax)
  );
}

/** While nobody has chosen a node it stays where the dag begins: what runs changes, and what changes must not move boxes. */
function focusOn(ui: UiState, { definition }: Subject, area: Area): FocusDrawing | undefined {
  const chosen = ui.node === undefined ? undefined : definition.indexOf.get(ui.node);
  const center = chosen ?? beginningOf(definition);
  const room = { ...area, height: Math.max(1, area.height - FOCUS_LINE) };
  return focusDrawing(definition, ui.drawing, room, center);
}

/** Of the nodes that wait for none, the first one of those for which most others wait. */
function beginningOf({ order, dag, downstream }: Definition): number {
  let best = order[0] ?? 0;
  for (const index of order) {
    const isFirst = dag.nodes[index]?.depends.length === 0;
    if (isFirst && (downstream[index]?.length ?? 0) > (downstream[best]?.length ?? 0)) best = index;
  }
  return best;
}

/** Whether it shows what is around a node if it is left to itself: where nothing fits, and the operator did not ask for single boxes. */
export function isNearWhenLeft(ui: UiState, { definition }: Subject, area: Area): boolean {
  const { stacks, opened } = ui.drawing;
  return (
    stacks === undefined && opened.size === 0 && fittingDrawing(definition, ui.drawing, area) === undefined
  );
}

/** Room for the drawing in the pane: where it goes on beyond, stubs have the border. */
export function innerArea(layout: Layout, area: Area): { readonly x: number; readonly y: number } & Area {
  const x = layout.width > area.width ? STUB_WIDTH : 0;
  const y = layout.height > area.height ? 1 : 0;
  return { x, y, width: Math.max(1, area.width - 2 * x), height: Math.max(1, area.height - 2 * y) };
}

/** The part of the layout in the pane; undefined where there is no drawing. */
export function shownPart(ui: UiState, subject: Subject, area: Area): Window | undefined {
  const { result, boxOf } = drawingOn(ui, subject, area);
  return result.drawn ? partOf(ui, result.layout, boxOf(subject.index), area) : undefined;
}

export function partOf(ui: UiState, layout: Layout, chosen: string, area: Area): Window {
  const box = layout.boxes.find(({ id }) => id === chosen);
  return windowOn(layout, box, innerArea(layout, area), ui.corner);
}

/** Whether a map is there if it is left to itself. */
export function hasMapWhenLeft(ui: UiState, subject: Subject, area: Area): boolean {
  const { result } = drawingOn(ui, subject, area);
  return result.drawn && isMapDue(result.layout, area);
}

export function isMapDue(layout: Layout, area: Area): boolean {
  const isRoomy = area.width >= MAP_FROM.width && area.height >= MAP_FROM.height;
  const { times } = MAP_FROM;
  return isRoomy && (layout.width >= times * area.width || layout.height >= times * area.height);
}
