import { randomBytes } from 'node:crypto';
import { guarded } from '../port/guarded.ts';
import type { InboxMessage } from '../port/port.ts';
import type { Connection } from './connection.ts';
import type { InboxKeys } from './keys.ts';
import { returnHeld, sweep } from './sweep.ts';
import type { Wakes } from './wakes.ts';

export type ReceiverWish = {
  readonly connection: Connection;
  readonly keys: InboxKeys;
  readonly wakes: Wakes;
  readonly onMessage: (message: InboxMessage) => void;
  readonly maxInFlight: number;
};

export type Receiver = {
  /** Gives back what was not acknowledged, so that others need not wait until this one is taken for dead. */
  stop(): Promise<void>;
};

/** A wake-up may be lost; and how often a receiver says that it lives and looks who does not. */
const LOOK_MS = 1_000;
const TAKEN_AT_ONCE_MAX = 64;

export async function openReceiver(wish: ReceiverWish): Promise<Receiver> {
  const receiver = new OpenReceiver(wish);
  await receiver.start();
  return receiver;
}

/**
 * Takes ids from the queue into a list of its own and hands over their bodies. Taking and saying that it lives are one transaction, so that what it
 * holds is always found by who looks after receivers that died.
 */
class OpenReceiver implements Receiver {
  readonly #id = randomBytes(6).toString('base64url');
  readonly #wish: ReceiverWish;
  /** Handed over and not acknowledged. */
  readonly #held = new Set<string>();
  /** Acknowledged, and the server has not said yet that it forgot them. */
  readonly #acked = new Set<string>();
  readonly #ends: (() => void)[] = [];
  #isStopped = false;
  #isTaking = false;
  #isWanted = false;
  #settled: Promise<unknown> = Promise.resolve();

  constructor(wish: ReceiverWish) {
    this.#wish = wish;
  }

  async start(): Promise<void> {
    const { connection, wakes, keys } = this.#wish;
    this.#ends.push(await wakes.on(keys.wake, () => this.#want()));
    const unlink = connection.link.on(({ up }) => {
      if (up) void this.#look().catch(() => undefined);
    });
    const timer = setInterval(() => void this.#look().catch(() => undefined), LOOK_MS);
    this.#ends.push(unlink, () => clearInterval(timer));
    this.#want();
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    for (const end of this.#ends) end();
    const { connection, keys } = this.#wish;
    if (!connection.link.isUp) return;
    await this.#settled.catch(() => undefined);
    const { commands } = connection;
    await returnHeld(commands, keys, this.#id)
      .then(() => commands.hdel(keys.receivers, this.#id))
      .catch(() => undefined);
  }

  #want(): void {
    this.#isWanted = true;
    if (this.#isTaking || this.#isStopped || !this.#wish.connection.link.isUp) return;
    this.#isTaking = true;
    this.#settled = this.#takeAll()
      .catch(() => undefined)
      .finally(() => (this.#isTaking = false));
  }

  async #takeAll(): Promise<void> {
    while (this.#isWanted && !this.#isStopped) {
      this.#isWanted = false;
      const room = Math.min(TAKEN_AT_ONCE_MAX, this.#wish.maxInFlight - this.#held.size);
      if (room <= 0) return;
      const ids = await this.#take(room);
      await this.#handOver(ids);
      // The queue may hold more; an empty one is looked at again when it wakes us.
      if (ids.length === room) this.#isWanted = true;
    }
  }

  async #take(count: number): Promise<string[]> {
    const { connection, keys } = this.#wish;
    const transaction = connection.commands.multi().hsetnx(keys.receivers, this.#id, 0);
    for (let at = 0; at < count; at += 1) transaction.lmove(keys.queue, keys.held(this.#id), 'LEFT', 'RIGHT');
    const [, ...replies] = (await transaction.exec()) ?? [];
    return replies.flatMap(([error, id]) => {
      if (error !== null) throw error;
      return typeof id === 'string' ? [id] : [];
    });
  }

  /** Of ids that lie in the list of this receiver. How often each was taken is counted before it is handed over. */
  async #handOver(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const { connection, keys, onMessage } = this.#wish;
    const transaction = connection.commands.multi();
    for (const id of ids) transaction.hgetBuffer(keys.bodies, id).hincrby(keys.tries, id, 1);
    const replies = (await transaction.exec()) ?? [];
    for (const [at, id] of ids.entries()) {
      const [body, tries] = [replies[2 * at]?.[1], replies[2 * at + 1]?.[1]];
      if (this.#isStopped) return;
      // Another receiver had it too, and acknowledged it.
      if (!Buffer.isBuffer(body)) this.#forget(id);
      else {
        this.#held.add(id);
        guarded(onMessage)({
          body: new Uint8Array(body.buffer, body.byteOffset, body.byteLength),
          redelivered: Number(tries) > 1,
          ack: () => this.#ack(id),
        });
      }
    }
  }

  #ack(id: string): void {
    if (!this.#held.delete(id)) return;
    this.#forget(id);
    this.#want();
  }

  #forget(id: string): void {
    const { connection, keys } = this.#wish;
    this.#acked.add(id);
    // Without a link it is said again when there is one: the server still has the id in our list.
    if (!connection.link.isUp) return;
    const said = connection.commands
      .multi()
      .hdel(keys.bodies, id)
      .hdel(keys.tries, id)
      .lrem(keys.held(this.#id), 1, id)
      .exec()
      .then(
        () => this.#acked.delete(id),
        () => undefined,
      );
    this.#settled = Promise.all([this.#settled, said]);
  }

  /** Says that it lives, goes through what lies in its list and is not in hand, and gives back what dead receivers held. */
  async #look(): Promise<void> {
    const { connection, keys } = this.#wish;
    if (!connection.link.isUp || this.#isStopped) return;
    await sweep(connection.commands, keys, this.#id);
    if (!this.#isTaking) {
      const ids = await connection.commands.lrange(keys.held(this.#id), 0, -1);
      const stray = ids.filter((id) => !this.#held.has(id));
      for (const id of stray) if (this.#acked.has(id)) this.#forget(id);
      // Taken, but the answer never came.
      const lost = stray.filter((id) => !this.#acked.has(id));
      if (lost.length > 0 && !this.#isTaking && !this.#isStopped) {
        this.#isTaking = true;
        await this.#handOver(lost).finally(() => (this.#isTaking = false));
      }
    }
    this.#want();
  }
}
