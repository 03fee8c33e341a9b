import { OpenEnds } from '../port/open-ends.ts';
import type { ChainableCommander } from 'ioredis';
import type { Position } from '../../model/ids.ts';
import { limits } from '../../model/limits.ts';
import { byteChunks } from '../port/byte-chunks.ts';
import { tooLarge } from '../port/link-state.ts';
import { goneLog, LogFault, regressedLog } from '../port/log-fault.ts';
import type { EventLog, LogFollower, LogRecord, Unsubscribe } from '../port/port.ts';
import type { Connection } from './connection.ts';
import { startFollower } from './follow.ts';
import type { Keys } from './keys.ts';
import { readPlace } from './log-place.ts';
import type { LogPlace, LogSpan } from './log-place.ts';
import { commandProblem } from './problem.ts';
import type { Wakes } from './wakes.ts';

const TRIM_TRIES = 50;

/**
 * A list: a record's position is its index and the `base`, which grows as the list is trimmed. Appending is one command, so records have one order and
 * no gap whoever writes; each is published as well, for who listens with the server's own tools.
 */
export class RedisEventLog implements EventLog {
  readonly #connection: Connection;
  readonly #keys: Keys;
  readonly #place: LogPlace;
  readonly #wakes: Wakes;
  readonly #followers = new OpenEnds();
  readonly #fault = new LogFault();
  #seen = 0;

  constructor(connection: Connection, keys: Keys, place: LogPlace, wakes: Wakes) {
    this.#connection = connection;
    this.#keys = keys;
    this.#place = place;
    this.#wakes = wakes;
    // Nothing is appended to a log that was exchanged while the link was down.
    connection.onReconnect(async () => void (await this.#look()));
  }

  async identity(): Promise<string> {
    await this.#span();
    return this.#place.id;
  }

  async append(records: readonly LogRecord[]): Promise<void> {
    const large = records.find(({ body }) => body.length > limits.recordMaxBytes);
    if (large !== undefined) throw tooLarge('a record', large.body.length, limits.recordMaxBytes);
    // One after the other: behind a chunk that was refused none may be taken.
    for (const chunk of byteChunks(records)) await this.#appendChunk(chunk);
  }

  async head(): Promise<Position> {
    const { base, length } = await this.#span();
    return (base + length - 1) as Position;
  }

  async tail(): Promise<Position> {
    return ((await this.#span()).base + 1) as Position;
  }

  async trim(through: Position): Promise<void> {
    await this.#connection.link.ready();
    await trim(this.#connection, this.#place, this.#fault, through);
  }

  follow(after: Position, reader: LogFollower): Promise<Unsubscribe> {
    const end = startFollower({
      connection: this.#connection,
      keys: this.#keys,
      place: this.#place,
      fault: this.#fault,
      wakes: this.#wakes,
      after,
      reader,
      saw: (position) => void (this.#seen = Math.max(this.#seen, position)),
    });
    return Promise.resolve(this.#followers.add(end));
  }

  async closeFollowers(): Promise<void> {
    await this.#followers.endAll();
  }

  async #span(): Promise<LogSpan> {
    await this.#connection.link.ready();
    try {
      return await this.#look();
    } catch (error) {
      throw commandProblem(error, this.#connection.label);
    }
  }

  async #look(): Promise<LogSpan> {
    const found = await readPlace(this.#connection.commands, this.#keys, this.#place, this.#fault);
    const last = found.base + found.length - 1;
    if (last < this.#seen) throw this.#fault.raise(regressedLog(this.#place.where, last, this.#seen));
    return found;
  }

  async #appendChunk(records: readonly LogRecord[]): Promise<void> {
    const { commands, link, label } = this.#connection;
    this.#fault.check();
    await link.ready();
    const bodies = records.map(({ body }) => Buffer.from(body.buffer, body.byteOffset, body.byteLength));
    try {
      const pipeline = commands.pipeline().rpushx(this.#place.records, ...bodies);
      pipeline.publish(this.#keys.wake, '');
      tell(pipeline, this.#keys, records, bodies);
      const [pushed] = (await pipeline.exec()) ?? [];
      if (pushed === undefined) throw new Error('no answer');
      const [error, length] = pushed;
      if (error !== null) throw error;
      if (length === 0) throw this.#fault.raise(goneLog(this.#place.where));
    } catch (error) {
      throw commandProblem(error, label);
    }
    this.#fault.check();
  }
}

function tell(
  pipeline: ChainableCommander,
  keys: Keys,
  records: readonly LogRecord[],
  bodies: readonly Buffer[],
): void {
  for (const [at, { topic }] of records.entries()) {
    const body = bodies[at];
    if (body !== undefined) pipeline.publish(`${keys.events}${topic.dag}.${topic.run}`, body);
  }
}

/** On a connection of its own, since WATCH holds for all that goes over it: two that trim at once must not both cut. */
async function trim(
  connection: Connection,
  place: LogPlace,
  fault: LogFault,
  through: Position,
): Promise<void> {
  const client = await connection.another().catch((error: unknown) => {
    throw commandProblem(error, connection.label);
  });
  try {
    for (let tries = 0; tries < TRIM_TRIES; tries += 1) {
      await client.watch(place.base);
      fault.check();
      // Only who trims changes the base; appends only make the list longer.
      const [known, length] = [await client.get(place.base), await client.llen(place.records)];
      if (known === null || length === 0) throw fault.raise(goneLog(place.where));
      const base = Number(known);
      const to = Math.min(through, base + length - 1);
      if (to <= base) return;
      const transaction = client
        .multi()
        .ltrim(place.records, to - base, -1)
        .set(place.base, to);
      // Null when another trimmed meanwhile; some servers give up now and then without a reason.
      if ((await transaction.exec()) !== null) return;
    }
    throw new Error('others trim all the time');
  } catch (error) {
    throw commandProblem(error, connection.label);
  } finally {
    client.disconnect();
  }
}
