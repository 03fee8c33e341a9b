import { jetstreamManager } from '@nats-io/jetstream';
import { escapeToken } from '../../model/subject.ts';
import type { Broker, BrokerOptions } from '../port/port.ts';
import { parseAddress } from './address.ts';
import { openBus } from './bus.ts';
import { openConnection } from './connection.ts';
import { openEventLog } from './event-log.ts';
import { openLogGuard } from './guard.ts';
import { openInbox } from './inbox.ts';
import { probeNats } from './probe.ts';
import { openPublisher } from './publisher.ts';
import { ensureStream, inboxStream, logStream, namesOf } from './streams.ts';

/**
 * A broker on a NATS server (2.9 or later) with JetStream, or a cluster of them. For URLs see `address.ts`. The event log is the stream
 * `<namespace>_events` on `<namespace>.events.>`, inboxes lie in `<namespace>_inbox`, the bus is core NATS under `<namespace>.bus.`.
 * Errors: `bad_broker_url`, `unavailable`, `broker_denied`, `broker_tls`, `jetstream_off`, `broker_misconfigured`, `broker_refused`.
 */
export async function openNats(url: string, { namespace }: BrokerOptions): Promise<Broker> {
  const address = parseAddress(url);
  const token = escapeToken(namespace);
  const names = namesOf(token);
  const connection = await openConnection(address);
  try {
    const { nc } = connection;
    const jsm = await jetstreamManager(nc, { checkAPI: false });
    const clustered = nc.info?.cluster !== undefined;
    const opened = await ensureStream(jsm, logStream(names), clustered);
    await ensureStream(jsm, inboxStream(names), clustered);

    const guard = openLogGuard(connection, jsm, opened);
    const publisher = openPublisher(connection);
    const log = openEventLog(connection, jsm, publisher, guard, names);
    const inbox = openInbox(connection, jsm, publisher, names);
    const settle = async (): Promise<void> => {
      publisher.close();
      await Promise.all([log.closeFollowers(), inbox.settle()]);
      await connection.close();
    };
    let closing: Promise<void> | undefined;
    return {
      kind: 'nats',
      log,
      inbox,
      bus: openBus(connection, `${token}.bus.`),
      onLink: (listener) => connection.link.on(listener),
      probe: (options) => probeNats(connection, jsm, names, { address, ...options }),
      close: () => (closing ??= settle().catch(() => {})),
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
