import type { Position } from '../../model/ids.ts';
import { limits } from '../../model/limits.ts';
import { FollowLoop } from '../port/follow-loop.ts';
import { regressedLog } from '../port/log-fault.ts';
import type { LogFault } from '../port/log-fault.ts';
import type { LogFollower, StoredRecord } from '../port/port.ts';
import { stampOf } from '../port/reader-failure.ts';
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

const FIRST_COUNT = 32;

/** Reads the list from `after` on, in batches whose size follows that of the records. Returns the end of the reading. */
export function startFollower(wish: FollowWish): () => Promise<void> {
  const follower = new Follower(wish);
  const running = follower.run();
  return () => follower.loop.stop(running);
}

class Follower {
  readonly loop: FollowLoop;
  readonly #wish: FollowWish;
  #position: number;
  /** Of the newest record that was read: a log that lost its end and grew again is noticed by it. */
  #stamp: string | undefined;
  #isSure = false;
  #count = FIRST_COUNT;
  #base = 0;
  #isWoken = false;

  constructor(wish: FollowWish) {
    this.#wish = wish;
    this.#position = wish.after;
    this.loop = new FollowLoop({
      reader: wish.reader,
      link: wish.connection.link,
      fault: wish.fault,
      round: () => this.#round(),
      doubt: () => void (this.#isSure = false),
    });
  }

  async run(): Promise<void> {
    const { wakes, keys } = this.#wish;
    const unwake = await wakes.on(keys.wake, () => {
      this.#isWoken = true;
      this.loop.wake();
    });
    await this.loop.run();
    unwake();
  }

  async #round(): Promise<void> {
    this.#isWoken = false;
    const records = await this.#read();
    if (records === undefined || this.loop.isStopped) return;
    if (records.length > 0) await this.loop.hand(records);
    // A wake-up may be lost: it looks again by itself.
    else if (!this.#isWoken) await this.loop.sleep();
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
}

/** So many that the next batch keeps the bound on bytes, if its records are like the largest of this one. */
function nextCount(count: number, records: readonly StoredRecord[]): number {
  const largest = records.reduce((max, { body }) => Math.max(max, body.length), 1);
  const fitting = Math.max(1, Math.floor(limits.followBatchMaxBytes / largest));
  return Math.min(count * 2, fitting, limits.followBatchMax);
}
