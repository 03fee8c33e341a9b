import type { LogEvent } from '../../model/event.ts';
import type { DagName } from '../../model/ids.ts';
import type { State } from '../../model/state.ts';
import { noticeOf } from './notice.ts';
import type { Failure, RunNotice } from './notice.ts';

/** Says of each run that ends whether that is worth a message: it failed, or its DAG had failed before and works again. */
export class RunNotices {
  readonly #publicUrl: string | undefined;
  /** DAGs whose newest outcome is a failure; a canceled run says nothing of its DAG. */
  readonly #failures = new Map<DagName, Failure>();

  #hasBegun = false;

  constructor(publicUrl: string | undefined) {
    this.#publicUrl = publicUrl;
  }

  /** `event` was accepted, and `state` is the one after it. */
  onEvent(event: LogEvent, state: State): RunNotice | undefined {
    if (!this.#hasBegun) this.#begin(state, event);
    if (event.type === 'dag.removed') this.#failures.delete(event.name);
    if (event.type !== 'run.finished') return undefined;
    const run = state.runs.get(event.run);
    if (run === undefined || event.outcome === 'canceled') return undefined;
    const before = this.#failures.get(run.dag);
    const facts = { run, event, before, publicUrl: this.#publicUrl };
    if (event.outcome === 'failed') {
      this.#failures.set(run.dag, { run: run.id, atMs: event.atMs });
      return noticeOf({ ...facts, kind: 'failed' });
    }
    if (!this.#failures.delete(run.dag)) return undefined;
    return noticeOf({ ...facts, kind: 'recovered' });
  }

  /** What had ended before the first event that is heard: the log need not begin with its first. */
  #begin(state: State, event: LogEvent): void {
    this.#hasBegun = true;
    for (const id of state.finishedRuns) {
      const run = state.runs.get(id);
      if (run?.end === undefined || (event.type === 'run.finished' && event.run === id)) continue;
      const { outcome, atMs } = run.end;
      if (outcome === 'failed') this.#failures.set(run.dag, { run: id, atMs });
      if (outcome === 'succeeded') this.#failures.delete(run.dag);
    }
  }
}
