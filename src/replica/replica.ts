import { decodeRecord } from '../broker/port/codec.ts';
import type { EventLog, StoredRecord, Unsubscribe } from '../broker/port/port.ts';
import { createState, fold } from '../engine/fold.ts';
import { CodedError } from '../model/coded-error.ts';
import type { EventOf, LogEvent } from '../model/event.ts';
import { LOG_START } from '../model/ids.ts';
import type { Position, SchedulerId } from '../model/ids.ts';
import type { State, Verdict } from '../model/state.ts';
import { findBeginning } from './beginning.ts';
import type { From, LookOptions } from './beginning.ts';
import { digestOf, textOf } from './checkpoint-text.ts';

export type Folded = { readonly event: LogEvent; readonly verdict: Verdict; readonly position: Position };

export type ReplicaListener = {
  /** Where the reading begins: what is at or before that is in the state, and is not told. */
  readonly onBegin?: (position: Position) => void;
  /** After each event, with the state as that event left it: a run that ends may leave memory within its batch. */
  readonly onEach?: (item: Folded) => void;
  /** After each batch: what was folded, in order. The state is the one after the batch. */
  readonly onFolded?: (folded: readonly Folded[]) => void;
  /** The log is not the one that was read so far; nothing more comes. */
  readonly onFault?: (error: Error) => void;
  /** The log holds something that must not be there, which was not acted upon. */
  readonly onDoubt?: (text: string) => void;
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

/** The state at the beginning of a checkpoint that is not complete yet; its text only where this process is to write it. */
export type Snapshot = {
  readonly base: Position;
  readonly text: string | undefined;
  readonly digest: string;
};

/** About 500 events, or some milliseconds of folding. */
const PART_BYTES = 128 * 1024;

/** Follows the event log and folds it: the state as this process knows it. */
export class Replica {
  #state: State = createState();
  readonly #listeners = new Set<ReplicaListener>();
  #waiting: Waiting[] = [];
  #position = LOG_START;
  #isStopped = false;
  #fault: Error | undefined;
  #stop: Unsubscribe | undefined;
  #malformed = 0;
  #snapshot: Snapshot | undefined;
  /** What is asked of the log before the next records are folded. */
  #log: EventLog | undefined;
  #events = 0;
  /** How many there were when the newest checkpoint was begun that is not complete, and the newest that is. */
  #begunAt = 0;
  #completeAt = 0;
  #witness: SchedulerId | undefined;
  readonly #rest: ReplicaOptions['rest'];

  constructor({ rest }: ReplicaOptions = {}) {
    this.#rest = rest;
  }

  /** Another object before and after `start`. */
  get state(): State {
    return this.#state;
  }

  /** Events folded since the beginning, and those of them that no complete checkpoint has. */
  get events(): { readonly count: number; readonly sinceCheckpoint: number } {
    return { count: this.#events, sinceCheckpoint: this.#events - this.#completeAt };
  }

  /** From now on takes down the state wherever a checkpoint is begun, and compares: for a scheduler, which has to write its own. */
  witness(scheduler: SchedulerId): void {
    this.#witness = scheduler;
  }

  /** Of the checkpoint that is being written, as this witness has it. */
  get snapshot(): Snapshot | undefined {
    return this.#snapshot;
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

  /**
   * Reads from where `findBeginning` says up to the present head, then goes on following. Listeners hear what comes after the beginning alone. Rejects when
   * the broker does, and as `findBeginning` does.
   */
  async start(log: EventLog, from: From = 'oldest', look: LookOptions = {}): Promise<void> {
    this.#log = log;
    const { state, position } = await findBeginning(log, from, look);
    this.#state = state;
    this.#position = position;
    for (const listener of this.#listeners) listener.onBegin?.(position);
    const head = await log.head();
    this.#stop = await log.follow(position, {
      onRecords: (records) => this.#receive(records),
      onFault: (error) => this.#fail(error),
    });
    await this.reached(head);
  }

  #fail(error: Error): void {
    if (this.#fault !== undefined) return;
    this.#fault = error;
    this.#stop?.();
    for (const listener of this.#listeners) listener.onFault?.(error);
    for (const { reject } of this.#waiting) reject(error);
    this.#waiting = [];
  }

  #receive(records: readonly StoredRecord[]): Promise<void> | void {
    const rest = this.#rest;
    const take = (): Promise<void> | void =>
      rest === undefined ? this.#take(records) : this.#takeInParts(records, rest);
    return this.#jumps(records) ? this.#askForGap().then(take) : take();
  }

  /** Numbers may be missing where a broker gave them away for nothing, or because what has them was cut off. */
  #jumps(records: readonly StoredRecord[]): boolean {
    let last: number = this.#position;
    for (const { position } of records) {
      if (position > last + 1) return true;
      last = Math.max(last, position);
    }
    return false;
  }

  /** What this reader lacks is gone when the log begins behind it: then nothing more is folded. */
  async #askForGap(): Promise<void> {
    try {
      const tail = (await this.#log?.tail()) ?? LOG_START;
      if (tail > this.#position + 1) this.#fail(gap(this.#position, tail));
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Nothing more is folded, not even what was handed over already: who listened would not hear of it. */
  stop(): void {
    this.#isStopped = true;
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
    if (this.#fault !== undefined || this.#isStopped) return;
    const folded: Folded[] = [];
    for (const { position, body } of records) {
      // A record that is handed over again after a reconnect is known already.
      if (position <= this.#position) continue;
      const { events, problems } = decodeRecord(body);
      this.#malformed += problems.length;
      for (const event of events) {
        const verdict = fold(this.#state, event, position);
        this.#events += 1;
        if (verdict.accepted && 'checkpoint' in event) this.#note(event, position);
        const item = { event: withoutText(event), verdict, position };
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

  #note(event: EventOf<'checkpoint.begun'> | EventOf<'checkpoint.part'>, position: Position): void {
    if (event.type === 'checkpoint.begun') {
      this.#begunAt = this.#events;
      if (this.#witness !== undefined) this.#takeDown(event, position, this.#witness);
    } else if (event.part === event.parts) {
      this.#completeAt = this.#begunAt;
      this.#compare(event);
    }
  }

  #takeDown({ by }: EventOf<'checkpoint.begun'>, base: Position, witness: SchedulerId): void {
    const text = textOf(this.#state);
    this.#snapshot = { base, text: by === witness ? text : undefined, digest: digestOf(text) };
  }

  /** (invariant 13 of the fold) */
  #compare({ base, by, digest }: EventOf<'checkpoint.part'>): void {
    const snapshot = this.#snapshot;
    this.#snapshot = undefined;
    if (snapshot?.base !== base || snapshot.digest === digest) return;
    const text = `the checkpoint of ${base} by ${by} is not the state that was folded here; nobody should start from it`;
    for (const listener of this.#listeners) listener.onDoubt?.(text);
  }
}

/** Whoever hears of a part of a checkpoint, and keeps it, has no use for its text. */
function withoutText(event: LogEvent): LogEvent {
  return event.type === 'checkpoint.part' ? { ...event, data: '' } : event;
}

function gap(position: Position, tail: Position): CodedError {
  return new CodedError('log_gap', `the event log was read up to ${position}, and begins at ${tail} now`, {
    hint: 'it was trimmed while this process was not connected: start it again, and it begins at a checkpoint',
  });
}
