import { randomBytes } from 'node:crypto';
import type { Position } from '../../model/ids.ts';
import { limits } from '../../model/limits.ts';
import { FollowLoop } from '../port/follow-loop.ts';
import { regressedLog } from '../port/log-fault.ts';
import type { LogFollower } from '../port/port.ts';
import { stampOf } from '../port/reader-failure.ts';
import type { Cluster } from './cluster.ts';
import type { LogPlace } from './log-place.ts';
import { answered } from './problem.ts';
import type { TopicPlace } from './topics.ts';
import { fetch, offsetAt } from './wire.ts';
import type { ReadItem } from './wire.ts';

export type FollowWish = {
  readonly cluster: Cluster;
  readonly place: LogPlace;
  readonly after: Position;
  readonly reader: LogFollower;
};

/** Reads the topic from `after` on. Returns the end of the reading. */
export function startFollower(wish: FollowWish): () => Promise<void> {
  const follower = new Follower(wish);
  const running = follower.run();
  return () => follower.loop.stop(running);
}

class Follower {
  readonly loop: FollowLoop;
  readonly #wish: FollowWish;
  readonly #lane = `log-${randomBytes(6).toString('hex')}`;
  /** Which is also the offset of the record after it. */
  #position: number;
  /** Of the newest record that was read: a log that lost its end and grew again is noticed by it. */
  #stamp: string | undefined;
  #isSure = false;

  constructor(wish: FollowWish) {
    this.#wish = wish;
    this.#position = wish.after;
    const { cluster, place, reader } = wish;
    this.loop = new FollowLoop({
      reader,
      link: cluster.link,
      fault: place.fault,
      round: () => this.#round(),
      doubt: () => void (this.#isSure = false),
      onStop: () => cluster.closeLane(this.#lane),
    });
  }

  async run(): Promise<void> {
    await this.loop.run();
    // The last round may have opened it once more.
    this.#wish.cluster.closeLane(this.#lane);
  }

  async #round(): Promise<void> {
    const items = await this.#read();
    for (let at = 0; at < items.length && !this.loop.isStopped; at += limits.followBatchMax) {
      const batch = items.slice(at, at + limits.followBatchMax);
      await this.loop.hand(batch.map(({ offset, body }) => ({ position: (offset + 1) as Position, body })));
    }
  }

  async #read(): Promise<ReadItem[]> {
    const { cluster, place } = this.#wish;
    const at = await place.find();
    const overlap = !this.#isSure && this.#stamp !== undefined ? 1 : 0;
    const offset = this.#position - overlap;
    try {
      const { items } = await fetch(cluster, this.#lane, at, offset, limits.followBatchMaxBytes);
      if (this.loop.isStopped || !this.#isFitting(items, overlap)) return [];
      const newest = items.at(-1);
      if (newest !== undefined) {
        this.#position = newest.offset + 1;
        this.#stamp = stampOf(newest.body);
        place.saw(this.#position);
      }
      return items;
    } catch (error) {
      if (!answered(error, 'OFFSET_OUT_OF_RANGE')) throw await place.explain(error);
      await this.#findStart(at, offset);
      return [];
    }
  }

  /** Takes from `items` the record that was read before, and looks whether it is the same. False when it is not there yet. */
  #isFitting(items: ReadItem[], overlap: number): boolean {
    const known = items[0];
    if (overlap === 1 && known === undefined) return false;
    if (known !== undefined && known.offset < this.#position) {
      items.shift();
      const { fault, where } = this.#wish.place;
      if (stampOf(known.body) !== this.#stamp)
        throw fault.raise(regressedLog(where, this.#position - 1, this.#position));
    }
    this.#isSure = true;
    return true;
  }

  async #findStart(at: TopicPlace, offset: number): Promise<void> {
    const { cluster, place } = this.#wish;
    const [start, end] = [await offsetAt(cluster, at, 'start'), await offsetAt(cluster, at, 'end')];
    // Not said of a log of another topic that has the same name by now.
    await place.look();
    if (this.#position > end) throw regressedLog(place.where, end, this.#position);
    if (offset >= start) return;
    this.#position = Math.max(this.#position, start);
    this.#stamp = undefined;
  }
}
