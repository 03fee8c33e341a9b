import type { Redis } from 'ioredis';
import type { InboxKeys } from './keys.ts';

/** A receiver that was not heard for this long is taken for dead; one that only stood still loses what it held to others, and goes on. */
const SILENCE_MAX_MS = 10_000;
/** Receivers that held nothing for so long are forgotten. */
const FORGOTTEN_AFTER_MS = 3_600_000;
const RETURNED_AT_ONCE = 100;

/** Says that `receiver` lives, and gives back to the queue what receivers held that do not. Times are the server's. */
export async function sweep(client: Redis, keys: InboxKeys, receiver: string): Promise<void> {
  const nowMs = Number((await client.time())[0]) * 1_000;
  await client.hset(keys.receivers, receiver, nowMs);
  const heard = await client.hgetall(keys.receivers);
  for (const [id, atText] of Object.entries(heard)) {
    const silentMs = nowMs - Number(atText);
    if (id === receiver || silentMs <= SILENCE_MAX_MS) continue;
    // Heard for the first time: it counts from now on.
    if (atText === '0') await client.hset(keys.receivers, id, nowMs);
    else {
      await returnHeld(client, keys, id);
      if (silentMs > FORGOTTEN_AFTER_MS) await forget(client, keys, id);
    }
  }
}

/** What a receiver holds goes back to the front of the queue, oldest first. */
export async function returnHeld(client: Redis, keys: InboxKeys, receiver: string): Promise<void> {
  for (;;) {
    const left = await client.llen(keys.held(receiver));
    if (left === 0) return;
    const transaction = client.multi();
    for (let at = 0; at < Math.min(left, RETURNED_AT_ONCE); at += 1)
      transaction.lmove(keys.held(receiver), keys.queue, 'RIGHT', 'LEFT');
    await transaction.publish(keys.wake, '').exec();
  }
}

async function forget(client: Redis, keys: InboxKeys, receiver: string): Promise<void> {
  const replies = await client.multi().hdel(keys.receivers, receiver).llen(keys.held(receiver)).exec();
  // It stood still for an hour, and took something in this moment.
  if (Number(replies?.[1]?.[1] ?? 0) > 0) await client.hset(keys.receivers, receiver, 0);
}
