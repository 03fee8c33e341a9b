import type { EventId } from '../model/ids.ts';
import type { Verdict } from '../model/state.ts';
import type { Replica } from './replica.ts';

type Waiting = { readonly resolve: (verdict: Verdict) => void; readonly reject: (error: Error) => void };

/** Waits for what the fold says of events that this process appends. */
export class Verdicts {
  readonly #replica: Replica;
  readonly #waiting = new Map<EventId, Waiting[]>();

  constructor(replica: Replica) {
    this.#replica = replica;
    replica.listen({
      onFolded: (folded) => {
        if (this.#waiting.size === 0) return;
        for (const { event, verdict } of folded) {
          for (const { resolve } of this.#take(event.id)) resolve(verdict);
        }
      },
      onFault: (error) => {
        for (const id of [...this.#waiting.keys()]) this.forget(id, error);
      },
    });
  }

  /** Of the next copy of the event in the log; call it before the event is appended. Rejects when the log can't be followed any further. */
  of(id: EventId): Promise<Verdict> {
    const { fault } = this.#replica;
    if (fault !== undefined) return Promise.reject(fault);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), { resolve, reject }]);
    });
  }

  /** Nobody waits for it any more: who does gets `error`. */
  forget(id: EventId, error: Error): void {
    for (const { reject } of this.#take(id)) reject(error);
  }

  #take(id: EventId): readonly Waiting[] {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return [];
    this.#waiting.delete(id);
    return waiting;
  }
}
