import { setImmediate as nextTurn } from 'node:timers/promises';
import { CodedError } from '../../model/coded-error.ts';
import type { Position } from '../../model/ids.ts';
import { limits } from '../../model/limits.ts';
import { tooLarge } from '../port/link-state.ts';
import type { EventLog, LogFollower, LogRecord, StoredRecord, Unsubscribe } from '../port/port.ts';
import { gather } from './gather.ts';
import type { LogStore } from './log-store.ts';
import { isBusy } from '../../sqlite/sqlite.ts';
import { sqliteProblem } from './sqlite.ts';
import type { WakeBell } from './wake.ts';
import type { Writer } from './writer.ts';

/** Tells what ends the use of this log for good; the same error each time. */
export type LogGuard = {
  readonly fault: CodedError | undefined;
  onFault(listener: (error: CodedError) => void): Unsubscribe;
};

export type OpenEventLog = EventLog & { closeFollowers(): void };

/** Appends through `writer`; reads on this thread, since readers of a WAL wait for nobody. */
export function openEventLog(
  store: LogStore,
  writer: Writer,
  bell: WakeBell,
  guard: LogGuard,
  path: string,
): OpenEventLog {
  const followers = new Set<Unsubscribe>();
  const commit = gather<LogRecord>(
    async (records) => {
      const topics = records.map(({ topic }) => `${topic.dag}.${topic.run}`);
      await writer.run({ kind: 'append', topics, bodies: records.map(({ body }) => body) });
      bell.ring('log');
    },
    ({ body }) => body.length,
  );
  const ask = async <Result>(question: () => Result): Promise<Result> => {
    if (guard.fault !== undefined) throw guard.fault;
    try {
      return question();
    } catch (error) {
      throw sqliteProblem(error, path);
    }
  };

  return {
    identity: () => ask(() => store.identity()),
    head: () => ask(() => store.head()),
    tail: () => ask(() => store.tail()),
    async append(records) {
      const large = records.find(({ body }) => body.length > limits.recordMaxBytes);
      if (large !== undefined) throw tooLarge('a record', large.body.length, limits.recordMaxBytes);
      if (guard.fault !== undefined) throw guard.fault;
      await commit(records);
    },
    async trim(through) {
      await writer.run({ kind: 'trim', through });
    },
    async follow(after, reader) {
      const stop = follow(store, after, reader, bell, guard, path);
      const end = (): void => {
        followers.delete(end);
        stop();
      };
      followers.add(end);
      return end;
    },
    closeFollowers: () => [...followers].forEach((end) => end()),
  };
}

function follow(
  store: LogStore,
  from: Position,
  reader: LogFollower,
  bell: WakeBell,
  guard: LogGuard,
  path: string,
): Unsubscribe {
  let after = from;
  let reading = false;
  let rung = false;
  let stopped = false;

  const end = (): void => {
    stopped = true;
    unsubscribe();
    unguard();
  };
  const fault = (error: unknown): void => {
    if (stopped) return;
    end();
    reader.onFault(error instanceof Error ? error : new Error(String(error)));
  };
  const next = (): readonly StoredRecord[] => {
    const records = store.read(after);
    if (records.length === 0) checkRegress(store, after, path);
    return records;
  };
  const run = async (): Promise<void> => {
    reading = true;
    while (rung && !stopped) {
      rung = false;
      for (let records = next(); records.length > 0 && !stopped; records = next()) {
        after = records.at(-1)?.position ?? after;
        await reader.onRecords(records);
        // A long way to catch up must not keep this process from everything else.
        await nextTurn();
      }
    }
    reading = false;
  };
  const wake = (): void => {
    rung = true;
    if (reading || stopped) return;
    run().catch((error: unknown) => {
      reading = false;
      // Another process repairs the WAL; the poll comes back.
      if (!isBusy(error)) fault(sqliteProblem(error, path));
    });
  };
  const unsubscribe = bell.on('log', wake);
  const unguard = guard.onFault(fault);
  setImmediate(wake);
  return end;
}

function checkRegress(store: LogStore, after: Position, path: string): void {
  const head = store.head();
  if (head >= after) return;
  throw new CodedError('log_regressed', `${path} ends at ${head}, but was read up to ${after}`, {
    hint: 'an older copy was put in its place: stop every dagtop, and start with the newest copy of the folder',
  });
}
