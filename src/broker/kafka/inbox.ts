import { limits } from '../../model/limits.ts';
import { OpenEnds } from '../port/open-ends.ts';
import { tooLarge } from '../port/link-state.ts';
import type { Inbox } from '../port/port.ts';
import type { Cluster } from './cluster.ts';
import type { Names } from './names.ts';
import { openReceiver } from './receiver.ts';
import type { Topics, TopicWish } from './topics.ts';
import { batchesOf, produce } from './wire.ts';

/** Messages wait as long as it takes; the receiver deletes what is done, in files that are small enough to go soon. */
const INBOX_TOPIC: TopicWish = {
  isDurable: true,
  settings: {
    'cleanup.policy': 'delete',
    'retention.ms': '-1',
    'retention.bytes': '-1',
    'max.message.bytes': String(1024 * 1024),
    'segment.bytes': String(16 * 1024 * 1024),
  },
};
const BATCH_BYTES = limits.inboxMessageMaxBytes + 64 * 1024;

export type OpenInbox = Inbox & { settle(): Promise<void> };

/** A topic of one partition per server, and a group of the same name of which one member at a time reads it. */
export function openInbox(cluster: Cluster, topics: Topics, names: Names): OpenInbox {
  const receivers = new OpenEnds();
  return {
    async send(server, messages) {
      const large = messages.find((body) => body.length > limits.inboxMessageMaxBytes);
      if (large !== undefined) throw tooLarge('a message', large.length, limits.inboxMessageMaxBytes);
      const name = names.inbox(server);
      for (const batch of batchesOf(
        messages.map((body) => ({ body })),
        BATCH_BYTES,
      )) {
        await cluster.persist(() =>
          topics.at(name, INBOX_TOPIC, (place) => produce(cluster, 'ask', place, batch, { isDurable: true })),
        );
      }
    },
    async receive(server, onMessage, maxInFlight) {
      const name = names.inbox(server);
      await cluster.persist(() => topics.find(name, INBOX_TOPIC));
      const wish = { cluster, topics, name, topicWish: INBOX_TOPIC, onMessage, maxInFlight };
      const receiver = await openReceiver(wish);
      return receivers.add(() => receiver.stop());
    },
    async settle() {
      await receivers.endAll();
    },
  };
}
