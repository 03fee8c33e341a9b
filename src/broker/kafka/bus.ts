import { randomBytes } from 'node:crypto';
import { limits } from '../../model/limits.ts';
import { deadlineOf } from '../port/deadline.ts';
import { guarded } from '../port/guarded.ts';
import { tooLarge, unavailable } from '../port/link-state.ts';
import { subjectMatcher } from '../port/pattern.ts';
import type { Bus, BusSubscriber, Unsubscribe } from '../port/port.ts';
import { startBusReader } from './bus-reader.ts';
import type { BusReader } from './bus-reader.ts';
import type { Cluster } from './cluster.ts';
import type { Topics, TopicWish } from './topics.ts';
import { batchesOf, produce, sizeOf } from './wire.ts';
import type { Item, ReadItem } from './wire.ts';

type Heard = { readonly subject: string; readonly reply: string; readonly body: Uint8Array };
type Subscription = { readonly hear: (message: Heard) => void; readonly onGap: (() => void) | undefined };

/** Nobody reads what is old. */
const BUS_TOPIC: TopicWish = {
  isDurable: false,
  settings: {
    'cleanup.policy': 'delete',
    'retention.ms': '300000',
    'retention.bytes': String(256 * 1024 * 1024),
    'max.message.bytes': String(1024 * 1024),
    'segment.ms': '300000',
    'segment.bytes': String(16 * 1024 * 1024),
  },
};
const LANE = 'bus-write';
const BATCH_BYTES = limits.busMessageMaxBytes + 64 * 1024;
/** Headers: where the answer to a request goes, and, of an answer, whom it is for. */
const [REPLY, FOR] = ['reply', 'for'];

/**
 * A topic of one partition that everybody reads from its end; its records' keys are the subjects, and who reads picks what it wants. What is published comes back
 * to its publisher in the same way, so that all hear the same order.
 */
export class KafkaBus implements Bus {
  readonly #cluster: Cluster;
  readonly #topics: Topics;
  readonly #name: string;
  readonly #own = randomBytes(9).toString('base64url');
  readonly #subscriptions = new Set<Subscription>();
  readonly #asked = new Map<string, (answer: Uint8Array) => void>();
  readonly #closing = new AbortController();
  #reader: BusReader | undefined;
  #requests = 0;
  #waiting: Item[] = [];
  #waitingBytes = 0;
  #isSending = false;

  constructor(cluster: Cluster, topics: Topics, name: string) {
    this.#cluster = cluster;
    this.#topics = topics;
    this.#name = name;
  }

  publish(subject: string, body: Uint8Array): void {
    if (body.length <= limits.busMessageMaxBytes) this.#send({ key: subject, body });
  }

  async subscribe(pattern: string, { onMessage, onGap }: BusSubscriber): Promise<Unsubscribe> {
    const matches = subjectMatcher(pattern);
    const hear = ({ subject, body }: Heard): void => {
      if (matches(subject)) onMessage({ subject, body });
    };
    return this.#listen({ hear, onGap });
  }

  async request(subject: string, body: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
    if (body.length > limits.busMessageMaxBytes)
      throw tooLarge('a request', body.length, limits.busMessageMaxBytes);
    const late = deadlineOf(subject, timeoutMs, this.#closing.signal);
    await Promise.race([this.#read().ready(), late]);
    this.#requests += 1;
    const id = `${this.#own} ${this.#requests}`;
    const { promise, resolve } = Promise.withResolvers<Uint8Array>();
    this.#asked.set(id, resolve);
    try {
      const isSent = this.#send({ key: subject, body, header: [REPLY, id] });
      if (!isSent) throw unavailable('there is no link to the broker');
      return await Promise.race([promise, late]);
    } finally {
      this.#asked.delete(id);
    }
  }

  async respond(subject: string, answer: (body: Uint8Array) => Promise<Uint8Array>): Promise<Unsubscribe> {
    const hear = (message: Heard): void => {
      if (message.subject !== subject || message.reply === '') return;
      // No answer is the answer to a request that failed: the asker's time runs out.
      answer(message.body)
        .then((body) => {
          if (body.length <= limits.busMessageMaxBytes) this.#send({ body, header: [FOR, message.reply] });
        })
        .catch(() => undefined);
    };
    return this.#listen({ hear, onGap: undefined });
  }

  close(): void {
    this.#closing.abort();
    this.#reader?.stop();
    this.#subscriptions.clear();
    this.#waiting = [];
  }

  async #listen(subscription: Subscription): Promise<Unsubscribe> {
    await this.#read().ready();
    this.#subscriptions.add(subscription);
    return () => void this.#subscriptions.delete(subscription);
  }

  /** Reading costs the traffic of all, so who only publishes doesn't. */
  #read(): BusReader {
    return (this.#reader ??= startBusReader({
      cluster: this.#cluster,
      topics: this.#topics,
      name: this.#name,
      topicWish: BUS_TOPIC,
      onItem: (item) => this.#take(item),
      onGap: () => {
        for (const { onGap } of [...this.#subscriptions]) if (onGap !== undefined) guarded(onGap)();
      },
    }));
  }

  #take({ key, body, header: [name, text] = ['', ''] }: ReadItem): void {
    if (key === undefined) {
      if (name === FOR) this.#asked.get(text)?.(body);
      return;
    }
    const message = { subject: key, reply: name === REPLY ? text : '', body };
    for (const { hear } of [...this.#subscriptions]) guarded(hear)(message);
  }

  /** False when it is dropped. */
  #send(item: Item): boolean {
    const size = sizeOf(item);
    if (!this.#cluster.link.isUp || this.#waitingBytes + size > limits.brokerPendingMaxBytes) return false;
    this.#waiting.push(item);
    this.#waitingBytes += size;
    if (!this.#isSending) {
      this.#isSending = true;
      // What is published in the same turn goes along.
      queueMicrotask(() => void this.#sendAll());
    }
    return true;
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const items = this.#waiting;
      this.#waiting = [];
      for (const batch of batchesOf(items, BATCH_BYTES)) {
        await this.#topics
          .at(this.#name, BUS_TOPIC, (place) =>
            produce(this.#cluster, LANE, place, batch, { isDurable: false }),
          )
          .catch(() => undefined);
        for (const item of batch) this.#waitingBytes -= sizeOf(item);
      }
    }
    this.#isSending = false;
  }
}
