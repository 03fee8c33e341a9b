import { takesSlot } from '../engine/attempt-end.ts';
import { isRetried, retryDelayMs } from '../engine/retry.ts';
import { candidatesFor, takesWork } from '../engine/server-choice.ts';
import { limits } from '../model/limits.ts';
import type { Attempt, Run, State } from '../model/state.ts';
import type { Tone } from './look.ts';
import { readyMsOf } from './run-history.ts';

/** Why a node did not run though all that it depends on had ended. */
export type WaitReason = 'slot' | 'server' | 'backoff' | 'paused' | 'sent' | 'unknown';

export type Wait = { readonly fromMs: number; readonly toMs: number; readonly reason: WaitReason };

export const WAIT_LOOKS: Readonly<Record<WaitReason, { readonly word: string; readonly tone: Tone }>> = {
  slot: { word: 'no slot', tone: 'waiting' },
  server: { word: 'no server', tone: 'bad' },
  backoff: { word: 'backoff', tone: 'warning' },
  paused: { word: 'paused', tone: 'accent' },
  sent: { word: 'sent', tone: 'muted' },
  unknown: { word: 'idle', tone: 'plain' },
};

/**
 * What each node waited for, in the order of time: from when it could have run until it was sent to a server, and from there until it started. A slot is
 * blamed only where at least as many attempts as the server has slots are known from that time; `unknown` is the scheduler's own time, or what nobody
 * knows any more. What waits for a retry by hand waits for nobody.
 */
export function waitsOf(state: State, run: Run, nowMs: number): (index: number) => readonly Wait[] {
  const loads = new Loads(state, run, nowMs);
  return (index) => {
    const waits: Wait[] = [];
    for (const gap of gapsOf(run, index, nowMs)) {
      if (gap.backoffMs > 0)
        waits.push({ fromMs: gap.fromMs, toMs: gap.fromMs + gap.backoffMs, reason: 'backoff' });
      const rest = { ...gap, fromMs: gap.fromMs + gap.backoffMs };
      for (const part of withoutPauses(run, rest, nowMs, waits))
        waits.push(...reasonsOf(state, run, index, part, loads));
      const { next } = gap;
      if (next !== undefined)
        waits.push({ fromMs: gap.toMs, toMs: next.startedMs ?? next.finishedMs ?? nowMs, reason: 'sent' });
    }
    return waits.filter(({ fromMs, toMs }) => toMs > fromMs).sort((a, b) => a.fromMs - b.fromMs);
  };
}

/** The time before an attempt, or until now where none came yet. */
type Gap = {
  readonly fromMs: number;
  readonly toMs: number;
  /** How much of it, from its beginning, is the backoff. */
  readonly backoffMs: number;
  readonly next: Attempt | undefined;
};

function gapsOf(run: Run, index: number, nowMs: number): Gap[] {
  const node = run.nodes[index];
  const definition = run.definition.dag.nodes[index];
  if (node === undefined || definition === undefined) return [];
  const gaps: Gap[] = [];
  const isWaiting = run.ready.has(index) || node.status.is === 'retrying';
  let failures = 0;
  for (const [at, next] of [...node.attempts, ...(isWaiting ? [undefined] : [])].entries()) {
    const toMs = next?.dispatchedMs ?? nowMs;
    const before = node.attempts[at - 1];
    const outcome = before?.outcome;
    let fromMs: number | undefined = outcome === undefined ? readyMsOf(run, index) : undefined;
    let backoffMs = 0;
    if (before?.finishedMs !== undefined && outcome?.is === 'lost') fromMs = before.finishedMs;
    if (before?.finishedMs !== undefined && (outcome?.is === 'failed' || outcome?.is === 'timed_out')) {
      failures += 1;
      if (isRetried(definition.retry, failures, outcome)) {
        fromMs = before.finishedMs;
        const key = { run: run.id, node: definition.name, attempt: before.number };
        backoffMs = retryDelayMs(definition.retry, failures, key);
      } else failures = 0;
    }
    if (fromMs === undefined || fromMs >= toMs) gaps.push({ fromMs: toMs, toMs, backoffMs: 0, next });
    else gaps.push({ fromMs, toMs, backoffMs: Math.min(backoffMs, toMs - fromMs), next });
  }
  return gaps;
}

