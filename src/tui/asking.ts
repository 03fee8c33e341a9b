import type { DagName, NodeName, ServerName } from '../model/ids.ts';
import type { State } from '../model/state.ts';
import { isServerCordoned } from '../engine/fold-server.ts';
import { isFinal } from '../model/state.ts';
import { endText } from '../view/consequence.ts';
import { keysOf, shownKey } from './bound-keys.ts';
import { consequenceOf } from './consequence.ts';
import type { Answer } from './keymap.ts';
import type { Extent } from './moves.ts';
import { contextOf } from './place.ts';
import type { MonitorAction } from './source.ts';
import { drawingOn } from './shown-drawing.ts';
import type { ThemeName } from './theme.ts';
import { nodeNameOf, subjectOf } from './ui-state.ts';
import type { Dialog, Subject, UiState } from './ui-state.ts';

/** What a key asks for beyond the screen. */
export type Effect =
  | { readonly do: 'quit' }
  | { readonly do: 'act'; readonly action: MonitorAction }
  | { readonly do: 'copy'; readonly text: string }
  | { readonly do: 'theme'; readonly theme: ThemeName }
  | { readonly do: 'suspend' }
  | { readonly do: 'edit'; readonly dag: DagName; readonly node: NodeName | undefined }
  /** `subject` names the file where the operator does not. */
  | { readonly do: 'snapshot'; readonly file: string | undefined; readonly subject: string }
  | { readonly do: 'mouse'; readonly isOn: boolean }
  | { readonly do: 'say'; readonly text: string; readonly level?: 'info' };

export type Step = { readonly ui: UiState; readonly effect?: Effect };

export function refuse(ui: UiState, text: string): Step {
  return { ui, effect: { do: 'say', text } };
}

export function tell(ui: UiState, text: string): Step {
  return { ui, effect: { do: 'say', text, level: 'info' } };
}

/** Why nothing can be changed from here. */
function whyNot(ui: UiState): string | undefined {
  if (ui.isReadOnly) return 'this screen is read-only (--read-only, or read_only in config.yaml)';
  if (ui.offline !== undefined) return `not done: ${ui.offline}`;
  // What is seen is past, and what would be touched is not what is seen.
  return ui.replay === undefined ? undefined : `this is a replay; ${liveKey(ui)} goes back to live`;
}

/** What leaves a replay, as the operator types it. */
export function liveKey(ui: UiState): string {
  const key = keysOf(ui.keymap, 'live', contextOf(ui))[0];
  return key === undefined ? ':replay live' : shownKey(key);
}

/** Shows what an action would touch and waits for a yes; says why where it is not possible. */
export function ask(state: State, ui: UiState, action: MonitorAction): Step {
  const hindrance = whyNot(ui);
  if (hindrance !== undefined) return refuse(ui, hindrance);
  if ('run' in action && !state.runs.has(action.run))
    return refuse(ui, 'this run has left memory: what is in the history stays as it is');
  const consequence = consequenceOf(state, action);
  if (!consequence.possible) return refuse(ui, consequence.reason);
  return { ui: { ...ui, dialog: { is: 'question', action, isYes: false } } };
}

export function askTrigger(state: State, ui: UiState): Step {
  const own = subjectOf(state, ui)?.definition.dag.name;
  const dag = own !== undefined && state.dags.has(own) ? own : dagNames(state)[0];
  if (dag === undefined) return refuse(ui, 'there is no dag yet: dagtop apply FILES');
  return ask(state, ui, { do: 'trigger', dag });
}

/** Of the marked nodes, else of all in the chosen box that ended, else of the chosen node. */
export function askRetry(state: State, ui: UiState, downstream: boolean, extent: Extent): Step {
  const subject = subjectOf(state, ui);
  if (subject?.run === undefined) return refuse(ui, 'choose a run first');
  const nodes = ui.marks.size > 0 ? [...ui.marks] : boxNodes(ui, subject, extent);
  return ask(state, ui, { do: 'retry', run: subject.run.id, nodes, downstream });
}

