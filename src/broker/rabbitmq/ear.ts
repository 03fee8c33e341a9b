import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { AsyncMessage, Channel } from 'rabbitmq-client';
import { limits } from '../../model/limits.ts';
import { hasExchange } from './ask.ts';
import { bindingOf, gapKey, replyKey } from './bus-key.ts';
import type { Connection } from './connection.ts';
import { LastingChannel } from './lasting-channel.ts';
import type { Names } from './names.ts';

export type EarOptions = {
  readonly onMessage: (message: AsyncMessage) => void;
  /** Something may have been missed: the connection was lost, or the server dropped what we were too slow for. */
  readonly onGap: () => void;
};

const PREFETCH = 1_024;
const RETRY_MS = 500;

/**
 * What one process hears: a queue of its own on the bus' exchange, with a binding for each pattern. It is bounded: the oldest messages are dropped
 * from it, and the exchange brings those to a second queue, which says no more than that there were some.
 */
export class Ear {
  readonly id = randomBytes(9).toString('base64url');
  readonly #connection: Connection;
  readonly #names: Names;
  readonly #options: EarOptions;
  readonly #channel: LastingChannel;
  readonly #patterns = new Set<string>();
  #bound = new Set<string>();
  /** The server may still hold the queues of a connection that we have given up. */
  #opened = 0;
  #queue = '';
  #isClosed = false;
  #isRetrying = false;

  constructor(connection: Connection, names: Names, options: EarOptions) {
    this.#connection = connection;
    this.#names = names;
    this.#options = options;
    this.#channel = new LastingChannel(connection, 'reader', (channel) => this.#prepare(channel));
  }

  /** Resolves when it hears. Rejects with the client's error. */
  async open(): Promise<void> {
    await this.#channel.get();
    await this.#bind();
  }

  /** Resolves when it is heard; without a connection, as soon as there is one. */
  async add(pattern: string): Promise<void> {
    this.#patterns.add(pattern);
    await this.#bind().catch(() => undefined);
  }

  remove(pattern: string): void {
    this.#patterns.delete(pattern);
    const channel = this.#channel.current;
    if (channel === undefined || !this.#bound.delete(pattern)) return;
    const binding = bindingOf(pattern);
    // Another pattern may lead to the same binding.
    if ([...this.#bound].some((other) => bindingOf(other) === binding)) return;
    channel
      .queueUnbind({ queue: this.#queue, exchange: this.#names.bus, routingKey: binding })
      .catch(() => undefined);
  }

  close(): void {
    this.#isClosed = true;
  }

  async #bind(): Promise<void> {
    const channel = this.#channel.current;
    if (channel === undefined) return;
    for (const pattern of this.#patterns) {
      if (this.#bound.has(pattern)) continue;
      const routingKey = bindingOf(pattern);
      await channel.queueBind({ queue: this.#queue, exchange: this.#names.bus, routingKey });
      this.#bound.add(pattern);
    }
  }

  async #prepare(channel: Channel): Promise<void> {
    const { bus: exchange } = this.#names;
    if (!(await hasExchange(this.#connection, exchange)))
      await channel.exchangeDeclare({ exchange, type: 'topic', durable: true });
    this.#opened += 1;
    const own = `${this.id}-${this.#opened}`;
    const [queue, gaps] = [this.#names.ear(own), this.#names.gaps(own)];
    const gap = gapKey(own);
    const dropped = { 'x-dead-letter-exchange': exchange, 'x-dead-letter-routing-key': gap };
    await channel.queueDeclare({
      queue,
      exclusive: true,
      autoDelete: true,
      arguments: { 'x-max-length-bytes': limits.brokerPendingMaxBytes, ...dropped },
    });
    await channel.queueDeclare({
      queue: gaps,
      exclusive: true,
      autoDelete: true,
      arguments: { 'x-max-length': 1 },
    });
    await channel.queueBind({ queue: gaps, exchange, routingKey: gap });
    await channel.queueBind({ queue, exchange, routingKey: replyKey(this.id) });
    this.#queue = queue;
    const bound = new Set<string>();
    for (const pattern of this.#patterns) {
      await channel.queueBind({ queue, exchange, routingKey: bindingOf(pattern) });
      bound.add(pattern);
    }
    this.#bound = bound;
    await this.#listen(channel, queue, gaps);
    channel.once('close', () => void this.#again());
    channel.once('basic.cancel', () => void channel.close());
    // Had it ended in between, nobody would have noticed.
    if (!channel.active) throw new Error('the channel was lost');
    if (this.#opened > 1) this.#options.onGap();
  }

  async #listen(channel: Channel, queue: string, gaps: string): Promise<void> {
    await channel.basicQos({ prefetchCount: PREFETCH });
    let newestTag = 0;
    const acknowledge = (): void => {
      const deliveryTag = newestTag;
      newestTag = 0;
      if (channel.active) channel.basicAck({ deliveryTag, multiple: true });
    };
    const heard = (tag: number): void => {
      if (newestTag === 0) setImmediate(acknowledge);
      newestTag = tag;
    };
    await channel.basicConsume({ queue: gaps }, ({ deliveryTag }) => {
      heard(deliveryTag);
      this.#options.onGap();
    });
    await channel.basicConsume({ queue }, (message) => {
      heard(message.deliveryTag);
      if (!this.#isClosed) this.#options.onMessage(message);
    });
  }

  async #again(): Promise<void> {
    if (this.#isRetrying) return;
    this.#isRetrying = true;
    while (!this.#isClosed && this.#channel.current === undefined) {
      await this.open().catch(() => pause(RETRY_MS, undefined, { ref: false }));
    }
    this.#isRetrying = false;
  }
}
