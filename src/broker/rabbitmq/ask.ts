import { setTimeout as pause } from 'node:timers/promises';
import type { Channel } from 'rabbitmq-client';
import { unavailable, WAIT_MS } from '../port/link-state.ts';
import type { Connection, Lane } from './connection.ts';
import { amqpCode, isMissing } from './problem.ts';

const LOCK_PAUSE_MS = 100;

/** Asks over a channel of its own, since the server ends a channel with each error. Rejects with the client's error. */
export async function ask<T>(
  connection: Connection,
  question: (channel: Channel) => Promise<T>,
  lane: Lane = 'reader',
): Promise<T> {
  const channel = await connection.channel(lane);
  try {
    return await within(WAIT_MS, question(channel));
  } finally {
    void channel.close();
  }
}

/** Whether the server has it. To ask needs no permission, to make it again would, even if it is there. */
export const hasQueue = (connection: Connection, queue: string): Promise<boolean> =>
  isThere(ask(connection, (channel) => channel.queueDeclare({ queue, passive: true })));
export const hasExchange = (connection: Connection, exchange: string): Promise<boolean> =>
  isThere(ask(connection, (channel) => channel.exchangeDeclare({ exchange, passive: true })));

async function isThere(answer: Promise<unknown>): Promise<boolean> {
  try {
    await answer;
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/**
 * RabbitMQ notes on disk that a quorum queue, or the first stream, is there up to a second after it said so: of a server that is killed before, all that
 * was confirmed in it is gone. So whoever made one waits before anybody uses it.
 */
export const NOTED_AFTER_MS = 1_500;

/**
 * Runs `task` while nobody else in the cluster runs one under the same lock: a queue that only one connection can have. The server takes it away when
 * the connection is gone, and then `channel`, over which the task works, is gone too: it can do no harm late.
 */
export async function locked<T>(
  connection: Connection,
  lock: string,
  task: (channel: Channel) => Promise<T>,
): Promise<T> {
  for (const startMs = Date.now(); ; await pause(LOCK_PAUSE_MS)) {
    const channel = await connection.channel('writer');
    try {
      await within(WAIT_MS, channel.queueDeclare({ queue: lock, exclusive: true }));
    } catch (error) {
      void channel.close();
      if (amqpCode(error) === 'RESOURCE_LOCKED' && Date.now() - startMs < WAIT_MS) continue;
      throw error;
    }
    try {
      return await within(WAIT_MS, task(channel));
    } finally {
      await channel.queueDelete({ queue: lock }).catch(() => undefined);
      void channel.close();
    }
  }
}

/** Rejects with `unavailable` when `promise` takes longer. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(unavailable(`the RabbitMQ server did not answer within ${Math.round(ms / 1_000)} s`)),
      ms,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
