import { randomBytes } from 'node:crypto';
import type { ServerName } from '../../model/ids.ts';
import { limits } from '../../model/limits.ts';
import { OpenEnds } from '../port/open-ends.ts';
import { tooLarge } from '../port/link-state.ts';
import type { Inbox } from '../port/port.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';
import { commandProblem } from './problem.ts';
import { openReceiver } from './receiver.ts';
import type { Wakes } from './wakes.ts';

/** What goes to the server in one transaction at most. */
const CHUNK_BYTES = 4 * 1024 * 1024;

export type OpenInbox = Inbox & { settle(): Promise<void> };

/** A list of ids per server, and their bodies in a hash. Receivers move ids to lists of their own, which are theirs while they are heard of. */
export function openInbox(connection: Connection, keys: Keys, wakes: Wakes): OpenInbox {
  const { commands, link, label } = connection;
  const receivers = new OpenEnds();
  const sendChunk = async (server: ServerName, messages: readonly Buffer[]): Promise<void> => {
    await link.ready();
    const own = keys.inbox(server);
    const ids = messages.map(() => randomBytes(9).toString('base64url'));
    const bodies = messages.flatMap((body, at) => [ids[at] ?? '', body]);
    try {
      const replies = await commands
        .multi()
        .hset(own.bodies, ...bodies)
        .rpush(own.queue, ...ids)
        .publish(own.wake, '')
        .exec();
      for (const [error] of replies ?? []) if (error !== null) throw error;
      if (replies === null) throw new Error('the transaction was given up');
    } catch (error) {
      throw commandProblem(error, label);
    }
  };
  return {
    async send(server, messages) {
      const large = messages.find((body) => body.length > limits.inboxMessageMaxBytes);
      if (large !== undefined) throw tooLarge('a message', large.length, limits.inboxMessageMaxBytes);
      let chunk: Buffer[] = [];
      let bytes = 0;
      for (const body of messages) {
        if (chunk.length > 0 && bytes + body.length > CHUNK_BYTES) {
          await sendChunk(server, chunk);
          [chunk, bytes] = [[], 0];
        }
        chunk.push(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
        bytes += body.length;
      }
      if (chunk.length > 0) await sendChunk(server, chunk);
    },
    async receive(server, onMessage, maxInFlight) {
      await link.ready();
      const wish = { connection, keys: keys.inbox(server), wakes, onMessage, maxInFlight };
      const receiver = await openReceiver(wish);
      return receivers.add(() => receiver.stop());
    },
    async settle() {
      await receivers.endAll();
    },
  };
}
