import { setStatus, startNodes } from '../engine/node-change.ts';
import type { ServerName } from '../model/ids.ts';
import type { AgentState, NodeStatus, Run, State } from '../model/state.ts';
import type { NodeChange, NodeMark, RunTape, TapeStep } from './replay-tape.ts';

/** A run, and the servers around it, as they were at a moment. */
export type Moment = {
  readonly run: Run;
  /** The live state with the run, the servers and the leader as they were; of the open runs only this one. */
  readonly state: State;
  readonly atMs: number;
};

/** Where a tape stands now: the run is changed in place as it is wound. */
type Playback = { readonly run: Run; readonly agents: Map<ServerName, AgentState>; at: number };

const playbacks = new WeakMap<RunTape, Playback>();

/**
 * The run after step `at` of its tape, which is wound there from where it stood: a step costs what it changed. Each moment is a `Run` of its own by
 * identity, but shares its nodes with the others of the tape: take what you need before you ask for the next. Throws where there is no such step.
 */
export function momentAt(tape: RunTape, at: number, live: State): Moment {
  const step = tape.steps[at];
  if (step === undefined) throw new Error(`no step ${at} in the replay of ${tape.run}`);
  const playback = playbackOf(tape);
  wind(playback, tape.steps, at);
  const run = { ...playback.run, ...step.mark };
  const { epoch, leader, placement, cordoned } = step.surroundings;
  const state: State = {
    ...live,
    epoch,
    leader,
    placement,
    cordoned: new Set(cordoned),
    agents: new Map(playback.agents),
    runs: new Map(live.runs).set(run.id, run),
    openRuns: new Set(run.end === undefined ? [run] : []),
  };
  return { run, state, atMs: step.atMs };
}

function playbackOf(tape: RunTape): Playback {
  const known = playbacks.get(tape);
  if (known !== undefined) return known;
  const { origin } = tape;
  if (origin === undefined) throw new Error(`the trigger of ${tape.run} was not read`);
  const run: Run = {
    ...origin,
    nodes: [],
    ready: new Set(),
    retrying: new Set(),
    active: new Set(),
    unsettled: 0,
  };
  startNodes(run);
  const playback = { run, agents: new Map<ServerName, AgentState>(), at: -1 };
  playbacks.set(tape, playback);
  return playback;
}

function wind(playback: Playback, steps: readonly TapeStep[], to: number): void {
  while (playback.at < to) {
    playback.at += 1;
    const step = steps[playback.at];
    for (const change of step?.nodes ?? []) redo(playback.run, change);
    for (const { server, after } of step?.agents ?? []) playback.agents.set(server, after);
  }
  while (playback.at > to) {
    const step = steps[playback.at];
    playback.at -= 1;
    for (const change of step?.nodes ?? []) undo(playback.run, change);
    for (const { server, before } of step?.agents ?? []) {
      if (before === undefined) playback.agents.delete(server);
      else playback.agents.set(server, before);
    }
  }
}

function redo(run: Run, { index, after, attempts }: NodeChange): void {
  const node = run.nodes[index];
  for (const change of attempts) if (node !== undefined) node.attempts[change.at] = change.after;
  mark(run, index, after);
}

function undo(run: Run, { index, before, attempts }: NodeChange): void {
  const node = run.nodes[index];
  for (const change of attempts) {
    if (node === undefined) continue;
    // Attempts come one after the other: what was not there is the last.
    if (change.before === undefined) node.attempts.length = change.at;
    else node.attempts[change.at] = change.before;
  }
  mark(run, index, before);
}

function mark(run: Run, index: number, { status, failures, losses }: NodeMark): void {
  const node = run.nodes[index];
  if (node === undefined) return;
  node.failures = failures;
  node.losses = losses;
  setStatus(run, index, status satisfies NodeStatus);
}
