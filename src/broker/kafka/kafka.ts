import type { Broker, BrokerOptions } from '../port/port.ts';
import { parseAddress } from './address.ts';
import { KafkaBus } from './bus.ts';
import { Cluster } from './cluster.ts';
import { KafkaEventLog } from './event-log.ts';
import { openInbox } from './inbox.ts';
import { openPlace } from './log-place.ts';
import { namesOf } from './names.ts';
import { probeKafka } from './probe.ts';
import { Topics } from './topics.ts';

/**
 * A broker in a Kafka cluster, from Kafka 3.1 on. For URLs see `address.ts`, for topics `names.ts`. Errors: `bad_broker_url`, `unavailable`, `broker_denied`,
 * `broker_tls`, `broker_refused`.
 */
export async function openKafka(url: string, { namespace }: BrokerOptions): Promise<Broker> {
  const address = parseAddress(url);
  const names = namesOf(namespace);
  const cluster = await Cluster.open(address);
  try {
    const topics = new Topics(cluster);
    const place = await openPlace(cluster, topics, names.events);
    const log = new KafkaEventLog(cluster, place);
    const inbox = openInbox(cluster, topics, names);
    const bus = new KafkaBus(cluster, topics, names.bus);
    const settle = async (): Promise<void> => {
      bus.close();
      await Promise.all([log.closeFollowers(), inbox.settle()]);
      await cluster.close();
    };
    let closing: Promise<void> | undefined;
    return {
      kind: 'kafka',
      log,
      inbox,
      bus,
      onLink: (listener) => cluster.link.on(listener),
      probe: () => probeKafka(cluster, place),
      close: () => (closing ??= settle().catch(() => {})),
    };
  } catch (error) {
    await cluster.close();
    throw error;
  }
}
