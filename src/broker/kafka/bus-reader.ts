import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '../../model/limits.ts';
import type { Cluster } from './cluster.ts';
import type { TopicPlace, Topics, TopicWish } from './topics.ts';
import { fetch, offsetAt } from './wire.ts';
import type { ReadItem } from './wire.ts';

export type BusReaderWish = {
  readonly cluster: Cluster;
  readonly topics: Topics;
  readonly name: string;
  readonly topicWish: TopicWish;
  readonly onItem: (item: ReadItem) => void;
  /** Something may have been missed, and from now on everything comes. */
  readonly onGap: () => void;
};

export type BusReader = {
  /** Resolves when everything comes that is published from now on; without a link it does so at once. */
  ready(): Promise<void>;
  stop(): void;
};

const LANE = 'bus-read';
const FETCH_BYTES = 1024 * 1024;
const READY_MS = 5_000;
const RETRY_MS = 100;

/** Reads the topic of the bus from its end. After whatever goes wrong it begins at the end again. */
export function startBusReader(wish: BusReaderWish): BusReader {
  const { cluster, topics, name, topicWish, onItem, onGap } = wish;
  const stopping = new AbortController();
  const first = Promise.withResolvers<void>();
  let hasBegun = false;

  const read = async (place: TopicPlace): Promise<void> => {
    let next = await offsetAt(cluster, place, 'end');
    if (hasBegun) onGap();
    hasBegun = true;
    first.resolve();
    while (!stopping.signal.aborted) {
      const { items, end } = await fetch(cluster, LANE, place, next, FETCH_BYTES);
      for (const item of items) onItem(item);
      next = (items.at(-1)?.offset ?? next - 1) + 1;
      // Who reads too slowly would hear older and older news.
      if (end - next > limits.busRingMax) {
        next = end;
        onGap();
      }
    }
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await cluster.link.ready();
        await topics.at(name, topicWish, read);
      } catch {
        await pause(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };
  void run();
  return {
    async ready() {
      if (!cluster.link.isUp) return;
      const late = pause(READY_MS, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
      await Promise.race([first.promise, late]);
    },
    stop() {
      stopping.abort();
      cluster.closeLane(LANE);
    },
  };
}
