import { explainNode } from '../../engine/reason.ts';
import type { Run, State } from '../../model/state.ts';

/** Why a node waits for a server costs a look at all that may start: of so many nodes it is told. */
const EXPLAINED_MAX = 50;

/** Why the nodes of a run are where they are. Where very many could start, only of the first what they wait for. */
export class Reasons {
  readonly #state: State;
  readonly #run: Run;
  readonly #nowMs: number;
  #explained = 0;

  constructor(state: State, run: Run, nowMs: number) {
    this.#state = state;
    this.#run = run;
    this.#nowMs = nowMs;
  }

  of(index: number): string {
    if (this.#run.ready.has(index) || this.#run.retrying.has(index)) {
      this.#explained += 1;
      if (this.#explained > EXPLAINED_MAX) return `waits with ${this.#run.ready.size} that could start`;
    }
    return explainNode(this.#state, this.#run, index, this.#nowMs);
  }
}
