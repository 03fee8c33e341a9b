import type { Position } from '../../model/ids.ts';
import { openBusStore } from './bus-store.ts';
import type { BusEntry, BusStore } from './bus-store.ts';
import { openInboxStore } from './inbox-store.ts';
import type { HeldMessage, InboxStore, Turn } from './inbox-store.ts';
import { openLogStore } from './log-store.ts';
import type { LogStore } from './log-store.ts';
import type { Paths } from './paths.ts';
import { pragma, transaction } from '../../sqlite/sqlite.ts';
import { sqliteProblem } from './sqlite.ts';
import { openWakeButton } from './wake.ts';
import type { WakeTopic } from './wake.ts';

/** Everything that writes. It takes locks and waits for the disk, and is therefore done by a thread of its own. */
export type Job =
  | { readonly kind: 'append'; readonly topics: readonly string[]; readonly bodies: readonly Uint8Array[] }
  | { readonly kind: 'trim'; readonly through: Position }
  | { readonly kind: 'send'; readonly servers: readonly string[]; readonly bodies: readonly Uint8Array[] }
  | { readonly kind: 'turn'; readonly turn: Turn }
  | { readonly kind: 'release'; readonly holder: string }
  | { readonly kind: 'publish'; readonly publisher: string; readonly entries: readonly BusEntry[] }
  /** Takes and gives back the log's write lock; says what the connection that appends is set to. */
  | { readonly kind: 'probe' };

export type JobResult = {
  readonly messages?: HeldMessage[];
  readonly synchronous?: unknown;
  readonly journal?: unknown;
};

export type Worker = { work(job: Job): JobResult; close(): void };

/** Does jobs on the files at `paths`, one after the other; each database is opened at its first job. */
export function openWorker(paths: Paths): Worker {
  const button = openWakeButton(paths.wake);
  let log: LogStore | undefined;
  let inbox: InboxStore | undefined;
  let bus: BusStore | undefined;
  const logStore = (): LogStore => (log ??= openLogStore(paths.log));
  const inboxStore = (): InboxStore => (inbox ??= openInboxStore(paths.inbox));
  const busStore = (): BusStore => (bus ??= openBusStore(paths.bus));
  const done = (topic: WakeTopic): JobResult => {
    button.press(topic);
    return {};
  };

  const perform = (job: Job): JobResult => {
    switch (job.kind) {
      case 'append':
        logStore().check();
        logStore().append(job.topics, job.bodies);
        return done('log');
      case 'trim':
        logStore().trim(job.through);
        return {};
      case 'send':
        inboxStore().send(job.servers, job.bodies);
        return done('inbox');
      case 'turn':
        return { messages: inboxStore().turn(job.turn) };
      case 'release':
        inboxStore().release(job.holder);
        return done('inbox');
      case 'publish':
        busStore().publish(job.publisher, job.entries);
        return done('bus');
      case 'probe': {
        const { db } = logStore();
        transaction(db, () => {});
        return { synchronous: pragma(db, 'synchronous'), journal: pragma(db, 'journal_mode') };
      }
    }
  };

  return {
    work(job) {
      try {
        return perform(job);
      } catch (error) {
        throw sqliteProblem(error, pathOf(job, paths));
      }
    },
    close() {
      for (const store of [log, inbox, bus, button]) store?.close();
    },
  };
}

function pathOf(job: Job, paths: Paths): string {
  switch (job.kind) {
    case 'append':
    case 'trim':
    case 'probe':
      return paths.log;
    case 'send':
    case 'turn':
    case 'release':
      return paths.inbox;
    case 'publish':
      return paths.bus;
  }
}
