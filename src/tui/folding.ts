import type { State } from '../model/state.ts';
import { BOX_MODES } from '../view/box-view.ts';
import { drawingOf, LEAST } from '../view/dag-drawing.ts';
import type { Extent } from './moves.ts';
import { drawingOn, hasMapWhenLeft, isNearWhenLeft } from './shown-drawing.ts';
import { nodeNameOf, subjectOf } from './ui-state.ts';
import type { UiState } from './ui-state.ts';

/** What the operator does to the drawing itself: stacks opened and closed, boxes of another kind. */

export type Told = { readonly ui: UiState; readonly text: string };

/** Opens the chosen stack, or comes nearer to the chosen node in the rest beside a focus; undefined when neither is chosen. */
export function openStack(state: State, ui: UiState, extent: Extent): UiState | undefined {
  const subject = subjectOf(state, ui);
  if (subject === undefined) return undefined;
  const { members, rest } = drawingOn(ui, subject, extent.drawing).groupOf(subject.index);
  if (members.length === 1) return undefined;
  const node = nodeNameOf(subject);
  if (rest !== undefined) return { ...ui, node };
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

const NEAR_TEXTS = {
  on: 'what is around the chosen node',
  off: 'the whole drawing',
  open: 'what is around the chosen node, where nothing else fits',
};

/** What is around the node, the whole, or what fits: first what is not shown now. */
export function focusOrWhole(state: State, ui: UiState, extent: Extent): Told {
  const subject = subjectOf(state, ui);
  const isNear = subject !== undefined && isNearWhenLeft(ui, subject, extent.drawing);
  const round = [undefined, !isNear, isNear] as const;
  const next = round[(round.indexOf(ui.isNear) + 1) % round.length];
  const text = next === undefined ? NEAR_TEXTS.open : next ? NEAR_TEXTS.on : NEAR_TEXTS.off;
  return { ui: { ...ui, isNear: next }, text };
}

/** The map where it is not, and the other way around; then where it is needed. */
export function mapOnOff(state: State, ui: UiState, extent: Extent): Told {
  const subject = subjectOf(state, ui);
  const isThere = subject !== undefined && hasMapWhenLeft(ui, subject, extent.drawing);
  const round = [undefined, !isThere, isThere] as const;
  const hasMap = round[(round.indexOf(ui.hasMap) + 1) % round.length];
  const text =
    hasMap === undefined ? 'a map where the drawing is large' : hasMap ? 'with a map' : 'without a map';
  return { ui: { ...ui, hasMap }, text };
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
