import { OpenEnds } from '../port/open-ends.ts';
import type { JetStreamManager } from '@nats-io/jetstream';
import { CodedError } from '../../model/coded-error.ts';
import type { Position } from '../../model/ids.ts';
import { limits } from '../../model/limits.ts';
import { tooLarge } from '../port/link-state.ts';
import type { EventLog, Unsubscribe } from '../port/port.ts';
import type { Connection } from './connection.ts';
import { startFollower } from './follow.ts';
import type { LogGuard } from './guard.ts';
import { jetStreamProblem } from './problem.ts';
import type { Publisher } from './publisher.ts';
import type { StreamNames } from './streams.ts';

export type OpenEventLog = EventLog & { closeFollowers(): Promise<void> };

/** One stream per namespace; a record's position is its sequence in the stream. */
export function openEventLog(
  connection: Connection,
  jsm: JetStreamManager,
  publisher: Publisher,
  guard: LogGuard,
  names: StreamNames,
): OpenEventLog {
  const followers = new OpenEnds();
  let lastStored = 0;

  const stored = (sequence: number): void => {
    guard.saw(sequence);
    // Sequences of one connection only grow: else the stream was made anew under our feet.
    if (sequence <= lastStored) void guard.info().catch(() => {});
    lastStored = sequence;
  };
  return {
    async identity() {
      await guard.info();
      return guard.identity;
    },
    async append(records) {
      const large = records.find(({ body }) => body.length > limits.recordMaxBytes);
      if (large !== undefined) throw tooLarge('a record', large.body.length, limits.recordMaxBytes);
      if (guard.fault !== undefined) throw guard.fault;
      const items = records.map(({ topic, body }) => ({
        subject: `${names.logPrefix}${topic.dag}.${topic.run}`,
        body,
      }));
      try {
        await publisher.publish(names.log, items, stored);
      } catch (error) {
        if (error instanceof CodedError && error.code === 'stream_gone') void guard.info().catch(() => {});
        throw error;
      }
      // The link may have come back to another log meanwhile.
      if (guard.fault !== undefined) throw guard.fault;
    },
    async head() {
      return (await guard.info()).state.last_seq as Position;
    },
    async tail() {
      const { messages, first_seq: first, last_seq: last } = (await guard.info()).state;
      return (messages > 0 ? first : last + 1) as Position;
    },
    async trim(through) {
      const { last_seq: last } = (await guard.info()).state;
      const before = Math.min(through, last) + 1;
      // A purge before 1 would empty the stream.
      if (before <= 1) return;
      try {
        await jsm.streams.purge(names.log, { seq: before });
      } catch (error) {
        throw jetStreamProblem(error, `trimming the stream ${names.log}`);
      }
    },
    async follow(after, reader): Promise<Unsubscribe> {
      const end = startFollower({ connection, jsm, guard, stream: names.log, after, reader });
      return followers.add(end);
    },
    async closeFollowers() {
      await followers.endAll();
    },
  };
}
