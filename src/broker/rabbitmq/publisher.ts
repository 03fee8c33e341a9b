import { setImmediate as turn } from 'node:timers/promises';
import type { Channel, ReturnedMessage } from 'rabbitmq-client';
import { CodedError } from '../../model/coded-error.ts';
import { limits } from '../../model/limits.ts';
import { unavailable, WAIT_MS } from '../port/link-state.ts';
import type { Connection } from './connection.ts';
import { LastingChannel } from './lasting-channel.ts';
import { within } from './ask.ts';
import { isMissing, serverProblem } from './problem.ts';

export type Publication = { readonly key: string; readonly body: Uint8Array };

/** The queue that should have taken it is not there, or not bound; nothing else is wrong. */
export class Unroutable extends Error {}

/**
 * Publishes to durable queues over one channel, each message confirmed. They leave in the order of the calls, and each queue takes them in that order.
 */
export class Publisher {
  readonly #connection: Connection;
  readonly #channel: LastingChannel;
  readonly #returned = new Set<string>();
  #batches = 0;
  #pendingBytes = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#channel = new LastingChannel(connection, 'writer', async (channel) => {
      channel.on('basic.return', ({ messageId }: ReturnedMessage) => {
        if (messageId !== undefined) this.#returned.add(messageId);
      });
      await channel.confirmSelect();
    });
  }

  /**
   * Resolves when all are on the disks that must have them. Rejects with `Unroutable`, `broker_overloaded` (nothing sent), `broker_denied`, and with
   * `unavailable` (indeterminate).
   */
  async publish(exchange: string, items: readonly Publication[]): Promise<void> {
    if (items.length === 0) return;
    const { link, label } = this.#connection;
    const endMs = Date.now() + WAIT_MS;
    await link.ready();
    const bytes = items.reduce((sum, { body }) => sum + body.length, 0);
    if (this.#pendingBytes > 0 && this.#pendingBytes + bytes > limits.brokerPendingMaxBytes) {
      const hint = 'is the server overloaded?';
      throw new CodedError('broker_overloaded', 'too much waits for the RabbitMQ server', { hint });
    }
    this.#pendingBytes += bytes;
    this.#batches += 1;
    const batch = String(this.#batches);
    try {
      const channel = await within(endMs - Date.now(), this.#channel.get());
      await within(endMs - Date.now(), confirmed(channel, exchange, batch, items));
      // The client tells of returned messages a turn later than of their confirmation.
      await turn();
      if (this.#returned.delete(batch)) throw new Unroutable();
    } catch (error) {
      if (isMissing(error)) throw new Unroutable();
      if (error instanceof Unroutable) throw error;
      const problem = serverProblem(error, label);
      const { trouble } = this.#connection;
      throw problem.code === 'unavailable' && trouble !== undefined ? unavailable(trouble, error) : problem;
    } finally {
      this.#pendingBytes -= bytes;
      this.#returned.delete(batch);
    }
  }
}

async function confirmed(
  channel: Channel,
  exchange: string,
  messageId: string,
  items: readonly Publication[],
): Promise<void> {
  const lost = Promise.withResolvers<never>();
  let reason: unknown = unavailable('the channel to the RabbitMQ server was lost');
  const note = (error: unknown): void => void (reason = error);
  // The message that the server blames for it is rejected a little later.
  const end = (): void => void setImmediate(() => lost.reject(reason));
  channel.once('error', note);
  channel.once('close', end);
  const sent = items.map(({ key, body }) =>
    channel.basicPublish(
      { exchange, routingKey: key, messageId, mandatory: true, durable: true },
      Buffer.from(body.buffer, body.byteOffset, body.byteLength),
    ),
  );
  try {
    await Promise.race([Promise.all(sent), lost.promise]);
  } finally {
    channel.off('error', note);
    channel.off('close', end);
  }
}
