import { decodeRecord } from '../broker/port/codec.ts';
import type { EventLog, StoredRecord, Unsubscribe } from '../broker/port/port.ts';
import { createState, fold } from '../engine/fold.ts';
import type { LogEvent } from '../model/event.ts';
import { LOG_START } from '../model/ids.ts';
import type { Position } from '../model/ids.ts';
import type { State, Verdict } from '../model/state.ts';

export type Folded = { readonly event: LogEvent; readonly verdict: Verdict; readonly position: Position };

export type ReplicaListener = {
  /** After each event, with the state as that event left it: a run that ends may leave memory within its batch. */
  readonly onEach?: (item: Folded) => void;
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

export type ReplicaOptions = {
  /**
   * Awaited after each part of a batch, so that a process with a screen answers keys while much is read, and a slow reader gets no more than it can
   * take. Without it a batch is folded in one go.
   */
  readonly rest?: (() => Promise<void>) | undefined;
};

/** About 500 events, or some milliseconds of folding. */
const PART_BYTES = 128 * 1024;

/** Follows the event log and folds it: the state as this process knows it. */
export class Replica {
  readonly state: State = createState();
  readonly #listeners = new Set<ReplicaListener>();
  #waiting: Waiting[] = [];
  #position = LOG_START;
  #fault: Error | undefined;
  #stop: Unsubscribe | undefined;
  #malformed = 0;
  readonly #rest: ReplicaOptions['rest'];

  constructor({ rest }: ReplicaOptions = {}) {
    this.#rest = rest;
  }

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
      onRecords: (records) =>
        this.#rest === undefined ? this.#take(records) : this.#takeInParts(records, this.#rest),
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

  /** Resolves when the state reflects the log up to `position`; rejects with the fault when it never will, and when `giveUp` says so. */
  reached(position: Position, giveUp?: AbortSignal): Promise<void> {
    if (this.#position >= position) return Promise.resolve();
    if (this.#fault !== undefined) return Promise.reject(this.#fault);
    return new Promise((resolve, reject) => {
      const entry = { position, resolve, reject };
      this.#waiting.push(entry);
      giveUp?.addEventListener('abort', () => {
        this.#waiting = this.#waiting.filter((each) => each !== entry);
        reject(new Error('given up'));
      });
    });
  }

  async #takeInParts(records: readonly StoredRecord[], rest: () => Promise<void>): Promise<void> {
    let part: StoredRecord[] = [];
    let bytes = 0;
    for (const record of records) {
      part.push(record);
      bytes += record.body.length;
      if (bytes < PART_BYTES) continue;
      this.#take(part);
      part = [];
      bytes = 0;
      await rest();
    }
    if (part.length === 0) return;
    this.#take(part);
    await rest();
  }

  #take(records: readonly StoredRecord[]): void {
    const folded: Folded[] = [];
    for (const { position, body } of records) {
      // A record that is handed over again after a reconnect is known already.
      if (position <= this.#position) continue;
      const { events, problems } = decodeRecord(body);
      this.#malformed += problems.length;
      for (const event of events) {
        const item = { event, verdict: fold(this.state, event, position), position };
        folded.push(item);
        for (const listener of this.#listeners) listener.onEach?.(item);
      }
      this.#position = position;
    }
    for (const listener of this.#listeners) listener.onFolded?.(folded);
    if (this.#waiting.length === 0) return;
    const ready = this.#waiting.filter(({ position }) => position <= this.#position);
    this.#waiting = this.#waiting.filter(({ position }) => position > this.#position);
    for (const { resolve } of ready) resolve();
  }
}
