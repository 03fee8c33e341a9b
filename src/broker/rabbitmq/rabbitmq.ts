import type { Broker, BrokerOptions } from '../port/port.ts';
import { parseAddress } from './address.ts';
import { RabbitBus } from './bus.ts';
import { openConnection } from './connection.ts';
import { RabbitEventLog } from './event-log.ts';
import { openInbox } from './inbox.ts';
import { openPlace } from './log-place.ts';
import { namesOf } from './names.ts';
import { probeRabbit } from './probe.ts';
import { Publisher } from './publisher.ts';

/** A server that answers nothing is not waited for longer. */
const SETTLE_MAX_MS = 3_000;

/**
 * A broker on RabbitMQ from 3.10 on, by AMQP 0-9-1 alone. For URLs see `address.ts`, for queues and exchanges `names.ts`. Errors: `bad_broker_url`,
 * `unavailable`, `broker_denied`, `broker_tls`, `broker_misconfigured`, `broker_refused`, `log_gone`, `log_regressed`.
 */
export async function openRabbit(url: string, { namespace }: BrokerOptions): Promise<Broker> {
  const address = parseAddress(url);
  const names = namesOf(namespace);
  const connection = await openConnection(address);
  try {
    const place = await openPlace(connection, names);
    // A channel each: one queue that has no leader must not hold up the other.
    const log = new RabbitEventLog(connection, names, place, new Publisher(connection));
    const inbox = openInbox(connection, names, new Publisher(connection));
    const bus = new RabbitBus(connection, names);
    await Promise.all([log.open(), bus.open()]);
    const settle = async (): Promise<void> => {
      bus.close();
      await Promise.race([
        Promise.all([log.closeFollowers(), inbox.settle()]),
        new Promise((resolve) => setTimeout(resolve, SETTLE_MAX_MS).unref()),
      ]);
      await connection.close();
    };
    let closing: Promise<void> | undefined;
    return {
      kind: 'rabbitmq',
      log,
      inbox,
      bus,
      onLink: (listener) => connection.link.on(listener),
      probe: (options) => probeRabbit(connection, names, address, options),
      close: () => (closing ??= settle().catch(() => {})),
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
