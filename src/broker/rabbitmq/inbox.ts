import { setTimeout as pause } from 'node:timers/promises';
import type { ServerName } from '../../model/ids.ts';
import { limits } from '../../model/limits.ts';
import { byteChunks } from '../port/byte-chunks.ts';
import { OpenEnds } from '../port/open-ends.ts';
import { tooLarge, unavailable } from '../port/link-state.ts';
import type { Inbox } from '../port/port.ts';
import { ask, hasExchange, hasQueue, NOTED_AFTER_MS } from './ask.ts';
import type { Connection } from './connection.ts';
import type { Names } from './names.ts';
import { serverProblem } from './problem.ts';
import { Unroutable } from './publisher.ts';
import type { Publisher } from './publisher.ts';
import { openReceiver } from './receiver.ts';

/** RabbitMQ 4 drops a message after 20 deliveries unless told otherwise; dagtop knows itself what it has seen. */
const DELIVERIES_MAX = 1_000_000_000;

/**
 * Should it have been deleted this very moment: RabbitMQ tells consumers a little later, and not at all if there is a queue of that name again by then;
 * it then hands them messages that they never get.
 */
const CANCELLED_AFTER_MS = 500;

export type OpenInbox = Inbox & { settle(): Promise<void> };

/** A quorum queue per server, behind a direct exchange. Whoever needs one that is not there makes it, sender or receiver. */
export function openInbox(connection: Connection, names: Names, publisher: Publisher): OpenInbox {
  const receivers = new OpenEnds();
  const make = async (server: ServerName): Promise<void> => {
    const { inboxes: exchange } = names;
    const queue = names.inbox(server);
    const args = { 'x-queue-type': 'quorum', 'x-delivery-limit': DELIVERIES_MAX } as const;
    try {
      await ask(connection, async (channel) => {
        if (!(await hasExchange(connection, exchange)))
          await channel.exchangeDeclare({ exchange, type: 'direct', durable: true });
        if (!(await hasQueue(connection, queue))) await pause(CANCELLED_AFTER_MS);
        await channel.queueDeclare({ queue, durable: true, arguments: args });
        await pause(NOTED_AFTER_MS);
        // Until it is bound, nobody can send to it.
        await channel.queueBind({ queue, exchange, routingKey: names.inboxKey(server) });
      });
    } catch (error) {
      throw serverProblem(error, connection.label);
    }
  };
  return {
    async send(server, messages) {
      const large = messages.find((body) => body.length > limits.inboxMessageMaxBytes);
      if (large !== undefined) throw tooLarge('a message', large.length, limits.inboxMessageMaxBytes);
      const items = messages.map((body) => ({ key: names.inboxKey(server), body }));
      for (const chunk of byteChunks(items)) {
        try {
          await publisher.publish(names.inboxes, chunk).catch(async (error: unknown) => {
            if (!(error instanceof Unroutable)) throw error;
            await make(server);
            await publisher.publish(names.inboxes, chunk);
          });
        } catch (error) {
          throw error instanceof Unroutable
            ? unavailable(`the inbox of ${server} (queue ${names.inbox(server)}) was deleted again`)
            : error;
        }
      }
    },
    async receive(server, onMessage, maxInFlight) {
      await connection.reading.ready();
      const queue = names.inbox(server);
      const prepare = async (): Promise<void> => {
        if (!(await hasQueue(connection, queue))) await make(server);
      };
      const receiver = await openReceiver({ connection, queue, prepare, onMessage, maxInFlight });
      return receivers.add(() => receiver.stop());
    },
    async settle() {
      await receivers.endAll();
    },
  };
}