export function askRetryOf(state: State, ui: UiState, nodes: readonly NodeName[], downstream: boolean): Step {
  const run = subjectOf(state, ui)?.run;
  if (run === undefined) return refuse(ui, 'choose a run first');
  return ask(state, ui, { do: 'retry', run: run.id, nodes, downstream });
}

/** A stack stands for those of its nodes that went wrong; the rest beside a focus stands for nothing. */
function boxNodes(ui: UiState, subject: Subject, extent: Extent): readonly NodeName[] {
  const own = nodeNameOf(subject);
  if (ui.view !== 'graph') return [own];
  const { members, rest } = drawingOn(ui, subject, extent.drawing).groupOf(subject.index);
  if (members.length === 1 || rest !== undefined) return [own];
  const wrong = members.filter((index) => {
    const state = subject.run?.nodes[index]?.status.is ?? 'waiting';
    return isFinal(state) && state !== 'succeeded' && state !== 'skipped';
  });
  const names = wrong.flatMap((index) => subject.definition.dag.nodes[index]?.name ?? []);
  return names.length === 0 ? [own] : names;
}

export function askCancel(state: State, ui: UiState): Step {
  const run = subjectOf(state, ui)?.run;
  return run === undefined ? refuse(ui, 'choose a run first') : ask(state, ui, { do: 'cancel', run: run.id });
}

/** Takes a server out of service, or puts it back. */
export function askCordon(state: State, ui: UiState, server: ServerName | undefined): Step {
  if (server === undefined) return refuse(ui, 'there is no server');
  return ask(state, ui, { do: isServerCordoned(state, server) ? 'uncordon' : 'cordon', server });
}

/** Pausing stops nothing that runs and is undone with the same key, so it does not ask. */
export function pauseOrResume(state: State, ui: UiState): Step {
  const hindrance = whyNot(ui);
  if (hindrance !== undefined) return refuse(ui, hindrance);
  const run = subjectOf(state, ui)?.run;
  if (run === undefined) return refuse(ui, 'choose a run first');
  if (run.end !== undefined) return refuse(ui, `the run ${endText(run.end.outcome)} already`);
  return { ui, effect: { do: 'act', action: { do: run.paused ? 'resume' : 'pause', run: run.id } } };
}

type Question = Extract<Dialog, { is: 'question' }>;

export function answerQuestion(state: State, ui: UiState, dialog: Question, answer: Answer): Step {
  const closed = { ...ui, dialog: undefined };
  switch (answer) {
    case 'close':
      return { ui: closed };
    case 'switch':
      return { ui: { ...ui, dialog: { ...dialog, isYes: !dialog.isYes } } };
    case 'next':
    case 'previous':
      return { ui: { ...ui, dialog: otherDag(state, dialog, answer === 'next' ? 1 : -1) } };
    case 'press':
    case 'yes': {
      if (answer === 'press' && !dialog.isYes) return { ui: closed };
      const hindrance = whyNot(ui);
      // The question stays: the link may come back.
      if (hindrance !== undefined) return refuse(ui, hindrance);
      const consequence = consequenceOf(state, dialog.action);
      if (!consequence.possible) return refuse(closed, consequence.reason);
      const done = { ...closed, marks: new Set<NodeName>() };
      // A new run is the newest, and that is what an open choice follows.
      const next = dialog.action.do === 'trigger' ? { ...done, chosen: undefined, node: undefined } : done;
      return { ui: next, effect: { do: 'act', action: dialog.action } };
    }
  }
}

function otherDag(state: State, dialog: Question, by: number): Dialog {
  const { action } = dialog;
  if (action.do !== 'trigger' || action.params !== undefined) return dialog;
  const names = dagNames(state);
  const at = (names.indexOf(action.dag) + by + names.length) % names.length;
  return { ...dialog, action: { do: 'trigger', dag: names[at] ?? action.dag } };
}

export function dagNames(state: State): DagName[] {
  return [...state.dags.keys()].toSorted();
}
