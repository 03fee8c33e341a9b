import { guarded } from '../port/guarded.ts';
import { createInbox } from '@nats-io/transport-node';
import type { Msg, NatsConnection } from '@nats-io/transport-node';

/** A message of a consumer, with what its reply subject tells. */
export type Pulled = {
  readonly body: Uint8Array;
  readonly reply: string;
  readonly deliveries: number;
  readonly streamSequence: number;
  readonly consumerSequence: number;
  /** When the stream took it, nanoseconds since the epoch, as text. */
  readonly stamp: string;
};

export type Puller = {
  /** How many messages were asked for and did not come yet. */
  readonly wanted: number;
  pull(batch: number, maxBytes?: number): void;
  /** Ends the asking; what still comes is handed to the reader of `last`. Resolves when nothing more can come. */
  stop(last?: (message: Pulled) => void): Promise<void>;
};

export type PullReader = {
  readonly onMessage: (message: Pulled) => void;
  /** A request ended unfilled, after half a minute or because it met its bound in bytes: ask again. */
  readonly onEnd: () => void;
  /** The consumer is gone, or the server fell silent. Called once; this puller is of no more use. */
  readonly onLost: (reason: string) => void;
};

const EXPIRES_MS = 30_000;
const HEARTBEAT_MS = 4_000;
const SILENCE_MAX_MS = 10_000;
const NANOS_PER_MS = 1_000_000;

/** Asks a pull consumer for messages. Server's status messages tell how much of a request stays unfilled. */
export function openPuller(nc: NatsConnection, stream: string, consumer: string, reader: PullReader): Puller {
  const inbox = createInbox();
  let wanted = 0;
  let lost = false;
  let heardMs = Date.now();
  let last: ((message: Pulled) => void) | undefined;

  const lose = (reason: string): void => {
    if (lost) return;
    lost = true;
    clearInterval(timer);
    if (!subscription.isClosed()) subscription.unsubscribe();
    if (last === undefined) reader.onLost(reason);
  };
  const hear = (error: Error | null, message: Msg): void => {
    if (error !== null) return lose(error.message);
    heardMs = Date.now();
    const pulled = readMessage(message);
    if (pulled !== undefined) {
      wanted -= 1;
      return (last ?? reader.onMessage)(pulled);
    }
    const status = message.headers?.code ?? 0;
    if (status === 100) return;
    const unfilled = message.headers?.get('Nats-Pending-Messages') ?? '';
    if (unfilled === '') return lose(`status ${status} ${message.headers?.description ?? ''}`);
    wanted = Math.max(0, wanted - Number(unfilled));
    if (last === undefined) reader.onEnd();
  };
  const subscription = nc.subscribe(inbox, { callback: guarded(hear) });
  const timer = setInterval(() => {
    if (wanted > 0 && Date.now() - heardMs > SILENCE_MAX_MS) lose('the consumer fell silent');
  }, SILENCE_MAX_MS / 4);

  return {
    get wanted() {
      return wanted;
    },
    pull(batch, maxBytes) {
      if (lost || last !== undefined) return;
      if (wanted === 0) heardMs = Date.now();
      wanted += batch;
      const request = {
        batch,
        expires: EXPIRES_MS * NANOS_PER_MS,
        idle_heartbeat: HEARTBEAT_MS * NANOS_PER_MS,
        ...(maxBytes === undefined ? {} : { max_bytes: maxBytes }),
      };
      nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, JSON.stringify(request), {
        reply: inbox,
      });
    },
    async stop(rest = () => {}) {
      if (lost) return;
      last = rest;
      clearInterval(timer);
      if (!subscription.isClosed()) await subscription.drain().catch(() => {});
      lost = true;
    },
  };
}

/** Reply subjects: `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<consumer seq>.<time>.<pending>`, with two more tokens before `<stream>` on newer servers. */
function readMessage(message: Msg): Pulled | undefined {
  const { reply = '' } = message;
  if (!reply.startsWith('$JS.ACK.')) return undefined;
  const tokens = reply.split('.');
  const at = tokens.length === 9 ? 4 : 6;
  return {
    body: message.data,
    reply,
    deliveries: Number(tokens[at]),
    streamSequence: Number(tokens[at + 1]),
    consumerSequence: Number(tokens[at + 2]),
    stamp: tokens[at + 3] ?? '',
  };
}
