import { hostname, userInfo } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openBroker } from '../broker/open.ts';
import { createLogWriter } from '../broker/port/log-writer.ts';
import type { LogWriter } from '../broker/port/log-writer.ts';
import type { Broker } from '../broker/port/port.ts';
import { CodedError } from '../model/coded-error.ts';
import type { OperatorEvent } from '../model/event.ts';
import type { EventId } from '../model/ids.ts';
import type { State, Verdict } from '../model/state.ts';
import type { From } from '../replica/beginning.ts';
import { Replica } from '../replica/replica.ts';
import type { ReplicaListener } from '../replica/replica.ts';
import { Verdicts } from '../replica/verdicts.ts';
import { maskUrl, readSettings } from './settings.ts';
import type { BrokerFlags, HistoryFlags, Settings } from './settings.ts';
import { mintId, systemClock } from './system-clock.ts';

/** An open broker with the state as of now, for the length of a command. */
export type Session = {
  readonly settings: Settings;
  readonly brokerLabel: string;
  readonly broker: Broker;
  readonly replica: Replica;
  readonly writer: LogWriter;
  /** What the fold says of the events that this process appends. */
  readonly verdicts: Verdicts;
  readonly state: State;
  /** Signs operators' events: `op:alice@host`. */
  readonly author: string;
  close(): Promise<void>;
};

/** What is there before the log is read. */
export type Opening = Pick<Session, 'settings' | 'broker' | 'replica'>;

/**
 * Opens the broker and reads its log to the end: from a checkpoint before the newest events, unless `prepare` resolves with where the reading has to begin.
 * `listener` hears what is read, and so does what `prepare` makes listen. Errors: those of `readSettings` and of the adapter.
 */
export async function openSession(
  flags: BrokerFlags & HistoryFlags,
  listener?: ReplicaListener,
  prepare?: (opening: Opening) => Promise<From | undefined>,
): Promise<Session> {
  const settings = await readSettings(flags);
  const broker = await openBroker(settings.brokerUrl, { namespace: settings.namespace });
  const replica = new Replica({ rest: nextTurn });
  if (listener !== undefined) replica.listen(listener);
  try {
    const from = await prepare?.({ settings, broker, replica });
    await replica.start(broker.log, from ?? 'recent');
  } catch (error) {
    await broker.close();
    throw error;
  }
  const writer = createLogWriter(broker.log, systemClock);
  const verdicts = new Verdicts(replica);
  return {
    settings,
    brokerLabel: maskUrl(settings.brokerUrl),
    broker,
    replica,
    writer,
    verdicts,
    state: replica.state,
    author: author(),
    close: async () => {
      replica.stop();
      writer.close();
      await broker.close();
    },
  };
}

/** Runs `work` in a session that is closed whatever happens. */
export async function withSession<T>(
  flags: BrokerFlags & HistoryFlags,
  work: (session: Session) => Promise<T>,
  listener?: ReplicaListener,
  prepare?: (opening: Opening) => Promise<From | undefined>,
): Promise<T> {
  const session = await openSession(flags, listener, prepare);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** Appends what an operator wants and waits until it is read back: what the fold says of it. */
export async function propose(session: Session, body: OperatorEvent): Promise<Verdict> {
  const id = mintId() as EventId;
  const verdict = session.verdicts.of(id);
  // Whoever hears that the log is gone from the append need not hear it twice.
  verdict.catch(() => undefined);
  await session.writer.append([{ ...body, id, atMs: systemClock.nowMs(), by: session.author }]);
  return verdict;
}

/** As `propose`; a refusal becomes the error `refused`. */
export async function operate(session: Session, body: OperatorEvent): Promise<void> {
  const verdict = await propose(session, body);
  if (!verdict.accepted) throw new CodedError('refused', verdict.reason);
}

function author(): string {
  let user = 'unknown';
  try {
    user = userInfo().username;
  } catch {
    // A container's user id may have no name.
  }
  return `op:${user}@${hostname()}`.slice(0, 256);
}
