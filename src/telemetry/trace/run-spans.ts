import type { LogEvent } from '../../model/event.ts';
import type { AttemptKey, RunId } from '../../model/ids.ts';
import { attemptLabel } from '../../model/ids.ts';
import type { Attempt, Run, State } from '../../model/state.ts';
import { attemptSpan, runSpan, runTrace, SPAN_EVENTS_MAX } from './span.ts';
import type { SpanEvent, SpanRecord } from './span.ts';

type OpenAttempt = { readonly run: Run; readonly index: number; readonly attempt: Attempt };

/** What a run's next span will tell. */
type Round = {
  /** How often the run has ended. */
  ends: number;
  /** Since when it has been open; undefined while it is ended. */
  openMs: number | undefined;
  events: SpanEvent[];
};

/** Rounds of runs that have left memory are forgotten when so many more are known than there are runs. */
const ROUNDS_SPARE = 1_000;

/** Makes spans of what happens: each once, when it is over, and never changed after. */
export class RunSpans {
  readonly #open = new Map<string, OpenAttempt>();
  readonly #rounds = new Map<RunId, Round>();
  #hasBegun = false;

  /**
   * What has come to an end by `event`, which was accepted. `state` is the one after it. Of an event that is no news spans are wanted no more, and none are
   * made: a start reads thousands.
   */
  onEvent(event: LogEvent, state: State, isNews: boolean): SpanRecord[] {
    if (!this.#hasBegun) this.#begin(state);
    switch (event.type) {
      case 'run.triggered':
        this.#rounds.set(event.run, { ends: 0, openMs: event.atMs, events: [] });
        return [];
      case 'attempt.dispatched':
        this.#dispatch(event, state);
        return [];
      case 'attempt.finished':
      case 'attempt.overdue':
        return this.#end([attemptLabel(event)], isNews);
      case 'run.canceled':
        this.#note(event.run, 'canceled', event.atMs);
        return this.#end([...this.#open.keys()], isNews);
      case 'agent.lost':
      case 'agent.joined':
      case 'agent.left':
        return this.#end([...this.#open.keys()], isNews);
      case 'run.paused':
        this.#note(event.run, 'paused', event.atMs);
        return [];
      case 'run.resumed':
        this.#note(event.run, 'resumed', event.atMs);
        return [];
      case 'node.retried':
        this.#note(event.run, 'retried', event.atMs, { 'dagtop.node': event.node });
        return [];
      case 'run.finished':
        return this.#finish(event.run, state, isNews);
      case 'dag.applied':
      case 'dag.removed':
      case 'placement.applied':
      case 'server.cordoned':
      case 'server.uncordoned':
      case 'agent.draining':
      case 'attempt.started':
      case 'leader.elected':
      case 'leader.resigned':
      case 'node.skipped':
      case 'node.upstream_failed':
      case 'checkpoint.begun':
      case 'checkpoint.part':
        return [];
    }
  }

  /** What was there before the first event that is heard: the log need not begin with its first. */
  #begin(state: State): void {
    this.#hasBegun = true;
    for (const run of state.runs.values()) {
      const openMs = run.end === undefined ? run.triggeredMs : undefined;
      this.#rounds.set(run.id, { ends: run.end === undefined ? 0 : 1, openMs, events: [] });
      for (const index of run.active) {
        const attempt = run.nodes[index]?.attempts.at(-1);
        const node = run.definition.dag.nodes[index]?.name;
        if (attempt === undefined || node === undefined) continue;
        const label = attemptLabel({ run: run.id, node, attempt: attempt.number });
        this.#open.set(label, { run, index, attempt });
      }
    }
  }

  #dispatch(key: AttemptKey, state: State): void {
    const run = state.runs.get(key.run);
    const index = run?.definition.indexOf.get(key.node);
    const attempt = index === undefined ? undefined : run?.nodes[index]?.attempts.at(-1);
    if (run === undefined || index === undefined || attempt === undefined) return;
    this.#open.set(attemptLabel(key), { run, index, attempt });
  }

  #end(labels: readonly string[], isNews: boolean): SpanRecord[] {
    return labels.flatMap((label) => {
      const found = this.#open.get(label);
      if (found?.attempt.outcome === undefined) return [];
      this.#open.delete(label);
      const { run, index, attempt } = found;
      return isNews && runTrace(run).isSampled ? [attemptSpan(run, index, attempt)] : [];
    });
  }

  #note(run: RunId, name: string, atMs: number, attributes: SpanEvent['attributes'] = {}): void {
    const round = this.#rounds.get(run);
    if (round === undefined) return;
    // What steers a run that has ended opens it again.
    round.openMs ??= atMs;
    if (round.events.length < SPAN_EVENTS_MAX) round.events.push({ name, atMs, attributes });
  }

  #finish(id: RunId, state: State, isNews: boolean): SpanRecord[] {
    const run = state.runs.get(id);
    if (run === undefined) return [];
    const round = this.#rounds.get(id) ?? { ends: 0, openMs: undefined, events: [] };
    const { events, openMs } = round;
    round.ends += 1;
    round.openMs = undefined;
    round.events = [];
    this.#forgetOld(state);
    const isWanted = isNews && runTrace(run).isSampled;
    return isWanted ? [runSpan(run, round.ends, openMs ?? run.triggeredMs, events)] : [];
  }

  #forgetOld({ runs }: State): void {
    if (this.#rounds.size < runs.size + ROUNDS_SPARE) return;
    for (const id of this.#rounds.keys()) if (!runs.has(id)) this.#rounds.delete(id);
  }
}
