import { setTimeout as pause } from 'node:timers/promises';
import { guarded } from '../port/guarded.ts';
import { closedError } from '../port/link-state.ts';
import type { InboxMessage } from '../port/port.ts';
import type { Cluster } from './cluster.ts';
import type { Group, Progress } from './group.ts';
import { Ledger } from './ledger.ts';
import { answered } from './problem.ts';
import type { TopicPlace, Topics, TopicWish } from './topics.ts';
import { deleteBefore, fetch, offsetAt } from './wire.ts';
import type { ReadItem } from './wire.ts';

export type ReceiverWish = {
  readonly cluster: Cluster;
  readonly topics: Topics;
  readonly name: string;
  readonly topicWish: TopicWish;
  readonly onMessage: (message: InboxMessage) => void;
  readonly maxInFlight: number;
};

export type ShiftWish = ReceiverWish & { readonly lane: string; readonly group: Group };

const RETRY_MS = 250;
const SETTLE_TRIES = 8;
const FETCH_BYTES = 1024 * 1024;
/** The note of what is in flight must fit into what Kafka takes beside an offset, 4 KiB. */
const IN_FLIGHT_MAX = 400;
/** So many messages that are done may lie in the topic. */
const DONE_MAX = 1_000;

/**
 * The time in which one receiver is the chosen one. What it is about to hand over is stored first: who comes after it knows what may have been handed over, and who was
 * taken for dead can store nothing, and so hands over nothing new.
 */
export class Shift {
  readonly #wish: ShiftWish;
  #progress: Progress | undefined;
  /** Handed over in this shift and not acknowledged. */
  readonly #held = new Set<number>();
  #ledger: Ledger | undefined;
  #place: TopicPlace | undefined;
  #next = 0;
  #read: ReadItem[] = [];
  #trimmed = 0;
  #isOver = false;
  #isSettling = false;
  #wake: () => void = () => undefined;
  #storing: Promise<void> = Promise.resolve();
  #nextStoring: Promise<void> | undefined;

  constructor(wish: ShiftWish, progress: Progress | undefined) {
    this.#wish = wish;
    this.#progress = progress;
  }

  async run(): Promise<void> {
    while (!this.#isOver) {
      try {
        await this.#round();
      } catch {
        if (!this.#isOver) await pause(RETRY_MS);
      }
    }
  }

  /** Hands over nothing more, and stores nothing more. */
  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  /** For the end of a shift that is not over otherwise: stores what was acknowledged. */
  async settle(): Promise<void> {
    const ledger = this.#ledger;
    if (ledger === undefined) return;
    this.#isSettling = true;
    for (let tries = 0; tries < SETTLE_TRIES; tries += 1) {
      try {
        await this.#store(ledger);
        return await this.#trim(ledger);
      } catch {
        await pause(RETRY_MS);
      }
    }
  }

  async #round(): Promise<void> {
    const { topics, cluster, name, topicWish, maxInFlight } = this.#wish;
    if (!cluster.link.isUp) await cluster.link.ready();
    await topics.at(name, topicWish, async (place) => {
      const ledger = this.#ledgerOf(place);
      const room = Math.min(maxInFlight, IN_FLIGHT_MAX) - this.#held.size;
      if (room <= 0) return this.#sleep();
      this.#read = this.#read.filter(({ offset }) => !ledger.isDone(offset));
      if (this.#read.length === 0) await this.#fetch(place, ledger);
      await this.#handOver(ledger, this.#read.slice(0, room));
      if (ledger.offset - this.#trimmed > DONE_MAX) await this.#trim(ledger);
    });
  }

  /** Of a topic that was made anew nothing is known. */
  #ledgerOf(place: TopicPlace): Ledger {
    if (this.#ledger !== undefined && this.#place?.id === place.id) {
      this.#place = place;
      return this.#ledger;
    }
    const { offset = 0, note = '' } = this.#progress ?? {};
    this.#progress = undefined;
    this.#place = place;
    this.#ledger = Ledger.read(place.id, offset, note);
    this.#next = this.#ledger.offset;
    this.#trimmed = this.#next;
    this.#read = [];
    this.#held.clear();
    return this.#ledger;
  }

  async #fetch(place: TopicPlace, ledger: Ledger): Promise<void> {
    const { cluster, lane } = this.#wish;
    try {
      const { items } = await fetch(cluster, lane, place, this.#next, FETCH_BYTES);
      const newest = items.at(-1);
      if (newest !== undefined) this.#next = newest.offset + 1;
      this.#read = items.filter(({ offset }) => !ledger.isDone(offset));
    } catch (error) {
      if (!answered(error, 'OFFSET_OUT_OF_RANGE')) throw error;
      const [start, end] = [await offsetAt(cluster, place, 'start'), await offsetAt(cluster, place, 'end')];
      if (this.#next <= end) {
        ledger.dropBefore(start);
        this.#next = Math.max(this.#next, start);
      } else {
        // The server lost its newest messages: what comes now under their offsets is new.
        this.#progress = undefined;
        this.#ledger = undefined;
        this.#place = undefined;
      }
      throw error;
    }
  }

  async #handOver(ledger: Ledger, items: readonly ReadItem[]): Promise<void> {
    if (items.length === 0) return;
    const wereHanded = items.map(({ offset }) => ledger.wasHanded(offset));
    for (const { offset } of items) ledger.hand(offset);
    if (wereHanded.includes(false)) await this.#storeSurely(ledger);
    if (this.#isOver || ledger !== this.#ledger) return;
    this.#read.splice(0, items.length);
    for (const [at, { offset, body }] of items.entries()) {
      this.#held.add(offset);
      guarded(this.#wish.onMessage)({
        body,
        redelivered: wereHanded[at] === true,
        ack: () => this.#ack(ledger, offset),
      });
    }
  }

  async #storeSurely(ledger: Ledger): Promise<void> {
    while (!this.#isOver) {
      try {
        return await this.#store(ledger);
      } catch {
        await pause(RETRY_MS);
      }
    }
  }

  #ack(ledger: Ledger, offset: number): void {
    if (ledger !== this.#ledger || !this.#held.delete(offset)) return;
    ledger.ack(offset);
    this.#wake();
    void this.#storeSurely(ledger);
  }

  /** Stores what holds now. One request at a time; who comes meanwhile shares the next. */
  #store(ledger: Ledger): Promise<void> {
    this.#nextStoring ??= this.#storing
      .catch(() => undefined)
      .then(() => {
        this.#nextStoring = undefined;
        // Another receiver may have the next shift already.
        if (this.#isOver && !this.#isSettling) throw closedError();
        this.#storing = this.#wish.group.store({ offset: ledger.offset, note: ledger.note });
        return this.#storing;
      });
    return this.#nextStoring;
  }

  /** What is done is of no use to anybody. A login that may not delete leaves it there. */
  async #trim(ledger: Ledger): Promise<void> {
    const to = ledger.offset;
    if (this.#place === undefined || to <= this.#trimmed) return;
    this.#trimmed = to;
    await deleteBefore(this.#wish.cluster, this.#place, to).catch(() => undefined);
  }

  async #sleep(): Promise<void> {
    await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = () => undefined;
  }
}
