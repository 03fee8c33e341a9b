import type { Incarnation } from '../model/ids.ts';
import type { State } from '../model/state.ts';

/**
 * Who has been silent for how long, as this process heard it. Not in the log, and no ground for safety: an agent declared lost
 * by mistake only costs an attempt. After anything that may have deafened us (an outage, a pause of this process, a new
 * leadership) everyone gets one full grace period.
 */
export class Silence {
  readonly #heardMs = new Map<Incarnation, number>();
  #graceFromMs: number;

  constructor(nowMs: number) {
    this.#graceFromMs = nowMs;
  }

  hear(incarnation: Incarnation, nowMs: number): void {
    this.#heardMs.set(incarnation, nowMs);
  }

  /** Starts a full grace period for everyone. */
  forgive(nowMs: number): void {
    this.#graceFromMs = nowMs;
  }

  /** The incarnations in `state` that were silent for `lostAfterMs`. */
  silent(state: State, nowMs: number, lostAfterMs: number): Set<Incarnation> {
    const silent = new Set<Incarnation>();
    const known = new Set<Incarnation>();
    for (const { incarnation, presence } of state.agents.values()) {
      if (presence === 'left' || presence === 'lost') continue;
      known.add(incarnation);
      // One that was never heard counts from when it is first seen in the log.
      const heardMs = this.#heardMs.get(incarnation) ?? nowMs;
      this.#heardMs.set(incarnation, heardMs);
      if (nowMs - Math.max(heardMs, this.#graceFromMs) >= lostAfterMs) silent.add(incarnation);
    }
    for (const incarnation of this.#heardMs.keys())
      if (!known.has(incarnation)) this.#heardMs.delete(incarnation);
    return silent;
  }
}
