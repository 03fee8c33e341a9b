import type { Folded, ReplicaListener } from './replica.ts';

const KEPT = 2_000;

/** The newest events of the log with what the fold said of them, for people to read. Listens from before the replica starts. */
export class RecentEvents implements ReplicaListener {
  #events: Folded[] = [];
  #dropped = 0;

  /** Newest last. */
  get events(): readonly Folded[] {
    return this.#events.slice(-KEPT);
  }

  /** How many came before the first of `events`. */
  get dropped(): number {
    return this.#dropped + Math.max(0, this.#events.length - KEPT);
  }

  readonly onFolded = (folded: readonly Folded[]): void => {
    for (const item of folded) this.#events.push(item);
    // Now and then, not with each event.
    if (this.#events.length < 2 * KEPT) return;
    this.#dropped += this.#events.length - KEPT;
    this.#events = this.#events.slice(-KEPT);
  };
}
