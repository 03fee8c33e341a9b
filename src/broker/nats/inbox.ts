import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { JetStreamManager } from '@nats-io/jetstream';
import { CodedError } from '../../model/coded-error.ts';
import { limits } from '../../model/limits.ts';
import { escapeToken } from '../../model/subject.ts';
import type { Inbox, InboxMessage } from '../port/port.ts';
import { unavailable } from '../port/link-state.ts';
import type { Connection } from './connection.ts';
import { OpenEnds } from '../port/open-ends.ts';
import { tooLarge } from '../port/link-state.ts';
import { guarded } from '../port/guarded.ts';
import { openPuller } from './pull.ts';
import type { Pulled } from './pull.ts';
import type { Publisher } from './publisher.ts';
import { ensureStream, inboxStream } from './streams.ts';
import type { StreamNames } from './streams.ts';

/** What a receiver that died held comes again after this; one that lives says so of what it holds. */
const ACK_WAIT_MS = 10_000;
const HOLDING_MS = ACK_WAIT_MS / 4;
const ACK_PENDING_MAX = 10_000;
const RETRY_MS = 250;
const NANOS_PER_MS = 1_000_000;
const CONSUMER_NAME_MAX = 128;

export type OpenInbox = Inbox & { settle(): Promise<void> };

/**
 * One work-queue stream per namespace, with a durable consumer per server that all its receivers share. The bound in flight is each receiver's own: it
 * asks the consumer for no more than it may hold.
 */
export function openInbox(
  connection: Connection,
  jsm: JetStreamManager,
  publisher: Publisher,
  names: StreamNames,
): OpenInbox {
  const receivers = new OpenEnds();
  const ensure = async (): Promise<void> => {
    await ensureStream(jsm, inboxStream(names), connection.nc.info?.cluster !== undefined);
  };
  return {
    async send(server, messages) {
      const large = messages.find((body) => body.length > limits.inboxMessageMaxBytes);
      if (large !== undefined) throw tooLarge('a message', large.length, limits.inboxMessageMaxBytes);
      const subject = names.inboxPrefix + escapeToken(server);
      try {
        await publisher.publish(
          names.inbox,
          messages.map((body) => ({ subject, body })),
        );
      } catch (error) {
        if (!(error instanceof CodedError) || error.code !== 'stream_gone') throw error;
        // Inboxes are no truth: what was in them is sent again by the scheduler.
        await ensure();
        throw unavailable('the inboxes were deleted and are made anew', error);
      }
    },
    async receive(server, onMessage, maxInFlight) {
      const token = escapeToken(server);
      const addConsumer = async (): Promise<string> => {
        await connection.link.ready();
        await ensure();
        const { name } = await jsm.consumers.add(names.inbox, {
          durable_name: consumerName(token),
          filter_subject: names.inboxPrefix + token,
          ack_policy: 'explicit',
          ack_wait: ACK_WAIT_MS * NANOS_PER_MS,
          max_ack_pending: ACK_PENDING_MAX,
          deliver_policy: 'all',
          replay_policy: 'instant',
        });
        return name;
      };
      const receiver = openReceiver(
        {
          stream: names.inbox,
          addConsumer,
          sweep: (consumer) => jsm.consumers.info(names.inbox, consumer),
          onMessage,
          maxInFlight,
        },
        connection,
      );
      return receivers.add(() => receiver.close());
    },
    async settle() {
      await receivers.endAll();
      if (connection.link.isUp) await connection.nc.flush().catch(() => {});
    },
  };
}

/** A consumer's name is a file name in the server. */
function consumerName(token: string): string {
  if (token.length <= CONSUMER_NAME_MAX) return token;
  return `${token.slice(0, 60)}-${createHash('sha256').update(token).digest('hex').slice(0, 32)}`;
}

type ReceiveWish = {
  readonly stream: string;
  readonly addConsumer: () => Promise<string>;
  /** Lets the server forget requests of those who left. */
  readonly sweep: (consumer: string) => Promise<unknown>;
  readonly onMessage: (message: InboxMessage) => void;
  readonly maxInFlight: number;
};
type Receiver = { close(): Promise<void> };

const NAK = '-NAK';
const STILL_AT_IT = '+WPI';

function openReceiver(wish: ReceiveWish, connection: Connection): Receiver {
  const held = new Set<string>();
  const ending = new AbortController();
  const reply = (to: string, word?: string): void => {
    // While the link is down, a lost acknowledgement is a redelivery.
    if (connection.link.isUp) connection.nc.publish(to, word);
  };
  const run = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      try {
        await receiveSession(wish, connection, { held, reply, signal: ending.signal });
      } catch (error) {
        if (error instanceof CodedError && error.code === 'closed') return;
      }
      await pause(RETRY_MS, undefined, { signal: ending.signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    async close() {
      ending.abort();
      await running;
    },
  };
}

type Hands = {
  /** Reply subjects of what was handed over and not acknowledged. */
  readonly held: Set<string>;
  readonly reply: (to: string, word?: string) => void;
  readonly signal: AbortSignal;
};

/** Receives until the consumer or the link is lost, or `signal` ends it. */
async function receiveSession(
  wish: ReceiveWish,
  connection: Connection,
  { held, reply, signal }: Hands,
): Promise<void> {
  const consumer = await wish.addConsumer();
  if (signal.aborted) return;
  const over = Promise.withResolvers<void>();
  // What an earlier session handed over comes again, or is acknowledged yet; it takes no room.
  held.clear();
  let asking = false;
  const ask = (): void => {
    asking = false;
    if (signal.aborted) return;
    const room = wish.maxInFlight - held.size - puller.wanted;
    // Few requests for much each; but a receiver that waits for nothing asks at once.
    if (room > 0 && (puller.wanted === 0 || room * 4 >= wish.maxInFlight)) puller.pull(room);
  };
  const askSoon = (): void => {
    if (asking) return;
    asking = true;
    queueMicrotask(ask);
  };
  const onMessage = guarded(({ reply: to, body, deliveries }: Pulled): void => {
    held.add(to);
    let acked = false;
    const ack = (): void => {
      if (acked) return;
      acked = true;
      held.delete(to);
      reply(to);
      askSoon();
    };
    wish.onMessage({ body, redelivered: deliveries > 1, ack });
  });
  const puller = openPuller(connection.nc, wish.stream, consumer, {
    onMessage,
    onEnd: askSoon,
    onLost: () => over.resolve(),
  });
  const unlink = connection.link.on((link) => {
    if (!link.up) over.resolve();
  });
  signal.addEventListener('abort', () => over.resolve(), { once: true });
  // Else each copy would take a place, until nothing else gets through.
  const holding = setInterval(() => {
    for (const to of held) reply(to, STILL_AT_IT);
  }, HOLDING_MS);
  ask();
  await over.promise;
  clearInterval(holding);
  unlink();
  const late: string[] = [];
  await puller.stop((message) => late.push(message.reply));
  if (!connection.link.isUp) return;
  // 2.9 loses sight of a redelivery until `ack_wait` when it meets a request whose asker is gone; asked about the consumer, it forgets those.
  await wish.sweep(consumer).catch(() => {});
  // Given back only now, so that nothing comes here again.
  for (const to of signal.aborted ? [...held, ...late] : late) reply(to, NAK);
}
