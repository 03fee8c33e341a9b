import type {
  Broker,
  BusSubscriber,
  InboxMessage,
  Link,
  LogFollower,
  StoredRecord,
} from '../../src/broker/port/port.ts';
import type { Position, ServerName } from '../../src/model/ids.ts';
import type { SimProcess } from './process.ts';
import type { World } from './world.ts';

type Stored = {
  readonly id: number;
  readonly body: Uint8Array;
  deliveries: number;
  holder: SimProcess | undefined;
};
type Follower = {
  readonly process: SimProcess;
  readonly follower: LogFollower;
  cursor: number;
  busy: boolean;
  ended: boolean;
};
type Receiver = {
  readonly process: SimProcess;
  readonly onMessage: (message: InboxMessage) => void;
  ended: boolean;
};
type Subscription = {
  readonly process: SimProcess;
  readonly pattern: string;
  readonly subscriber: BusSubscriber;
  ended: boolean;
};

const REDELIVER_MS = 8_000;

/** The broker of the simulation: keeps the port's promises and no more. Slow, forgetful of replies, fond of saying things twice. */
export class SimBroker {
  readonly world: World;
  readonly records: StoredRecord[] = [];
  /** Called at each record that becomes durable, before anyone reads it. */
  onRecord: (record: StoredRecord) => void = () => undefined;
  /** Called before records are cut off. */
  onTrim: (through: Position) => void = () => undefined;
  isUp = true;
  /** Nobody reads it and what is before it any more; the story keeps it all. */
  #trimmed = 0;
  readonly #followers: Follower[] = [];
  readonly #inboxes = new Map<ServerName, Stored[]>();
  readonly #receivers = new Map<ServerName, Receiver[]>();
  readonly #subscriptions: Subscription[] = [];
  readonly #links: { readonly process: SimProcess; readonly listener: (link: Link) => void }[] = [];
  #messageId = 0;

  constructor(world: World) {
    this.world = world;
  }

