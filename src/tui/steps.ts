import { contextOf } from './place.ts';
import type { Focus, View } from './place.ts';
import type { State } from '../model/state.ts';
import { nodeMatcher } from '../view/node-filter.ts';
import { RUN_SORTS } from '../view/run-rows.ts';
import { answerQuestion, refuse, tell } from './asking.ts';
import type { Step } from './asking.ts';
import { focusOrWhole, fold, foldAll, mapOnOff, openStack, otherBoxes, turn } from './folding.ts';
import type { Told } from './folding.ts';
import { answerOf, commandOf, isFirstOfTwo } from './bound-keys.ts';
import type { Command } from './keymap.ts';
import { edit, handOver } from './handing-over.ts';
import { leafThrough } from './help.ts';
import { lookUp } from './lookups.ts';
import { changeLog, isLogCommand, stayWithNode, typeInLog } from './log-keys.ts';
import { moveInLog, seekInLog, withLog } from './log-moves.ts';
import { moveInDrawing, moveInList } from './moves.ts';
import type { Extent, Move } from './moves.ts';
import { typeKey } from './prompt.ts';
import { readOn } from './reading.ts';
import { isReplayCommand, leaveReplay, replay, shownMs, shownState } from './replay.ts';
import { isSteering, steer } from './steering.ts';
import { filterText, nodeNameOf, show, subjectOf, trailTo } from './ui-state.ts';
import type { Dialog, UiState } from './ui-state.ts';
import { isTableView, moveInTable } from './view-moves.ts';

const PANES: readonly Focus[] = ['runs', 'graph', 'log'];

/** One key. Pure: the same key on the same screen and state always does the same. */
export function pressKey(state: State, ui: UiState, key: string, extent: Extent): Step {
  return leaveReplay(state, answerKey(state, ui, key, extent));
}

function answerKey(state: State, ui: UiState, key: string, extent: Extent): Step {
  const asked = handOver(state, ui, commandOf(ui.keymap, key, contextOf(ui)));
  if (asked !== undefined) return asked;
  if (ui.dialog !== undefined) return answerDialog(state, ui, ui.dialog, key, extent);
  const { keymap, pendingKey, typing } = ui;
  if (typing?.is === 'logSearch' || typing?.is === 'logFilter') return typeInLog(ui, typing, key, extent);
  if (typing !== undefined) return typeKey(state, ui, typing, key);
  const context = contextOf(ui);
  const settled = pendingKey === undefined ? ui : { ...ui, pendingKey: undefined };
  const both = pendingKey === undefined ? undefined : commandOf(keymap, pendingKey + key, context);
  if (both !== undefined) return runCommand(state, settled, both, extent);
  if (isFirstOfTwo(keymap, key, context)) return { ui: { ...ui, pendingKey: key } };
  const command = commandOf(keymap, key, context);
  return command === undefined ? { ui: settled } : runCommand(state, settled, command, extent);
}

function runCommand(state: State, ui: UiState, command: Command, extent: Extent): Step {
  if (isViewCommand(command)) return { ui: show(ui, VIEW_OF[command]) };
  if (isSteering(command)) return steer(state, ui, command, extent);
  if (isReplayCommand(command)) return replay(state, ui, command);
  if (isLogCommand(command)) return changeLog(state, ui, command);
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
    case 'nextMatch':
    case 'previousMatch':
      return toMatch(state, ui, command, extent);
    case 'nextPane':
      return { ui: toPane(ui, 1) };
    case 'previousPane':
      return { ui: toPane(ui, -1) };
    case 'open':
      return { ui: open(state, ui, extent) };
    case 'back':
      return { ui: goBack(ui) };
    case 'log':
      return { ui: ui.fullLog === undefined ? openLog(ui) : closeLog(ui) };
    case 'filter':
      return { ui: { ...(ui.focus === 'graph' ? ui : show(ui, ui.view)), typing: { is: 'filter' } } };
    case 'command':
      return { ui: { ...ui, typing: { is: 'command', text: '' } } };
    case 'sort':
      return sort(ui);
    case 'mark':
      return { ui: mark(state, ui) };
    case 'why':
    case 'describe':
    case 'yaml':
    case 'copy':
      return lookUp(shownState(state, ui), ui, command, { ...extent, nowMs: shownMs(ui, extent.nowMs) });
    case 'edit':
      return edit(state, ui);
    case 'snapshot':
    case 'suspend':
      return handOver(state, ui, command) ?? { ui };
    case 'fold':
      return { ui: fold(state, ui, extent) };
    case 'foldAll':
      return toldStep(foldAll(ui));
    case 'boxes':
      return toldStep(otherBoxes(ui));
    case 'critical':
      return { ui: { ...ui, isCritical: !ui.isCritical, view: 'graph' } };
    case 'focus':
      return toldStep(focusOrWhole(state, ui, extent));
    case 'map':
      return toldStep(mapOnOff(state, ui, extent));
    case 'turn':
      return toldStep(turn(ui));
    case 'help':
      return { ui: { ...ui, dialog: { is: 'help', page: 0 } } };
    case 'quit':
      return { ui, effect: { do: 'quit' } };
  }
}

