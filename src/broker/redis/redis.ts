import type { Broker, BrokerOptions } from '../port/port.ts';
import { parseAddress } from './address.ts';
import { RedisBus } from './bus.ts';
import { openConnection } from './connection.ts';
import { RedisEventLog } from './event-log.ts';
import { openInbox } from './inbox.ts';
import { keysOf } from './keys.ts';
import { openPlace } from './log-place.ts';
import { probeRedis } from './probe.ts';
import { openWakes } from './wakes.ts';

/**
 * A broker on a server that speaks Redis' protocol: Redis from 6.2 on, Valkey, Garnet, Dragonfly. Only commands that all of them answer: no streams, no
 * scripts. For URLs see `address.ts`, for keys `keys.ts`. Errors: `bad_broker_url`, `unavailable`, `broker_denied`, `broker_tls`, `broker_refused`,
 * `log_gone`.
 */
export async function openRedis(url: string, { namespace }: BrokerOptions): Promise<Broker> {
  const address = parseAddress(url);
  const keys = keysOf(namespace);
  const connection = await openConnection(address);
  try {
    const place = await openPlace(connection, keys);
    const wakes = openWakes(connection.subscriber);
    const log = new RedisEventLog(connection, keys, place, wakes);
    const inbox = openInbox(connection, keys, wakes);
    const bus = new RedisBus(connection, keys);
    const settle = async (): Promise<void> => {
      bus.close();
      await Promise.all([log.closeFollowers(), inbox.settle()]);
      await connection.close();
    };
    let closing: Promise<void> | undefined;
    return {
      kind: 'redis',
      log,
      inbox,
      bus,
      onLink: (listener) => connection.link.on(listener),
      probe: (options) => probeRedis(connection, address, place, options),
      close: () => (closing ??= settle().catch(() => {})),
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
