import type { Position } from '../../model/ids.ts';
import { limits } from '../../model/limits.ts';
import { CodedError } from '../../model/coded-error.ts';
import { regressedLog } from '../port/log-fault.ts';
import type { LogFault } from '../port/log-fault.ts';
import type { LogFollower, StoredRecord } from '../port/port.ts';
import { ReaderFailure, stampOf } from '../port/reader-failure.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';
import { readPlace } from './log-place.ts';
import type { LogPlace } from './log-place.ts';
import type { Wakes } from './wakes.ts';

export type FollowWish = {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly place: LogPlace;
  readonly fault: LogFault;
  readonly wakes: Wakes;
  readonly after: Position;
  readonly reader: LogFollower;
  readonly saw: (position: number) => void;
};

/** A wake-up may be lost. */
const LOOK_MS = 1_000;
const RETRY_MS = 250;
const FIRST_COUNT = 32;

/** Reads the list from `after` on, in batches whose size follows that of the records. Returns the end of the reading. */
export function startFollower(wish: FollowWish): () => Promise<void> {
  const follower = new Follower(wish);
  const running = follower.run();
  return async () => {
    follower.stop();
    await Promise.race([running, follower.handing]);
  };
}

class Follower {
  readonly #wish: FollowWish;
  #position: number;
  /** Of the newest record that was read: a log that lost its end and grew again is noticed by it. */
  #stamp: string | undefined;
  #isSure = false;
  #count = FIRST_COUNT;
  #base = 0;
  #isStopped = false;
  #isWoken = false;
  #wake: () => void = () => undefined;
  /** Resolves when the reader has nothing in hand that was not asked to stop from within itself. */
  handing: Promise<void> = Promise.resolve();

  constructor(wish: FollowWish) {
    this.#wish = wish;
    this.#position = wish.after;
  }

  stop(): void {
    this.#isStopped = true;
    this.#wake();
  }

  async run(): Promise<void> {
    const { connection, wakes, keys, fault } = this.#wish;
    const unfault = fault.on((error) => this.#fail(error));
    const unwake = await wakes.on(keys.wake, () => {
      this.#isWoken = true;
      this.#wake();
    });
    const unlink = connection.link.on(({ up }) => {
      if (!up) this.#isSure = false;
      this.#wake();
    });
    while (!this.#isStopped) {
      try {
        if (connection.link.isUp) await this.#round();
        else await this.#sleep(LOOK_MS);
      } catch (error) {
        if (error instanceof ReaderFailure) this.#fail(error);
        else if (error instanceof CodedError && error.code === 'log_regressed') this.#fail(error);
        else await this.#sleep(RETRY_MS);
      }
    }
    unfault();
    unlink();
    unwake();
  }

  async #round(): Promise<void> {
    this.#isWoken = false;
    const records = await this.#read();
    if (records === undefined) return;
    if (records.length === 0) {
      if (!this.#isWoken) await this.#sleep(LOOK_MS);
      return;
    }
    if (this.#isStopped) return;
    try {
      const handed = Promise.resolve(this.#wish.reader.onRecords(records));
      this.handing = handed.catch(() => undefined);
      await handed;
    } catch (error) {
      throw new ReaderFailure(error);
    }
  }

  /** Undefined when it must be asked again. */
  async #read(): Promise<StoredRecord[] | undefined> {
    const { connection, keys, place, fault, saw } = this.#wish;
    const overlap = !this.#isSure && this.#stamp !== undefined && this.#position > this.#base ? 1 : 0;
    const first = Math.max(1, this.#position - this.#base + 1 - overlap);
    const found = await readPlace(connection.reader, keys, place, fault, first, first + this.#count - 1);
    const last = found.base + found.length - 1;
    if (last < this.#position) throw regressedLog(place.where, last, this.#position);
    if (found.base !== this.#base) {
      this.#base = found.base;
      return undefined;
    }
    const records = found.bodies.map((body, at) => ({
      position: (this.#base + first + at) as Position,
      body: new Uint8Array(body.buffer, body.byteOffset, body.byteLength),
    }));
    const known = overlap === 1 ? records.shift() : undefined;
    if (known !== undefined && stampOf(known.body) !== this.#stamp)
      throw fault.raise(regressedLog(place.where, this.#position - 1, this.#position));
    this.#isSure = true;
    const newest = records.at(-1);
    if (newest === undefined) return known === undefined ? [] : undefined;
    this.#count = nextCount(this.#count, records);
    this.#position = newest.position;
    this.#stamp = stampOf(newest.body);
    saw(newest.position);
    return records;
  }

  #fail(error: Error): void {
    if (this.#isStopped) return;
    this.stop();
    this.#wish.reader.onFault(error);
  }

  async #sleep(ms: number): Promise<void> {
    if (this.#isStopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => undefined;
  }
}

/** So many that the next batch keeps the bound on bytes, if its records are like the largest of this one. */
function nextCount(count: number, records: readonly StoredRecord[]): number {
  const largest = records.reduce((max, { body }) => Math.max(max, body.length), 1);
  const fitting = Math.max(1, Math.floor(limits.followBatchMaxBytes / largest));
  return Math.min(count * 2, fitting, limits.followBatchMax);
}