export function move(state: State, ui: UiState, command: Move, extent: Extent): UiState {
  if (ui.focus === 'graph' && isTableView(ui.view)) return moveInTable(state, ui, command, extent);
  switch (ui.focus) {
    case 'runs':
      return moveInList(state, ui, command, extent);
    case 'graph':
      return moveInDrawing(shownState(state, ui), ui, command, extent);
    case 'log':
      return moveInLog(stayWithNode(state, ui), command, extent);
  }
}

function toPane(ui: UiState, by: number): UiState {
  const focus = PANES[(PANES.indexOf(ui.focus) + by + PANES.length) % PANES.length] ?? 'runs';
  const to = { ...ui, focus, fullLog: undefined };
  return { ...to, trail: trailTo(ui, contextOf(to)) };
}

export function open(state: State, ui: UiState, extent: Extent): UiState {
  if (ui.focus === 'runs') return openSubject(state, ui);
  if (ui.view === 'runs') return openSubject(state, ui);
  const opened = ui.focus === 'graph' ? openStack(state, ui, extent) : undefined;
  return opened ?? openLog(ui);
}

function toldStep({ ui, text }: Told): Step {
  return tell(ui, text);
}

function openSubject(state: State, ui: UiState): UiState {
  const run = subjectOf(state, ui)?.run;
  // The run stays chosen, whatever comes next.
  // One that is still being read is chosen already.
  const chosen = run === undefined ? ui.chosen : ({ is: 'run', run: run.id } as const);
  return { ...show(ui, ui.view === 'runs' ? 'graph' : ui.view), chosen };
}

function openLog(ui: UiState): UiState {
  return { ...ui, focus: 'log', fullLog: { before: ui.focus }, trail: trailTo(ui, 'log') };
}

/** Where the log had a pane already, it has it again. */
function closeLog(ui: UiState): UiState {
  return ui.fullLog?.before === 'log' ? { ...ui, fullLog: undefined } : goBack(ui);
}

/** One step back along the trail; first what was narrowed down here goes. */
function goBack(ui: UiState): UiState {
  if (ui.focus === 'log' && ui.log.search !== '') return withLog(ui, { search: '', found: undefined });
  if (ui.focus === 'log' && ui.log.filter !== '') return withLog(ui, { filter: '', top: undefined });
  if (ui.marks.size > 0) return { ...ui, marks: new Set() };
  if (filterText(ui) !== '' && ui.focus === 'graph')
    return { ...ui, filters: { ...ui.filters, [ui.view]: '' } };
  const place = ui.trail.at(-1) ?? 'list';
  const trail = ui.trail.slice(0, -1);
  const back = { ...ui, fullLog: undefined, trail };
  if (place === 'log') return { ...back, focus: 'log' };
  // Beside the list stands the drawing.
  return place === 'list'
    ? { ...back, focus: 'runs', view: 'graph' }
    : { ...back, focus: 'graph', view: place };
}

const VIEW_OF = {
  runsView: 'runs',
  graphView: 'graph',
  lanesView: 'lanes',
  timelineView: 'timeline',
  serversView: 'servers',
  eventsView: 'events',
  reloadView: 'reload',
} as const satisfies Partial<Record<Command, View>>;

function isViewCommand(command: Command): command is keyof typeof VIEW_OF {
  return Object.hasOwn(VIEW_OF, command);
}

/** In a log, to what is searched. Elsewhere to what the filter matches; without one, to what failed or is under way. */
function toMatch(state: State, ui: UiState, command: 'nextMatch' | 'previousMatch', extent: Extent): Step {
  if (ui.focus === 'log')
    return seekInLog(stayWithNode(state, ui), command === 'nextMatch' ? 'next' : 'previous', extent);
  if (filterText(ui) === '') return { ui: move(state, ui, 'nextTelling', extent) };
  const subject = subjectOf(state, ui);
  if (subject === undefined) return { ui };
  const { order, dag } = subject.definition;
  const matches = nodeMatcher(subject.definition, subject.run, filterText(ui));
  const round = command === 'nextMatch' ? order : order.toReversed();
  const at = round.indexOf(subject.index);
  const next = [...round.slice(at + 1), ...round.slice(0, at)].find(matches);
  const node = next === undefined ? undefined : dag.nodes[next]?.name;
  return node === undefined ? refuse(ui, 'no other node matches') : { ui: { ...ui, node } };
}

function sort(ui: UiState): Step {
  const runSort = RUN_SORTS[(RUN_SORTS.indexOf(ui.runSort) + 1) % RUN_SORTS.length] ?? 'newest';
  return tell({ ...ui, runSort }, `sorted: ${runSort} first`);
}

function mark(state: State, ui: UiState): UiState {
  const subject = subjectOf(state, ui);
  if (subject === undefined) return ui;
  const node = nodeNameOf(subject);
  const marks = new Set(ui.marks);
  if (!marks.delete(node)) marks.add(node);
  // The marks are of this run, so it stays chosen whatever comes next.
  const chosen = subject.run === undefined ? ui.chosen : ({ is: 'run', run: subject.run.id } as const);
  return { ...ui, chosen, node, marks };
}

function answerDialog(state: State, ui: UiState, dialog: Dialog, key: string, extent: Extent): Step {
  if (dialog.is === 'help') return { ui: leafThrough(ui, dialog.page, key, extent.page) };
  if (dialog.is === 'text') return { ui: readOn(ui, dialog, key, extent.page) };
  const answer = answerOf(ui.keymap, key);
  return answer === undefined ? { ui } : answerQuestion(state, ui, dialog, answer);
}