  /** Nobody reaches the broker for so long; what it has stays. */
  outage(forMs: number): void {
    if (!this.isUp) return;
    this.world.say(() => `broker DOWN for ${forMs} ms`);
    this.isUp = false;
    this.#tellLinks({ up: false, reason: 'outage' });
    this.world.after(forMs, () => {
      this.isUp = true;
      this.world.say(() => 'broker UP');
      this.#tellLinks({ up: true });
      for (const follower of this.#followers) this.#feed(follower);
      for (const server of this.#inboxes.keys()) this.#deliver(server);
    });
  }

  connect(process: SimProcess): Broker {
    process.onCrash.push(() => this.#forget(process));
    return {
      kind: 'simulated',
      log: {
        identity: () => process.act('identity', 1, () => 'simulated'),
        append: (records) =>
          this.#request(process, 'append', (isReplyLost) => {
            // What was cut off in the middle may be there up to any record.
            const count = isReplyLost ? this.world.random.int(1, records.length) : records.length;
            this.#store(records.slice(0, count).map(({ body }) => body));
          }),
        head: () => process.act('head', 1, () => this.records.length as Position),
        tail: () => this.#ask(process, 'tail', () => (this.#trimmed + 1) as Position),
        trim: (through) => this.#ask(process, 'trim', () => this.#trim(through)),
        follow: async (after, follower) => {
          const entry = { process, follower, cursor: after as number, busy: false, ended: false };
          this.#followers.push(entry);
          this.#feed(entry);
          return () => void (entry.ended = true);
        },
      },
      inbox: {
        send: (server, messages) =>
          this.#request(process, 'send', () => {
            for (const body of messages) this.#enqueue(server, body);
          }),
        receive: async (server, onMessage) => {
          const receiver = { process, onMessage, ended: false };
          this.#receivers.set(server, [...(this.#receivers.get(server) ?? []), receiver]);
          this.#deliver(server);
          return () => {
            receiver.ended = true;
            this.#release(process);
          };
        },
      },
      bus: {
        publish: (subject, body) => this.#publish(process, subject, body),
        subscribe: async (pattern, subscriber) => {
          const subscription = { process, pattern, subscriber, ended: false };
          this.#subscriptions.push(subscription);
          return () => void (subscription.ended = true);
        },
        request: () => Promise.reject(new Error('not simulated')),
        respond: async () => () => undefined,
      },
      onLink: (listener) => {
        this.#links.push({ process, listener });
        listener(this.isUp ? { up: true } : { up: false, reason: 'outage' });
        return () => undefined;
      },
      probe: () => Promise.reject(new Error('not simulated')),
      close: async () => this.#forget(process),
    };
  }

  /** A question may find no broker. */
  async #ask<T>(process: SimProcess, what: string, answer: () => T): Promise<T> {
    if (this.isUp) return process.act(what, this.#latency(), answer);
    await process.act(what, 1_000, () => undefined);
    throw new Error(`${what} timed out`);
  }

  #trim(through: Position): void {
    if (through <= this.#trimmed) return;
    this.world.say(() => `log trimmed to ${through}`);
    this.onTrim(through);
    this.#trimmed = through;
  }

  /** A request may be lost, and so may its reply: then it is stored, and the caller is told that nobody knows. */
  async #request(process: SimProcess, what: string, effect: (isReplyLost: boolean) => void): Promise<void> {
    const { random, faulty } = this.world;
    const isLost = !this.isUp || (faulty && random.chance(0.03));
    const isReplyLost = faulty && random.chance(0.05);
    if (isLost) {
      await process.act(what, random.int(500, 3_000), () => undefined);
      throw new Error(`${what} timed out (never stored)`);
    }
    await process.act(what, this.#latency(), () => effect(isReplyLost));
    if (!isReplyLost) return;
    await process.act(`${what}'s reply`, random.int(500, 2_000), () => undefined);
    throw new Error(`${what} timed out (stored)`);
  }

  #store(bodies: readonly Uint8Array[]): void {
    for (const body of bodies) {
      const record = { position: (this.records.length + 1) as Position, body };
      this.records.push(record);
      this.onRecord(record);
    }
    for (const follower of this.#followers) this.#feed(follower);
  }

  /** Hands over records in order, in batches of chance; now and then some that were handed over before. */
  #feed(entry: Follower): void {
    if (
      entry.busy ||
      entry.ended ||
      !entry.process.alive ||
      !this.isUp ||
      entry.cursor >= this.records.length
    )
      return;
    entry.busy = true;
    this.world.after(this.#latency(), () =>
      entry.process.enter(() => {
        entry.busy = false;
        if (entry.ended) return;
        const { random, faulty } = this.world;
        const start = Math.max(entry.cursor, this.#trimmed);
        const from = faulty && random.chance(0.02) ? Math.max(this.#trimmed, start - 3) : start;
        const batch = this.records.slice(from, from + random.int(1, 20));
        entry.cursor = Math.max(start, from + batch.length);
        const taken = entry.follower.onRecords(batch);
        if (taken === undefined) {
          this.#feed(entry);
          return;
        }
        entry.busy = true;
        void taken.then(() => {
          entry.busy = false;
          this.#feed(entry);
        });
      }),
    );
  }

  #enqueue(server: ServerName, body: Uint8Array): void {
    const queue = this.#inboxes.get(server) ?? [];
    this.#inboxes.set(server, queue);
    queue.push({ id: (this.#messageId += 1), body, deliveries: 0, holder: undefined });
    this.#deliver(server);
  }

  #deliver(server: ServerName): void {
    if (!this.isUp) return;
    const receivers = (this.#receivers.get(server) ?? []).filter(
      ({ ended, process }) => !ended && process.alive,
    );
    if (receivers.length === 0) return;
    for (const stored of this.#inboxes.get(server) ?? []) {
      if (stored.holder !== undefined) continue;
      const receiver = this.world.random.pick(receivers);
      stored.holder = receiver.process;
      this.#handOver(server, stored, receiver);
      if (this.world.faulty && this.world.random.chance(0.05)) this.#handOver(server, stored, receiver);
    }
  }

  #handOver(server: ServerName, stored: Stored, receiver: Receiver): void {
    const redelivered = stored.deliveries > 0;
    stored.deliveries += 1;
    this.world.after(this.#latency(), () =>
      receiver.process.enter(() => {
        if (receiver.ended) return;
        receiver.onMessage({
          body: stored.body,
          redelivered,
          ack: () => this.#ack(server, stored, receiver.process),
        });
      }),
    );
    // Without an acknowledgement it is somebody's turn again.
    this.world.after(REDELIVER_MS, () => {
      if (stored.holder !== receiver.process) return;
      stored.holder = undefined;
      this.#deliver(server);
    });
  }

  #ack(server: ServerName, stored: Stored, process: SimProcess): void {
    if (!process.step('ack') || !this.isUp) return;
    if (this.world.faulty && this.world.random.chance(0.05)) return;
    this.world.after(this.#latency(), () => {
      const queue = this.#inboxes.get(server) ?? [];
      this.#inboxes.set(
        server,
        queue.filter(({ id }) => id !== stored.id),
      );
    });
  }

  #publish(process: SimProcess, subject: string, body: Uint8Array): void {
    if (!process.alive || !this.isUp) return;
    for (const subscription of this.#subscriptions) {
      if (subscription.ended || !matches(subscription.pattern, subject)) continue;
      if (this.world.faulty && this.world.random.chance(0.1)) continue;
      this.world.after(this.#latency(), () =>
        subscription.process.enter(() => subscription.subscriber.onMessage({ subject, body })),
      );
    }
  }

  #latency(): number {
    const { random, faulty } = this.world;
    return faulty && random.chance(0.03) ? random.int(50, 4_000) : random.int(1, 8);
  }

  #tellLinks(link: Link): void {
    for (const { process, listener } of this.#links) process.enter(() => listener(link));
  }

  #forget(process: SimProcess): void {
    for (const follower of this.#followers) if (follower.process === process) follower.ended = true;
    for (const subscription of this.#subscriptions)
      if (subscription.process === process) subscription.ended = true;
    for (const receivers of this.#receivers.values()) {
      for (const receiver of receivers) if (receiver.process === process) receiver.ended = true;
    }
    this.#release(process);
  }

  /** What a receiver held goes to the next. */
  #release(process: SimProcess): void {
    this.world.after(this.world.random.int(1, 500), () => {
      for (const [server, queue] of this.#inboxes) {
        for (const stored of queue) if (stored.holder === process) stored.holder = undefined;
        this.#deliver(server);
      }
    });
  }
}

/** Enough of the bus's patterns for the subjects in use. */
function matches(pattern: string, subject: string): boolean {
  const expected = pattern.split('.');
  const tokens = subject.split('.');
  return (
    expected.length === tokens.length && expected.every((token, at) => token === '*' || token === tokens[at])
  );
}
