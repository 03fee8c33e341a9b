import type { State } from '../model/state.ts';
import { BOX_MODES } from '../view/box-view.ts';
import { drawingOf, LEAST } from '../view/dag-drawing.ts';
import type { Extent } from './moves.ts';
import { drawingOn, nodeNameOf, subjectOf } from './ui-state.ts';
import type { UiState } from './ui-state.ts';

/** What the operator does to the drawing itself: stacks opened and closed, boxes of another kind. */

export type Told = { readonly ui: UiState; readonly text: string };

/** Opens the chosen stack; undefined when no stack is chosen. */
export function openStack(state: State, ui: UiState, extent: Extent): UiState | undefined {
  const subject = subjectOf(state, ui);
  if (subject === undefined) return undefined;
  const { groupOf } = drawingOn(ui, subject, extent.drawing);
  if (groupOf(subject.index).members.length === 1) return undefined;
  const node = nodeNameOf(subject);
  const opened = new Set([...ui.drawing.opened, node]);
  return { ...ui, node, drawing: { ...ui.drawing, opened } };
}

/** Opens the chosen stack, or closes the one to which the chosen node belongs. */
export function fold(state: State, ui: UiState, extent: Extent): UiState {
  return openStack(state, ui, extent) ?? closeStack(state, ui);
}

function closeStack(state: State, ui: UiState): UiState {
  const subject = subjectOf(state, ui);
  if (subject === undefined) return ui;
  const { groupOf } = drawingOf(subject.definition, { ...LEAST, opened: new Set() });
  const siblings = new Set(
    groupOf(subject.index).members.map((index) => subject.definition.dag.nodes[index]?.name),
  );
  const opened = new Set([...ui.drawing.opened].filter((name) => !siblings.has(name)));
  return { ...ui, drawing: { ...ui.drawing, opened } };
}

export function foldAll(ui: UiState): Told {
  const isOff = ui.drawing.stacks === false;
  const drawing = { ...ui.drawing, stacks: isOff ? undefined : false, opened: new Set<never>() };
  const text = isOff ? 'equal siblings stand in stacks where needed' : 'each node has a box of its own';
  return { ui: { ...ui, drawing }, text };
}

const MODE_TEXTS = { card: 'large boxes', box: 'small boxes', pill: 'pills' };

export function otherBoxes(ui: UiState): Told {
  const modes = [undefined, ...BOX_MODES] as const;
  const mode = modes[(modes.indexOf(ui.drawing.mode) + 1) % modes.length];
  const text = mode === undefined ? 'boxes as large as fits' : MODE_TEXTS[mode];
  return { ui: { ...ui, drawing: { ...ui.drawing, mode } }, text };
}

const FLOW_TEXTS = { down: 'lines lead down', right: 'lines lead to the right' };

export function turn(ui: UiState): Told {
  const flows = [undefined, 'down', 'right'] as const;
  const flow = flows[(flows.indexOf(ui.drawing.flow) + 1) % flows.length];
  const text = flow === undefined ? 'lines lead where the drawing fits' : FLOW_TEXTS[flow];
  return { ui: { ...ui, drawing: { ...ui.drawing, flow } }, text };
}
