import { setTimeout as pause } from 'node:timers/promises';
import type { CodedError } from '../../model/coded-error.ts';
import { foreignLog, goneLog, LogFault, regressedLog } from '../port/log-fault.ts';
import type { Cluster } from './cluster.ts';
import { isUnknownTopic } from './problem.ts';
import type { TopicPlace, Topics, TopicWish } from './topics.ts';
import { offsetAt } from './wire.ts';

/** Which topic holds the log. Kafka gives each topic an id that is never used again; that is the log's identity. */
export type LogPlace = {
  readonly id: string;
  readonly name: string;
  /** For messages. */
  readonly where: string;
  readonly fault: LogFault;
  /** Where it lies, as far as is known. Rejects when the log can't be used any more. */
  find(): Promise<TopicPlace>;
  /** Where it lies now, by the servers' word. */
  look(): Promise<TopicPlace>;
  /** After a request that failed: looks what is wrong, if the error tells of another place or log. Returns the fault or the error. */
  explain(error: unknown): Promise<unknown>;
  /** The newest position that was read or written. */
  saw(position: number): void;
};

/** Kept for ever, in one partition: only `trim` drops records. */
const LOG_TOPIC: TopicWish = {
  isDurable: true,
  settings: {
    'cleanup.policy': 'delete',
    'retention.ms': '-1',
    'retention.bytes': '-1',
    'max.message.bytes': String(1024 * 1024),
  },
};
/** A server that has just started may not know all topics; only the second time it is believed. */
const CONFIRM_MS = 1_000;

/** The log of `name`, made when there is none. Errors: `broker_denied`, `broker_refused`, `unavailable`. */
export async function openPlace(cluster: Cluster, topics: Topics, name: string): Promise<LogPlace> {
  const { id } = await cluster.persist(() => topics.find(name, LOG_TOPIC));
  const where = `the event log (topic ${name}) in Kafka at ${cluster.label}`;
  const fault = new LogFault();
  let seen = 0;

  const checked = (place: TopicPlace): TopicPlace => {
    if (place.id !== id) throw fault.raise(foreignLog(where));
    return place;
  };
  const look = async (): Promise<TopicPlace> => {
    fault.check();
    const place = await topics.look(name);
    if (place !== undefined) return checked(place);
    await pause(CONFIRM_MS);
    const again = await topics.look(name);
    if (again === undefined) throw fault.raise(goneLog(where));
    return checked(again);
  };
  // Nothing is appended to a log that was exchanged while the link was down.
  cluster.onReconnect(async () => {
    const end = await offsetAt(cluster, await look(), 'end');
    if (end < seen) fault.raise(regressedLog(where, end, seen));
  });
  return {
    id,
    name,
    where,
    fault,
    look,
    async find() {
      fault.check();
      return topics.known(name) ?? look();
    },
    async explain(error) {
      topics.forget(name);
      if (!isUnknownTopic(error)) return fault.fault ?? error;
      return look().then(
        () => error,
        (problem: CodedError) => problem,
      );
    },
    saw(position) {
      seen = Math.max(seen, position);
    },
  };
}
