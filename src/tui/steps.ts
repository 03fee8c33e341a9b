import type { DagName } from '../model/ids.ts';
import type { State } from '../model/state.ts';
import { endText } from '../view/consequence.ts';
import { typeFilter } from './filter-typing.ts';
import { consequenceOf } from './consequence.ts';
import { fold, foldAll, openStack, otherBoxes, turn } from './folding.ts';
import type { Told } from './folding.ts';
import { answerOf, commandOf } from './keymap.ts';
import type { Answer, Command, Focus } from './keymap.ts';
import { moveInDrawing, moveInList, moveInLog } from './moves.ts';
import type { Extent, Move } from './moves.ts';
import type { MonitorAction } from './source.ts';
import { nodeNameOf, subjectOf } from './ui-state.ts';
import type { Dialog, UiState, View } from './ui-state.ts';

/** What a key asks for beyond the screen. */
export type Effect =
  | { readonly do: 'quit' }
  | { readonly do: 'act'; readonly action: MonitorAction }
  | { readonly do: 'say'; readonly text: string; readonly level?: 'info' };

export type Step = { readonly ui: UiState; readonly effect?: Effect };

const PANES: readonly Focus[] = ['runs', 'graph', 'log'];

/** One key. Pure: the same key on the same screen and state always does the same. */
export function pressKey(state: State, ui: UiState, key: string, extent: Extent): Step {
  if (ui.dialog !== undefined) return answerDialog(state, ui, ui.dialog, key);
  if (ui.isTyping) return { ui: typeFilter(ui, key) };
  const command = commandOf(key, ui.focus);
  return command === undefined ? { ui } : runCommand(state, ui, command, extent);
}

function runCommand(state: State, ui: UiState, command: Command, extent: Extent): Step {
  switch (command) {
    case 'up':
    case 'down':
    case 'left':
    case 'right':
    case 'first':
    case 'last':
    case 'pageUp':
    case 'pageDown':
    case 'nextTelling':
      return { ui: move(state, ui, command, extent) };
    case 'nextPane':
      return { ui: { ...ui, fullLog: undefined, focus: pane(ui.focus, 1) } };
    case 'previousPane':
      return { ui: { ...ui, fullLog: undefined, focus: pane(ui.focus, -1) } };
    case 'open':
      return { ui: open(state, ui, extent) };
    case 'back':
      return { ui: goBack(ui) };
    case 'log':
      return { ui: ui.fullLog === undefined ? openLog(ui) : goBack(ui) };
    case 'graphView':
      return { ui: show(ui, 'graph') };
    case 'lanesView':
      return { ui: show(ui, 'lanes') };
    case 'timelineView':
      return { ui: show(ui, 'timeline') };
    case 'eventsView':
      return { ui: show(ui, 'events') };
    case 'filter':
      return { ui: { ...show(ui, 'events'), isTyping: true } };
    case 'fold':
      return { ui: fold(state, ui, extent) };
    case 'foldAll':
      return say(foldAll(ui));
    case 'boxes':
      return say(otherBoxes(ui));
    case 'critical':
      return { ui: { ...ui, isCritical: !ui.isCritical, view: 'graph' } };
    case 'turn':
      return say(turn(ui));
    case 'trigger':
      return askTrigger(state, ui);
    case 'retry':
      return askRetry(state, ui, false);
    case 'retryDownstream':
      return askRetry(state, ui, true);
    case 'cancel':
      return askCancel(state, ui);
    case 'pause':
      return pauseOrResume(state, ui);
    case 'help':
      return { ui: { ...ui, dialog: { is: 'help' } } };
    case 'quit':
      return { ui, effect: { do: 'quit' } };
  }
}

function move(state: State, ui: UiState, command: Move, extent: Extent): UiState {
  switch (ui.focus) {
    case 'runs':
      return moveInList(state, ui, command, extent);
    case 'graph':
      return moveInDrawing(state, ui, command, extent);
    case 'log':
      return moveInLog(ui, command, extent);
  }
}

function pane(from: Focus, by: number): Focus {
  return PANES[(PANES.indexOf(from) + by + PANES.length) % PANES.length] ?? 'runs';
}

function open(state: State, ui: UiState, extent: Extent): UiState {
  if (ui.focus === 'runs') return openSubject(state, ui);
  const opened = ui.focus === 'graph' ? openStack(state, ui, extent) : undefined;
  return opened ?? openLog(ui);
}

