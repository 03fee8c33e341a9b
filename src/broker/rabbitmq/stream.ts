import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import type { AsyncMessage, Channel } from 'rabbitmq-client';
import { unavailable, WAIT_MS } from '../port/link-state.ts';
import { ask, within } from './ask.ts';
import type { Connection } from './connection.ts';

/** A message of a stream. Offsets begin at 0, grow by one, and are never used again. */
export type StreamMessage = {
  readonly offset: number;
  readonly body: Uint8Array;
  /** The `type` property of its sender. */
  readonly type: string | undefined;
  readonly tag: number;
};

/** More than any chunk holds, and what a 16-bit number can say: the newest chunk is delivered at once. */
const ALL_AT_ONCE = 65_000;
const BEHIND_TRIES = 8;
const BEHIND_PAUSE_MS = 300;

export type StreamStart = 'first' | 'last' | 'next' | number;

/** Begins to read `queue`; ends with its channel. At most `prefetch` messages come until some are acknowledged. Rejects with the client's error. */
export async function consumeStream(
  channel: Channel,
  queue: string,
  from: StreamStart,
  prefetch: number,
  onMessage: (message: StreamMessage) => void,
): Promise<{ readonly consumerTag: string }> {
  await channel.basicQos({ prefetchCount: prefetch });
  return channel.basicConsume({ queue, arguments: { 'x-stream-offset': from } }, (message) =>
    onMessage(readMessage(message)),
  );
}

function readMessage({ headers, body, type, deliveryTag }: AsyncMessage): StreamMessage {
  const bytes: unknown = body;
  return {
    offset: Number(headers?.['x-stream-offset']),
    // The client reads texts and JSON of others for itself.
    body: Buffer.isBuffer(bytes)
      ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      : new TextEncoder().encode(typeof bytes === 'string' ? bytes : JSON.stringify(bytes)),
    type,
    tag: deliveryTag,
  };
}

/**
 * The messages from the beginning of the newest chunk to the end: at least all that were confirmed before the call, if the replica that this node
 * reads is not behind. The server hands over all that is there in one go as soon as it begins, and answers the cancellation after that. Never
 * empty; rejects with `unavailable` when there is no message, and with the client's error.
 */
export async function newestOf(connection: Connection, queue: string): Promise<readonly StreamMessage[]> {
  return ask(connection, async (channel) => {
    const messages: StreamMessage[] = [];
    const begun = Promise.withResolvers<void>();
    const { consumerTag } = await consumeStream(channel, queue, 'last', ALL_AT_ONCE, (message) => {
      messages.push(message);
      begun.resolve();
    });
    await orCancelled(channel, begun.promise);
    await channel.basicCancel(consumerTag);
    await turn();
    return messages;
  });
}

/**
 * The offset of the newest message. One before `floor` is believed only when it stays so for a while: the node may be behind others of its cluster, or
 * be starting.
 */
export async function readEnd(connection: Connection, queue: string, floor: number): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const last = (await newestOf(connection, queue)).at(-1)?.offset ?? 0;
    if (last >= floor || tries >= BEHIND_TRIES) return last;
    await pause(BEHIND_PAUSE_MS);
  }
}

/** The oldest message; undefined when none comes within `waitMs`. Rejects with the client's error. */
export async function oldestOf(
  connection: Connection,
  queue: string,
  waitMs = WAIT_MS,
): Promise<StreamMessage | undefined> {
  return ask(connection, async (channel) => {
    const first = Promise.withResolvers<StreamMessage>();
    await consumeStream(channel, queue, 'first', 1, first.resolve);
    const none = Symbol('none');
    const found = await within(waitMs, orCancelled(channel, first.promise)).catch((error: unknown) => {
      if (channel.active) return none;
      throw error;
    });
    return typeof found === 'symbol' ? undefined : found;
  });
}

/** Rejects when the server ends the reading, or the connection does. */
function orCancelled<T>(channel: Channel, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(unavailable('the RabbitMQ server ended the reading'));
    channel.once('basic.cancel', end);
    channel.once('close', end);
    promise.then(resolve, reject);
  });
}
