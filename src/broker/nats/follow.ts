import { setTimeout as pause } from 'node:timers/promises';
import type { JetStreamManager } from '@nats-io/jetstream';
import { CodedError } from '../../model/coded-error.ts';
import type { Position } from '../../model/ids.ts';
import { limits } from '../../model/limits.ts';
import type { LogFollower, StoredRecord } from '../port/port.ts';
import type { Connection } from './connection.ts';
import { regressed } from './guard.ts';
import type { LogGuard } from './guard.ts';
import { openPuller } from './pull.ts';
import type { Pulled } from './pull.ts';

export type FollowWish = {
  readonly connection: Connection;
  readonly jsm: JetStreamManager;
  readonly guard: LogGuard;
  readonly stream: string;
  readonly after: Position;
  readonly reader: LogFollower;
};

const RETRY_MS = 250;
/** The server forgets our consumer when nobody asks it for this long: a slow reader gets a new one. */
const INACTIVE_MS = 300_000;
const NANOS_PER_MS = 1_000_000;
/** The same hole, seen again with a fresh consumer, is one in the log. */
const HOLE_TRIES = 3;

/**
 * Reads a stream in sessions: each has a consumer of its own in the server's memory, made at the place where the last one ended. Any doubt (a
 * lost link, silence, a sequence that jumps) ends the session, and the next asks the guard before it reads on.
 * A session begins at the newest record that was read already, and compares the time at which the stream took it: so a
 * log that lost its end and grew again is noticed.
 *
 * Returns the end of the reading.
 */
export function startFollower(wish: FollowWish): () => Promise<void> {
  const { connection, guard, reader, stream } = wish;
  const ending = Promise.withResolvers<void>();
  const state = { stopped: false };
  let position: number = wish.after;
  let stamp = '';
  let holes = 0;

  const stop = (): void => {
    state.stopped = true;
    unguard();
    ending.resolve();
  };
  const fault = (error: Error): void => {
    if (state.stopped) return;
    stop();
    reader.onFault(error);
  };
  const unguard = guard.onFault(fault);

  /** What is wrong with the log itself ends every use of it. */
  const raised = (problem: [string, string, string]): CodedError => {
    const error = coded(problem);
    guard.raise(error);
    return error;
  };

  /** Undefined when the message was read before; throws what ends the reading. */
  const take = (message: Pulled, expected: number): StoredRecord | undefined | 'hole' => {
    if (message.streamSequence === position && stamp !== '') {
      if (message.stamp === stamp) return undefined;
      throw raised(regressed(stream, position - 1, position));
    }
    if (message.streamSequence !== expected) {
      holes += 1;
      if (holes < HOLE_TRIES) return 'hole';
      throw raised([
        'log_damaged',
        `the event log (stream ${stream}) has no records from ${expected} to ${message.streamSequence - 1}`,
        'its files are damaged, or records were deleted by hand: restore it from a backup',
      ]);
    }
    holes = 0;
    position = message.streamSequence;
    stamp = message.stamp;
    guard.saw(position);
    return { position: position as Position, body: message.body };
  };

  const session = async (): Promise<void> => {
    const info = await guard.info();
    if (state.stopped) return;
    const { first_seq: first, last_seq: last } = info.state;
    if (last < position) throw coded(regressed(stream, last, position));
    const overlap = stamp !== '' && position >= first && info.state.messages > 0;
    const consumer = await addConsumer(wish, overlap ? position : Math.max(position + 1, 1));
    await readSession(wish, {
      consumer,
      expected: Math.max(position + 1, first),
      ending: ending.promise,
      take,
    });
  };
  const run = async (): Promise<void> => {
    while (!state.stopped) {
      try {
        await session();
      } catch (error) {
        if (error instanceof CodedError && error.code === 'closed') return stop();
        if (isFinal(error)) return fault(error);
      }
      if (!state.stopped && connection.up) await Promise.race([pause(RETRY_MS), ending.promise]);
    }
  };
  const running = run();
  return async () => {
    stop();
    await running;
  };
}

type Session = {
  readonly consumer: string;
  readonly expected: number;
  readonly ending: Promise<void>;
  readonly take: (message: Pulled, expected: number) => StoredRecord | undefined | 'hole';
};

/** Resolves when another session is needed; rejects with what ends the reading. */
async function readSession({ connection, jsm, stream, reader }: FollowWish, session: Session): Promise<void> {
  const over = Promise.withResolvers<void>();
  let { expected } = session;
  const state = { ended: false };
  let handing = false;
  let fruitful = true;
  let waiting: StoredRecord[] = [];
  const end = (error?: unknown): void => {
    state.ended = true;
    if (error === undefined) over.resolve();
    else over.reject(error);
  };
  const ask = (): void => {
    if (state.ended || puller.wanted > 0) return;
    // A message larger than the bound would never come: after a request that brought nothing, one without.
    if (fruitful) puller.pull(limits.followBatchMax, limits.followBatchMaxBytes);
    else puller.pull(1);
    fruitful = false;
  };
  const hand = async (): Promise<void> => {
    while (waiting.length > 0 && !state.ended) {
      const records = waiting;
      waiting = [];
      await reader.onRecords(records);
    }
    handing = false;
    ask();
  };
  const onMessage = (message: Pulled): void => {
    if (state.ended) return;
    fruitful = true;
    try {
      const record = session.take(message, expected);
      if (record === 'hole') return end();
      if (record === undefined) {
        if (!handing) ask();
        return;
      }
      expected = record.position + 1;
      waiting.push(record);
    } catch (error) {
      return end(error);
    }
    if (handing) return;
    handing = true;
    // What came in one read of the socket goes together.
    queueMicrotask(() => void hand().catch((error: unknown) => end(new ReaderFailure(error))));
  };
  const puller = openPuller(connection.nc, stream, session.consumer, {
    onMessage,
    onEnd: () => {
      if (!handing) ask();
    },
    onLost: () => end(),
  });
  const unlink = connection.onLink((link) => {
    if (!link.up) end();
  });
  void session.ending.then(() => end());
  ask();
  try {
    await over.promise;
  } finally {
    state.ended = true;
    unlink();
    void puller.stop();
    if (connection.up) void jsm.consumers.delete(stream, session.consumer).catch(() => {});
  }
}

async function addConsumer({ jsm, stream }: FollowWish, start: number): Promise<string> {
  const { name } = await jsm.consumers.add(stream, {
    ack_policy: 'none',
    deliver_policy: 'by_start_sequence',
    opt_start_seq: start,
    replay_policy: 'instant',
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: INACTIVE_MS * NANOS_PER_MS,
  });
  return name;
}

/** The reader itself threw. */
class ReaderFailure extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

const coded = ([code, message, hint]: [string, string, string]): CodedError =>
  new CodedError(code, message, { hint });

const FINAL = new Set(['log_gone', 'log_foreign', 'log_regressed', 'log_damaged']);

function isFinal(error: unknown): error is Error {
  return error instanceof ReaderFailure || (error instanceof CodedError && FINAL.has(error.code));
}
