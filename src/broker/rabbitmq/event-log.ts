import { setTimeout as pause } from 'node:timers/promises';
import { CodedError } from '../../model/coded-error.ts';
import { OpenEnds } from '../port/open-ends.ts';
import type { Position } from '../../model/ids.ts';
import { limits } from '../../model/limits.ts';
import { tooLarge } from '../port/link-state.ts';
import { byteChunks } from '../port/byte-chunks.ts';
import { LogFault, regressedLog } from '../port/log-fault.ts';
import type { EventLog, LogFollower, LogRecord, Unsubscribe } from '../port/port.ts';
import type { Connection } from './connection.ts';
import { startFollower } from './follow.ts';
import { LastingChannel } from './lasting-channel.ts';
import { checkPlace } from './log-place.ts';
import type { LogPlace } from './log-place.ts';
import type { Names } from './names.ts';
import { serverProblem } from './problem.ts';
import { Unroutable } from './publisher.ts';
import type { Publisher } from './publisher.ts';
import { consumeStream, readEnd } from './stream.ts';
import { moveMark, readMark } from './trim-mark.ts';

const RECONNECT_PAUSE_MS = 500;

/** A stream queue behind a topic exchange. A record's position is its offset, since one message stands before them all. */
export class RabbitEventLog implements EventLog {
  readonly #connection: Connection;
  readonly #names: Names;
  readonly #place: LogPlace;
  readonly #publisher: Publisher;
  readonly #followers = new OpenEnds();
  readonly #fault = new LogFault();
  #trimming: Promise<unknown> = Promise.resolve();
  #seen = 0;
  #comparing: Promise<void> | undefined;
  /** Takes one record and no more: it is there to be told when the stream is deleted, which a publisher is not as long as somebody else listens. */
  readonly #sentinel: LastingChannel;

  constructor(connection: Connection, names: Names, place: LogPlace, publisher: Publisher) {
    this.#connection = connection;
    this.#names = names;
    this.#place = place;
    this.#publisher = publisher;
    this.#sentinel = new LastingChannel(connection, 'reader', async (channel) => {
      channel.once('basic.cancel', () => void this.#compare());
      await consumeStream(channel, names.log, 'next', 1, () => undefined);
    });
    // Nothing is appended to a log that was exchanged while the link was down.
    connection.onReconnect(() => this.#compare());
  }

  async identity(): Promise<string> {
    await this.#connection.reading.ready();
    await checkPlace(this.#connection, this.#names, this.#place, this.#fault);
    return this.#place.id;
  }

  async append(records: readonly LogRecord[]): Promise<void> {
    const large = records.find(({ body }) => body.length > limits.recordMaxBytes);
    if (large !== undefined) throw tooLarge('a record', large.body.length, limits.recordMaxBytes);
    const { events, allRecords, log, record } = this.#names;
    const items = records.map(({ topic, body }) => ({ key: record(topic), body }));
    try {
      // One after the other: behind a chunk that was refused none may be taken.
      for (const chunk of byteChunks(items)) {
        await this.#connection.link.ready();
        this.#fault.check();
        await this.#publisher.publish(events, chunk);
        this.#fault.check();
      }
    } catch (error) {
      if (!(error instanceof Unroutable)) throw error;
      await checkPlace(this.#connection, this.#names, this.#place, this.#fault);
      throw new CodedError(
        'broker_refused',
        `the exchange ${events} does not lead to the event log any more`,
        {
          hint: `somebody deleted it or its binding: bind the queue ${log} to it again, with '${allRecords}'`,
        },
      );
    }
  }

  async head(): Promise<Position> {
    await this.#connection.reading.ready();
    this.#fault.check();
    try {
      return await this.#look();
    } catch (error) {
      throw serverProblem(error, this.#connection.label);
    }
  }

  async tail(): Promise<Position> {
    await this.#connection.reading.ready();
    this.#fault.check();
    try {
      return ((await readMark(this.#connection, this.#names)) + 1) as Position;
    } catch (error) {
      throw serverProblem(error, this.#connection.label);
    }
  }

  async trim(through: Position): Promise<void> {
    const to = Math.min(through, await this.head()) as Position;
    // The lock keeps other connections out, not this one.
    this.#trimming = this.#trimming
      .catch(() => undefined)
      .then(() => moveMark(this.#connection, this.#names, to));
    await this.#trimming;
  }

  follow(after: Position, reader: LogFollower): Promise<Unsubscribe> {
    const end = startFollower({
      connection: this.#connection,
      names: this.#names,
      place: this.#place,
      fault: this.#fault,
      after,
      reader,
      saw: (position) => void (this.#seen = Math.max(this.#seen, position)),
    });
    return Promise.resolve(this.#followers.add(end));
  }

  async closeFollowers(): Promise<void> {
    await this.#followers.endAll();
  }

  /** Where the log ends now. Raises it when that is before what was seen. */
  async #look(): Promise<Position> {
    const floor = this.#seen;
    const last = await readEnd(this.#connection, this.#names.log, floor);
    if (last < floor) throw this.#fault.raise(regressedLog(this.#place.where, last, floor));
    this.#seen = Math.max(this.#seen, last);
    return last as Position;
  }

  /** Rejects with what the server said. */
  async open(): Promise<void> {
    try {
      await this.#sentinel.get();
    } catch (error) {
      throw serverProblem(error, this.#connection.label);
    }
  }

  #compare(): Promise<void> {
    return (this.#comparing ??= this.#compareNow().finally(() => (this.#comparing = undefined)));
  }

  /** Until it is known: a server that starts may serve its streams late. */
  async #compareNow(): Promise<void> {
    while (this.#fault.fault === undefined && this.#connection.reading.isUp) {
      try {
        await checkPlace(this.#connection, this.#names, this.#place, this.#fault);
        await this.#look();
        await this.#sentinel.get();
        return;
      } catch {
        await pause(RECONNECT_PAUSE_MS);
      }
    }
  }
}
