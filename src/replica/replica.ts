import { decodeRecord } from '../broker/port/codec.ts';
import type { EventLog, StoredRecord, Unsubscribe } from '../broker/port/port.ts';
import { createState, fold } from '../engine/fold.ts';
import type { LogEvent } from '../model/event.ts';
import { LOG_START } from '../model/ids.ts';
import type { Position } from '../model/ids.ts';
import type { State, Verdict } from '../model/state.ts';

export type Folded = { readonly event: LogEvent; readonly verdict: Verdict; readonly position: Position };

export type ReplicaListener = {
  /** After each batch: what was folded, in order. The state is the one after the batch. */
  readonly onFolded?: (folded: readonly Folded[]) => void;
  /** The log is not the one that was read so far; nothing more comes. */
  readonly onFault?: (error: Error) => void;
};

type Waiting = {
  readonly position: Position;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
};

/** Follows the event log and folds it: the state as this process knows it. */
export class Replica {
  readonly state: State = createState();
  readonly #listeners = new Set<ReplicaListener>();
  #waiting: Waiting[] = [];
  #position = LOG_START;
  #fault: Error | undefined;
  #stop: Unsubscribe | undefined;
  #malformed = 0;

  /** Up to where the state reflects the log. */
  get position(): Position {
    return this.#position;
  }

  get fault(): Error | undefined {
    return this.#fault;
  }

  /** Events on the wire that were none. */
  get malformed(): number {
    return this.#malformed;
  }

  /** Reads up to the present head, then goes on following. Rejects when the broker does. */
  async start(log: EventLog): Promise<void> {
    const head = await log.head();
    this.#stop = await log.follow(LOG_START, {
      onRecords: (records) => this.#take(records),
      onFault: (error) => {
        this.#fault = error;
        for (const listener of this.#listeners) listener.onFault?.(error);
        for (const { reject } of this.#waiting) reject(error);
        this.#waiting = [];
      },
    });
    await this.reached(head);
  }

  stop(): void {
    this.#stop?.();
    this.#listeners.clear();
  }

  listen(listener: ReplicaListener): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when the state reflects the log up to `position`; rejects with the fault when it never will. */
  reached(position: Position): Promise<void> {
    if (this.#position >= position) return Promise.resolve();
    if (this.#fault !== undefined) return Promise.reject(this.#fault);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ position, resolve, reject });
    });
  }

  #take(records: readonly StoredRecord[]): void {
    const folded: Folded[] = [];
    for (const { position, body } of records) {
      // A record that is handed over again after a reconnect is known already.
      if (position <= this.#position) continue;
      const { events, problems } = decodeRecord(body);
      this.#malformed += problems.length;
      for (const event of events)
        folded.push({ event, verdict: fold(this.state, event, position), position });
      this.#position = position;
    }
    for (const listener of this.#listeners) listener.onFolded?.(folded);
    if (this.#waiting.length === 0) return;
    const ready = this.#waiting.filter(({ position }) => position <= this.#position);
    this.#waiting = this.#waiting.filter(({ position }) => position > this.#position);
    for (const { resolve } of ready) resolve();
  }
}
