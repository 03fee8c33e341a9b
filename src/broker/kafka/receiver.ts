import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Group, isLost } from './group.ts';
import { Shift } from './shift.ts';
import type { ReceiverWish } from './shift.ts';

export type Receiver = {
  /** Stores what was acknowledged, and lets the next receiver begin. */
  stop(): Promise<void>;
};

const BEAT_MS = 1_500;
const RETRY_MS = 250;
const SETTLE_MS = 3_000;

/** Rejects where the login may not receive; all else that goes wrong is tried again for as long as it takes. */
export async function openReceiver(wish: ReceiverWish): Promise<Receiver> {
  const receiver = new Member(wish);
  await wish.cluster.persist(() => receiver.check());
  void receiver.run();
  return { stop: () => receiver.stop() };
}

/** Of the receivers of one server one at a time has a shift: it reads the topic and hands over. The others wait for its end or death. */
class Member {
  readonly #wish: ReceiverWish;
  readonly #lane = `in-${randomBytes(6).toString('hex')}`;
  readonly #group: Group;
  readonly #stopping = new AbortController();
  #shift: Shift | undefined;

  constructor(wish: ReceiverWish) {
    this.#wish = wish;
    this.#group = new Group(wish.cluster, `${this.#lane}-group`, wish.name);
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async check(): Promise<void> {
    await this.#group.progress();
  }

  async run(): Promise<void> {
    const { cluster } = this.#wish;
    while (!this.#isStopped) {
      try {
        if (cluster.link.isUp) await this.#takePart();
      } catch (error) {
        // A link that broke or a coordinator that moved ends no shift: the next round shows whether it goes on.
        if (isLost(error)) this.#endShift();
      }
      await this.#pause(RETRY_MS);
    }
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#stopping.abort();
    const { cluster } = this.#wish;
    const shift = this.#shift;
    shift?.end();
    if (cluster.link.isUp) {
      const settling = (async () => {
        await shift?.settle();
        await this.#group.leave();
      })();
      await Promise.race([settling.catch(() => undefined), pause(SETTLE_MS, undefined, { ref: false })]);
    }
    cluster.closeLane(`${this.#lane}-group`);
    cluster.closeLane(this.#lane);
  }

  /** One round of the group, until the next one. */
  async #takePart(): Promise<void> {
    const isChosen = await this.#group.join(this.#shift !== undefined);
    if (this.#isStopped) return;
    if (!isChosen) this.#endShift();
    else this.#shift ??= await this.#begin();
    for (;;) {
      await this.#pause(BEAT_MS);
      if (this.#isStopped) return;
      const state = await this.#group.beat();
      if (state === 'good') continue;
      if (state === 'lost') this.#endShift();
      return;
    }
  }

  async #begin(): Promise<Shift> {
    const progress = await this.#group.progress();
    const shift = new Shift({ ...this.#wish, lane: this.#lane, group: this.#group }, progress);
    if (!this.#isStopped) void shift.run();
    return shift;
  }

  #endShift(): void {
    this.#shift?.end();
    this.#shift = undefined;
  }

  async #pause(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}