/** What is left of a gap without the pauses of the run, which are told to `waits`. */
function withoutPauses(run: Run, gap: Gap, nowMs: number, waits: Wait[]): Gap[] {
  const parts: Gap[] = [];
  let { fromMs } = gap;
  for (const pause of run.pauses) {
    const from = Math.max(fromMs, pause.fromMs);
    const to = Math.min(gap.toMs, pause.toMs ?? nowMs);
    if (from >= to) continue;
    parts.push({ ...gap, fromMs, toMs: from });
    waits.push({ fromMs: from, toMs: to, reason: 'paused' });
    fromMs = to;
  }
  parts.push({ ...gap, fromMs });
  return parts.filter((part) => part.toMs > part.fromMs);
}

function reasonsOf(state: State, run: Run, index: number, { fromMs, toMs, next }: Gap, loads: Loads): Wait[] {
  const name = run.definition.dag.nodes[index]?.name;
  if (name === undefined) return [];
  const candidates = candidatesFor(state, run.dag, name);
  if (next === undefined) {
    const present = candidates.filter(({ agent }) => takesWork(state, agent));
    if (present.length === 0) return [{ fromMs, toMs, reason: 'server' }];
    const isFull = takesSlot(run, index) && present.every(({ agent, slots }) => (agent?.load ?? 0) >= slots);
    return [{ fromMs, toMs, reason: isFull ? 'slot' : 'unknown' }];
  }
  const agent = state.agents.get(next.server);
  const joinedMs = agent?.incarnation === next.incarnation ? Math.min(agent.joinedMs, toMs) : fromMs;
  const from = Math.max(fromMs, joinedMs);
  const slots =
    candidates.find((candidate) => candidate.agent?.server === next.server)?.slots ?? agent?.slots ?? 1;
  const isFull = takesSlot(run, index) && loads.most(next.server, from, toMs) >= slots;
  return [
    { fromMs, toMs: from, reason: 'server' },
    { fromMs: from, toMs, reason: isFull ? 'slot' : 'unknown' },
  ];
}

type Span = { readonly fromMs: number; readonly toMs: number };

/** Which servers had how much to do when, in this run and those at the same time; read when it is asked for first. */
class Loads {
  readonly #state: State;
  readonly #run: Run;
  readonly #nowMs: number;
  #spans: ReadonlyMap<string, readonly Span[]> | undefined;

  constructor(state: State, run: Run, nowMs: number) {
    this.#state = state;
    this.#run = run;
    this.#nowMs = nowMs;
  }

  /** How many attempts the server had within that time; those that only began at its end do not count. */
  most(server: string, fromMs: number, toMs: number): number {
    this.#spans ??= this.#read();
    let count = 0;
    for (const span of this.#spans.get(server) ?? [])
      if (span.fromMs < toMs && span.toMs > fromMs) count += 1;
    return count;
  }

  #read(): ReadonlyMap<string, readonly Span[]> {
    const spans = new Map<string, Span[]>();
    const endMs = this.#run.end?.atMs ?? this.#nowMs;
    let left: number = limits.slotEvidenceMax;
    const others = [...this.#state.runs.values()].filter(({ id }) => id !== this.#run.id).toReversed();
    for (const run of [this.#run, ...others]) {
      if (run.triggeredMs > endMs || (run.end?.atMs ?? this.#nowMs) < this.#run.triggeredMs) continue;
      left -= run.nodes.length;
      if (left < 0 && run !== this.#run) break;
      for (const [index, { attempts }] of run.nodes.entries()) {
        if (!takesSlot(run, index)) continue;
        for (const { server, dispatchedMs, finishedMs } of attempts) {
          const span = { fromMs: dispatchedMs, toMs: finishedMs ?? this.#nowMs };
          const known = spans.get(server);
          if (known === undefined) spans.set(server, [span]);
          else known.push(span);
        }
      }
    }
    return spans;
  }
}
