import { createInbox, errors } from '@nats-io/transport-node';
import type { Msg } from '@nats-io/transport-node';
import { CodedError } from '../../model/coded-error.ts';
import { limits } from '../../model/limits.ts';
import { closedError, unavailable, WAIT_MS } from '../port/link-state.ts';
import type { Connection } from './connection.ts';
import { jetStreamProblem } from './problem.ts';

type Publication = { readonly subject: string; readonly body: Uint8Array };

/**
 * Publishes into streams, one acknowledgement per message, all to one reply inbox of our own: many times faster than a request each.
 * Messages leave in the order of the calls, over one connection, and a stream takes them in that order.
 */
export type Publisher = {
  /**
   * Resolves when `stream` has stored all. `onStored` sees each sequence. Rejects with `unavailable` (indeterminate), `broker_overloaded` (nothing
   * sent), `stream_gone`, `broker_refused`.
   */
  publish(
    stream: string,
    items: readonly Publication[],
    onStored?: (sequence: number) => void,
  ): Promise<void>;
  close(): void;
};

type Batch = {
  readonly stream: string;
  left: number;
  readonly onStored: ((sequence: number) => void) | undefined;
  /** Ends it, once. */
  readonly end: (error?: CodedError) => void;
};
type Ack = {
  stream?: string;
  seq?: number;
  error?: { code?: number; err_code?: number; description?: string };
};

const decoder = new TextDecoder();

export function openPublisher(connection: Connection): Publisher {
  const { nc } = connection;
  const inbox = `${createInbox()}.`;
  const pending = new Map<number, Batch>();
  const batches = new Set<Batch>();
  let nextId = 1;
  let pendingBytes = 0;

  const hear = (error: Error | null, message: Msg): void => {
    if (error !== null) return rejectAll(unavailable(error.message));
    const id = Number.parseInt(message.subject.slice(inbox.length), 36);
    const batch = pending.get(id);
    if (batch === undefined) return;
    pending.delete(id);
    const problem = problemOf(message, batch);
    if (problem !== undefined) return batch.end(problem);
    batch.left -= 1;
    if (batch.left === 0) batch.end();
  };
  const rejectAll = (error: CodedError): void => {
    pending.clear();
    for (const batch of batches) batch.end(error);
  };
  nc.subscribe(`${inbox}*`, { callback: hear });
  connection.link.on((link) => {
    if (!link.up) rejectAll(unavailable(link.reason));
  });

  connection.onRefusal((error) => {
    // No acknowledgement comes for what was not let in; which message it was isn't told.
    if (error instanceof errors.PermissionViolationError && error.operation === 'publish')
      rejectAll(jetStreamProblem(error, 'the NATS server refuses'));
  });

  const start = (
    stream: string,
    items: readonly Publication[],
    onStored: Batch['onStored'],
  ): Promise<void> => {
    const bytes = items.reduce((sum, { body }) => sum + body.length, 0);
    if (pendingBytes + bytes > limits.brokerPendingMaxBytes && pendingBytes > 0) {
      const hint = 'is the server overloaded?';
      return Promise.reject(
        new CodedError('broker_overloaded', 'too much waits for the NATS server', { hint }),
      );
    }
    pendingBytes += bytes;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => batch.end(unconfirmed()), WAIT_MS);
      const end = (error?: CodedError): void => {
        if (!batches.delete(batch)) return;
        clearTimeout(timer);
        pendingBytes -= bytes;
        if (error === undefined) resolve();
        else reject(error);
      };
      const batch: Batch = { stream, left: items.length, onStored, end };
      batches.add(batch);
      for (const { subject, body } of items) {
        const id = nextId++;
        pending.set(id, batch);
        nc.publish(subject, body, { reply: inbox + id.toString(36) });
      }
    });
  };
  return {
    async publish(stream, items, onStored) {
      if (items.length === 0) return;
      if (!connection.link.isUp) await connection.link.ready();
      await start(stream, items, onStored);
    },
    close: () => rejectAll(closedError()),
  };
}

/** The link is up all the while. Where a stream could not be written, servers from 2.10 on answer nothing at all. */
function unconfirmed(): CodedError {
  return new CodedError('unavailable', `the NATS server did not confirm within ${WAIT_MS / 1_000} s`, {
    hint: 'it is reachable and stores nothing: see its log, and whether its disk is full; after that it must be started again',
  });
}

/** What an acknowledgement says against `batch`; undefined when the message was stored. */
function problemOf(message: Msg, batch: Batch): CodedError | undefined {
  if (message.data.length === 0) {
    return new CodedError('stream_gone', `the NATS server has no stream ${batch.stream} any more`, {
      hint: "was it deleted, or JetStream switched off? See 'nats stream ls'",
    });
  }
  const ack = parse(message.data);
  if (ack?.error !== undefined) {
    const { code, description } = ack.error;
    // 503: no leader, or JetStream still starting. Others speak of limits.
    const text = `the NATS server did not store into ${batch.stream}: ${description ?? 'no reason given'}`;
    if (code === 503 && !/insufficient|exceeded/i.test(description ?? '')) return unavailable(text);
    const hint = 'see the limits of the stream and of the account, and the disk of the server';
    return new CodedError('broker_refused', text, { hint });
  }
  if (ack?.stream !== batch.stream || typeof ack.seq !== 'number') {
    return new CodedError('broker_refused', `another stream than ${batch.stream} took the message`, {
      hint: "another stream listens to the same subjects: see 'nats stream ls'",
    });
  }
  batch.onStored?.(ack.seq);
  return undefined;
}

function parse(data: Uint8Array): Ack | undefined {
  try {
    return JSON.parse(decoder.decode(data)) as Ack;
  } catch {
    return undefined;
  }
}
