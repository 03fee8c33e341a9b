import { randomUUID } from 'node:crypto';
import { escapeToken } from '../../model/subject.ts';
import type { ServerName } from '../../model/ids.ts';
import { limits } from '../../model/limits.ts';
import type { Inbox, InboxMessage } from '../port/port.ts';
import { OpenEnds } from '../port/open-ends.ts';
import { tooLarge } from '../port/link-state.ts';
import { gather } from './gather.ts';
import { LEASE_MS } from './inbox-store.ts';
import type { InboxStore } from './inbox-store.ts';
import type { WakeBell } from './wake.ts';
import type { Writer } from './writer.ts';

export type OpenInbox = Inbox & { settle(): Promise<void> };

/** `open` opens the store for reading, at the first receiver. `report` hears why reading failed; writes that fail are heard of through the writer. */
export function openInbox(
  open: () => InboxStore,
  writer: Writer,
  bell: WakeBell,
  report: (error: unknown) => void,
): OpenInbox {
  let store: InboxStore | undefined;
  const receivers = new OpenEnds();
  const commit = gather<{ server: string; body: Uint8Array }>(
    async (messages) => {
      const servers = messages.map(({ server }) => server);
      await writer.run({ kind: 'send', servers, bodies: messages.map(({ body }) => body) });
      bell.ring('inbox');
    },
    ({ body }) => body.length,
  );
  return {
    async send(server, messages) {
      const large = messages.find((body) => body.length > limits.inboxMessageMaxBytes);
      if (large !== undefined) throw tooLarge('a message', large.length, limits.inboxMessageMaxBytes);
      await commit(messages.map((body) => ({ server: escapeToken(server), body })));
    },
    async receive(server, onMessage, maxInFlight) {
      store ??= open();
      const receiver = openReceiver({ server, onMessage, maxInFlight }, store, writer, bell, report);
      return receivers.add(() => receiver.close());
    },
    async settle() {
      await receivers.endAll();
      store?.close();
    },
  };
}

type Receiver = { close(): Promise<void> };
type Wish = { server: ServerName; onMessage: (message: InboxMessage) => void; maxInFlight: number };

/**
 * One receiver takes turns: each forgets what was acknowledged since the last, keeps the lease of what is still held, and takes
 * as much as fits. While nothing is held, acknowledged or waiting it writes nothing.
 */
function openReceiver(
  wish: Wish,
  store: InboxStore,
  writer: Writer,
  bell: WakeBell,
  report: (error: unknown) => void,
): Receiver {
  const holder = randomUUID();
  const server = escapeToken(wish.server);
  const held = new Set<number>();
  let acked: number[] = [];
  let renewedMs = 0;
  let turning: Promise<void> | undefined;
  let closed = false;

  const needed = (nowMs: number): boolean =>
    acked.length > 0 ||
    (held.size > 0 && nowMs - renewedMs > LEASE_MS / 4) ||
    (!closed && held.size < wish.maxInFlight && store.waiting(server, nowMs));
  const hand = (id: number, body: Uint8Array, redelivered: boolean): void => {
    held.add(id);
    const ack = (): void => {
      if (!held.delete(id)) return;
      acked.push(id);
      // Acknowledgements of one turn of the event loop go together.
      if (acked.length === 1) setImmediate(wake);
    };
    try {
      wish.onMessage({ body, redelivered, ack });
    } catch (error) {
      // A bug of the receiver's, to be seen; the other messages still reach it.
      setImmediate(() => {
        throw error;
      });
    }
  };
  const turns = async (): Promise<void> => {
    for (let nowMs = Date.now(); needed(nowMs); nowMs = Date.now()) {
      const forgetting = acked;
      acked = [];
      const max = closed ? 0 : wish.maxInFlight - held.size;
      try {
        const { messages = [] } = await writer.run({
          kind: 'turn',
          turn: { server, holder, nowMs, acked: forgetting, max },
        });
        renewedMs = nowMs;
        for (const { id, body, redelivered } of messages) if (!closed) hand(id, body, redelivered);
      } catch {
        // The link tells; the poll tries again.
        acked = [...forgetting, ...acked];
        return;
      }
    }
  };
  const wake = (): void => {
    turning ??= turns()
      .catch(report)
      .finally(() => (turning = undefined));
  };
  const unsubscribe = bell.on('inbox', wake);
  setImmediate(wake);

  return {
    async close() {
      if (closed) return;
      closed = true;
      unsubscribe();
      await turning;
      await turns().catch(report);
      await writer.run({ kind: 'release', holder }).catch(() => {});
      bell.ring('inbox');
    },
  };
}
