import { setTimeout as pause } from 'node:timers/promises';
import type { AsyncMessage, Channel } from 'rabbitmq-client';
import { guarded } from '../port/guarded.ts';
import { WAIT_MS } from '../port/link-state.ts';
import type { InboxMessage } from '../port/port.ts';
import { within } from './ask.ts';
import type { Connection } from './connection.ts';
import { serverProblem } from './problem.ts';

export type ReceiverWish = {
  readonly connection: Connection;
  readonly queue: string;
  /** Makes the queue where it is missing. */
  readonly prepare: () => Promise<void>;
  readonly onMessage: (message: InboxMessage) => void;
  readonly maxInFlight: number;
};

export type Receiver = {
  /** What was not acknowledged goes to others. */
  stop(): Promise<void>;
};

const RETRY_MS = 500;
/** A channel that ends takes acknowledgements along that its queue has not heard of: so long the last one is given time. */
const SETTLE_MS = 250;

/** Receives from `queue`, again after each loss of the connection, until it is stopped. Rejects when the first try is refused. */
export async function openReceiver(wish: ReceiverWish): Promise<Receiver> {
  const receiver = new OpenReceiver(wish);
  await receiver.start();
  return receiver;
}

class OpenReceiver implements Receiver {
  readonly #wish: ReceiverWish;
  #channel: Channel | undefined;
  #consumerTag: string | undefined;
  #isStopped = false;
  #isRetrying = false;
  #ackedAtMs = 0;
  #end: (() => void) | undefined;

  constructor(wish: ReceiverWish) {
    this.#wish = wish;
  }

  async start(): Promise<void> {
    try {
      await within(WAIT_MS, this.#begin());
    } catch (error) {
      this.#isStopped = true;
      throw serverProblem(error, this.#wish.connection.label);
    }
    this.#end = this.#wish.connection.reading.on(({ up }) => {
      if (up) void this.#again();
    });
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#end?.();
    const channel = this.#channel;
    if (channel?.active !== true) return;
    if (this.#consumerTag !== undefined) await channel.basicCancel(this.#consumerTag).catch(() => undefined);
    const leftMs = this.#ackedAtMs + SETTLE_MS - Date.now();
    if (leftMs > 0) await pause(leftMs);
    await channel.close();
  }

  async #begin(): Promise<void> {
    const { connection, queue, prepare, maxInFlight } = this.#wish;
    await prepare();
    const channel = await connection.channel('reader');
    this.#channel = channel;
    this.#consumerTag = undefined;
    channel.once('close', () => void this.#again());
    // The queue was deleted, or moves to another node.
    channel.once('basic.cancel', () => void channel.close());
    await channel.basicQos({ prefetchCount: maxInFlight });
    const { consumerTag } = await channel.basicConsume({ queue }, (message) => this.#take(channel, message));
    this.#consumerTag = consumerTag;
  }

  #take(channel: Channel, { body, deliveryTag, redelivered, headers }: AsyncMessage): void {
    if (this.#isStopped) return;
    const bytes: unknown = body;
    let isAcked = false;
    guarded(this.#wish.onMessage)({
      body: Buffer.isBuffer(bytes)
        ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
        : new TextEncoder().encode(String(bytes)),
      redelivered: redelivered || Number(headers?.['x-delivery-count'] ?? 0) > 0,
      ack: () => {
        // With its channel, the message went back to the queue.
        if (isAcked || !channel.active) return;
        isAcked = true;
        this.#ackedAtMs = Date.now();
        channel.basicAck({ deliveryTag });
      },
    });
  }

  /** One try after the other, as long as there is a connection and no channel. */
  async #again(): Promise<void> {
    const { connection } = this.#wish;
    if (this.#isRetrying) return;
    this.#isRetrying = true;
    while (!this.#isStopped && connection.reading.isUp && this.#channel?.active !== true) {
      try {
        await this.#begin();
      } catch {
        await pause(RETRY_MS);
      }
    }
    this.#isRetrying = false;
  }
}
