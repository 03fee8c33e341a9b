import type { State } from '../model/state.ts';
import { eventLineInRun } from '../view/event-line.ts';
import { stepAfter } from '../view/replay-moves.ts';
import type { ReplayMove } from '../view/replay-moves.ts';
import { RunTape } from '../view/replay-tape.ts';
import { liveKey, refuse, tell } from './asking.ts';
import type { Step } from './asking.ts';
import type { Command } from './keymap.ts';
import { momentOf, subjectOf } from './ui-state.ts';
import type { Replay, UiState } from './ui-state.ts';

const MOVES = {
  stepBack: { to: 'step', by: -1 },
  stepOn: { to: 'step', by: 1 },
  scrubBack: { to: 'scrub', by: -1 },
  scrubOn: { to: 'scrub', by: 1 },
} as const satisfies Partial<Record<Command, ReplayMove>>;

type ReplayCommand = keyof typeof MOVES | 'live';

export function isReplayCommand(command: Command): command is ReplayCommand {
  return command === 'live' || Object.hasOwn(MOVES, command);
}

export function replay(state: State, ui: UiState, command: ReplayCommand): Step {
  if (command === 'live') return goLive(ui);
  const isOn = command === 'stepOn' || command === 'scrubOn';
  if (isOn && ui.replay === undefined) return refuse(ui, 'this is live: there is nothing after it');
  return replayTo(state, ui, MOVES[command]);
}

export function goLive(ui: UiState): Step {
  if (ui.replay === undefined) return tell(ui, 'this is live already');
  return tell({ ...ui, replay: undefined }, 'live again');
}

/** Moves through the chosen run's past; what is asked for while the log is read is done when that is over. */
export function replayTo(state: State, ui: UiState, move: ReplayMove): Step {
  const run = subjectOf(state, ui)?.run;
  if (run === undefined) return refuse(ui, 'choose a run first');
  const known: Replay = ui.replay ?? { tape: new RunTape(run.id), at: undefined, asked: [] };
  if (known.at !== undefined) return moved(ui, known, known.at, move);
  const asked = [...known.asked, move];
  // The run stays chosen, whatever run comes next.
  const next: UiState = { ...ui, chosen: { is: 'run', run: run.id }, replay: { ...known, asked } };
  return tell(next, 'reading the log …');
}

/** When the log is read: shows the step that was asked for, counted from the newest. */
export function beginReplay(ui: UiState): Step {
  const known = ui.replay;
  if (known === undefined || known.at !== undefined) return { ui };
  const last = known.tape.steps.length - 1;
  if (last < 0) return refuse({ ...ui, replay: undefined }, 'the log does not have this run any more');
  const at = known.asked.reduce((from, move) => stepAfter(known.tape, from, move) ?? from, last);
  return showStep(ui, { ...known, at, asked: [] }, at);
}

function moved(ui: UiState, known: Replay, from: number, move: ReplayMove): Step {
  const at = stepAfter(known.tape, from, move);
  if (at === undefined) return refuse(ui, 'nothing went wrong in this run');
  if (at !== from || (move.to !== 'step' && move.to !== 'scrub')) return showStep(ui, { ...known, at }, at);
  return refuse(
    ui,
    move.by < 0 ? 'this is the first step' : `this is the newest step; ${liveKey(ui)} goes back to live`,
  );
}

function showStep(ui: UiState, { tape, asked }: Replay, at: number): Step {
  const event = tape.steps[at]?.event;
  const text = event === undefined ? '' : eventLineInRun(event);
  return tell({ ...ui, replay: { tape, at, asked } }, `step ${at + 1}: ${text}`);
}

/** A replay is of one run: whoever chooses another sees that as it is now. */
export function leaveReplay(state: State, step: Step): Step {
  const { tape } = step.ui.replay ?? {};
  if (tape === undefined) return step;
  const { chosen } = step.ui;
  if (chosen?.is === 'run' && chosen.run === tape.run && subjectOf(state, step.ui) !== undefined) return step;
  return { ...step, ui: { ...step.ui, replay: undefined } };
}

/** The state that the panes of a run show: of the moment, where one is replayed. */
export function shownState(state: State, ui: UiState): State {
  return momentOf(state, ui)?.state ?? state;
}

export function shownMs(ui: UiState, nowMs: number): number {
  const { replay: known } = ui;
  return (known?.at === undefined ? undefined : known.tape.steps[known.at]?.atMs) ?? nowMs;
}
