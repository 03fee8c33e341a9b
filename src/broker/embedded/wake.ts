import { closeSync, constants, openSync, watch, writeSync } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { join } from 'node:path';
import type { Unsubscribe } from '../port/port.ts';

export type WakeTopic = 'log' | 'inbox' | 'bus';
const TOPICS: readonly WakeTopic[] = ['log', 'inbox', 'bus'];

/** Looked at this often even when nobody rang: watching may miss something, and leases end by themselves. */
export const POLL_MS = 250;
/** The same where the system refuses to watch (out of inotify watches, an unusual file system). */
const UNWATCHED_POLL_MS = 25;

/** Tells this process that something was committed, by it or by another. A ring may come for nothing. */
export type WakeBell = {
  on(topic: WakeTopic | 'poll', listener: () => void): Unsubscribe;
  /** Wakes the listeners of this process. */
  ring(topic: WakeTopic): void;
  readonly watching: boolean;
  close(): void;
};

export function openWakeBell(folder: string): WakeBell {
  const listeners = new Map<string, Set<() => void>>();
  const ring = (topic: string): void => listeners.get(topic)?.forEach((listener) => listener());
  const ringAll = (): void => TOPICS.forEach(ring);
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(folder, (_, topic) => (topic === null ? ringAll() : ring(topic)));
    watcher.on('error', () => watcher?.close());
  } catch {
    watcher = undefined;
  }
  const poll = setInterval(
    () => {
      ringAll();
      ring('poll');
    },
    watcher === undefined ? UNWATCHED_POLL_MS : POLL_MS,
  );
  return {
    on(topic, listener) {
      const known = listeners.get(topic) ?? new Set();
      listeners.set(topic, known.add(listener));
      return () => void known.delete(listener);
    },
    ring,
    watching: watcher !== undefined,
    close() {
      watcher?.close();
      clearInterval(poll);
      listeners.clear();
    },
  };
}

/** The other side of the bell: `press` wakes the other processes. Never throws, since the poll wakes them too. */
export type WakeButton = { press(topic: WakeTopic): void; close(): void };

export function openWakeButton(folder: string): WakeButton {
  const files = new Map<WakeTopic, number>();
  return {
    press(topic) {
      try {
        const file =
          files.get(topic) ?? openSync(join(folder, topic), constants.O_CREAT | constants.O_WRONLY, 0o600);
        files.set(topic, file);
        writeSync(file, '.', 0);
      } catch {
        // The folder is gone or full.
      }
    },
    close() {
      for (const file of files.values()) closeSync(file);
    },
  };
}