function show(ui: UiState, view: View): UiState {
  return { ...ui, view, focus: 'graph', fullLog: undefined };
}

function say({ ui, text }: Told): Step {
  return { ui, effect: { do: 'say', text, level: 'info' } };
}

function openSubject(state: State, ui: UiState): UiState {
  const run = subjectOf(state, ui)?.run;
  return { ...ui, focus: 'graph', chosen: run === undefined ? ui.chosen : { is: 'run', run: run.id } };
}

function openLog(ui: UiState): UiState {
  return { ...ui, focus: 'log', fullLog: ui.fullLog ?? { before: ui.focus } };
}

function goBack(ui: UiState): UiState {
  if (ui.fullLog !== undefined) return { ...ui, fullLog: undefined, focus: ui.fullLog.before };
  if (ui.focus === 'graph' && ui.view !== 'graph') return { ...ui, view: 'graph' };
  return { ...ui, focus: ui.focus === 'log' ? 'graph' : 'runs' };
}

function askTrigger(state: State, ui: UiState): Step {
  const own = subjectOf(state, ui)?.definition.dag.name;
  const dag = own !== undefined && state.dags.has(own) ? own : dagNames(state)[0];
  if (dag === undefined)
    return { ui, effect: { do: 'say', text: 'there is no dag yet: dagtop apply FILES' } };
  return ask(state, ui, { do: 'trigger', dag });
}

function askRetry(state: State, ui: UiState, downstream: boolean): Step {
  const subject = subjectOf(state, ui);
  if (subject?.run === undefined) return { ui, effect: { do: 'say', text: 'choose a run first' } };
  return ask(state, ui, { do: 'retry', run: subject.run.id, node: nodeNameOf(subject), downstream });
}

function askCancel(state: State, ui: UiState): Step {
  const run = subjectOf(state, ui)?.run;
  if (run === undefined) return { ui, effect: { do: 'say', text: 'choose a run first' } };
  return ask(state, ui, { do: 'cancel', run: run.id });
}

function ask(state: State, ui: UiState, action: MonitorAction): Step {
  const consequence = consequenceOf(state, action);
  if (!consequence.possible) return { ui, effect: { do: 'say', text: consequence.reason } };
  return { ui: { ...ui, dialog: { is: 'question', action, isYes: false } } };
}

/** Pausing stops nothing that runs and is undone with the same key, so it does not ask. */
function pauseOrResume(state: State, ui: UiState): Step {
  const run = subjectOf(state, ui)?.run;
  if (run === undefined) return { ui, effect: { do: 'say', text: 'choose a run first' } };
  if (run.end !== undefined)
    return { ui, effect: { do: 'say', text: `the run ${endText(run.end.outcome)} already` } };
  return { ui, effect: { do: 'act', action: { do: run.paused ? 'resume' : 'pause', run: run.id } } };
}

function answerDialog(state: State, ui: UiState, dialog: Dialog, key: string): Step {
  const closed = { ...ui, dialog: undefined };
  if (dialog.is === 'help') return { ui: closed };
  const answer = answerOf(key);
  return answer === undefined ? { ui } : answerQuestion(state, ui, dialog, answer);
}

function answerQuestion(
  state: State,
  ui: UiState,
  dialog: Extract<Dialog, { is: 'question' }>,
  answer: Answer,
): Step {
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
      const consequence = consequenceOf(state, dialog.action);
      if (!consequence.possible) return { ui: closed, effect: { do: 'say', text: consequence.reason } };
      // A new run is the newest, and that is what an open choice follows.
      const next =
        dialog.action.do === 'trigger' ? { ...closed, chosen: undefined, node: undefined } : closed;
      return { ui: next, effect: { do: 'act', action: dialog.action } };
    }
  }
}

function otherDag(state: State, dialog: Extract<Dialog, { is: 'question' }>, by: number): Dialog {
  if (dialog.action.do !== 'trigger') return dialog;
  const names = dagNames(state);
  const at = (names.indexOf(dialog.action.dag) + by + names.length) % names.length;
  return { ...dialog, action: { do: 'trigger', dag: names[at] ?? dialog.action.dag } };
}

function dagNames(state: State): DagName[] {
  return [...state.dags.keys()].toSorted();
}
