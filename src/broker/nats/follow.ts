import { setTimeout as pause } from 'node:timers/promises';
import type { JetStreamManager } from '@nats-io/jetstream';
import { CodedError } from '../../model/coded-error.ts';
import type { Position } from '../../model/ids.ts';
import { limits } from '../../model/limits.ts';
import type { LogFollower, StoredRecord } from '../port/port.ts';
import { ReaderFailure } from '../port/reader-failure.ts';
import type { Connection } from './connection.ts';
import { openCursor } from './cursor.ts';
import type { Cursor } from './cursor.ts';
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

/**
 * Reads a stream in sessions: each has a consumer of its own in the server's memory, made at the place where the last one ended. Any doubt (a
 * lost link, silence, a sequence that jumps) ends the session, and the next asks the guard before it reads on.
 *
 * Returns the end of the reading.
 */
export function startFollower(wish: FollowWish): () => Promise<void> {
  const { connection, guard, reader, stream } = wish;
  const ending = Promise.withResolvers<void>();
  const state = { stopped: false };
  const cursor = openCursor(stream, wish.after, guard);

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

  const session = async (): Promise<void> => {
    const info = await guard.info();
    if (state.stopped) return;
    const { start, expected } = cursor.place(info.state);
    const consumer = await addConsumer(wish, start);
    await readSession(wish, { consumer, expected, ending: ending.promise, cursor });
  };
  const run = async (): Promise<void> => {
    while (!state.stopped) {
      try {
        await session();
      } catch (error) {
        if (error instanceof CodedError && error.code === 'closed') return stop();
        if (isFinal(error)) return fault(error);
      }
      if (!state.stopped && connection.link.isUp) await Promise.race([pause(RETRY_MS), ending.promise]);
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
  readonly cursor: Cursor;
};

/** Resolves when another session is needed, and all that was taken is handed over; rejects with what ends the reading. */
async function readSession({ connection, jsm, stream, reader }: FollowWish, session: Session): Promise<void> {
  const over = Promise.withResolvers<void>();
  const state: { ended: boolean; stopped: boolean; failure?: ReaderFailure } = {
    ended: false,
    stopped: false,
  };
  let { expected } = session;
  let handing: Promise<void> | undefined;
  let fruitful = true;
  let waiting: StoredRecord[] = [];

  const end = (): void => {
    state.ended = true;
    over.resolve();
  };
  const ask = (): void => {
    if (state.ended || handing !== undefined || puller.wanted > 0) return;
    // A message larger than the bound would never come: after a request that brought nothing, one without.
    if (fruitful) puller.pull(limits.followBatchMax, limits.followBatchMaxBytes);
    else puller.pull(1);
    fruitful = false;
  };
  // Goes on after the session's end: the cursor has passed what waits here.
  const hand = async (): Promise<void> => {
    try {
      for (; waiting.length > 0 && !state.stopped;) {
        const records = waiting;
        waiting = [];
        await reader.onRecords(records);
      }
    } catch (error) {
      state.failure = new ReaderFailure(error);
      end();
    }
    handing = undefined;
    ask();
  };
  const onMessage = (message: Pulled): void => {
    if (state.ended) return;
    fruitful = true;
    try {
      const record = session.cursor.take(message, expected);
      if (record === 'hole') return end();
      if (record === undefined) return ask();
      expected = record.position + 1;
      waiting.push(record);
    } catch (error) {
      state.ended = true;
      return over.reject(error);
    }
    // What came in one read of the socket goes together.
    handing ??= Promise.resolve().then(hand);
  };
  const puller = openPuller(connection.nc, stream, session.consumer, { onMessage, onEnd: ask, onLost: end });
  const unlink = connection.link.on((link) => {
    if (!link.up) end();
  });
  const stop = (): void => {
    state.stopped = true;
    end();
  };
  void session.ending.then(stop);
  ask();
  try {
    await over.promise;
  } finally {
    unlink();
    void puller.stop();
    if (connection.link.isUp) void jsm.consumers.delete(stream, session.consumer).catch(() => {});
    // Whoever stops, from within `onRecords` perhaps, waits for nobody.
    await Promise.race([handing, session.ending]);
  }
  if (state.failure !== undefined) throw state.failure;
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

const FINAL = new Set(['log_gone', 'log_foreign', 'log_regressed', 'log_damaged']);

function isFinal(error: unknown): error is Error {
  return error instanceof ReaderFailure || (error instanceof CodedError && FINAL.has(error.code));
}
