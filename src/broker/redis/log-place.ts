import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { foreignLog, goneLog } from '../port/log-fault.ts';
import type { LogFault } from '../port/log-fault.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';
import { commandProblem } from './problem.ts';

/**
 * Which list holds the log. Its key carries the log's id, so that what is meant for one log can never reach another; RPUSHX adds only to a list
 * that is there, and its first element, which stands for the position in `base`, keeps it there when all records are trimmed.
 */
export type LogPlace = {
  readonly id: string;
  readonly records: string;
  readonly base: string;
  /** For messages. */
  readonly where: string;
};

export type LogSpan = { readonly base: number; readonly length: number };

/** The log in force, made when there is none; whoever comes first makes it. Errors: `log_gone`, `broker_denied`, `unavailable`. */
export async function openPlace({ commands, label }: Connection, keys: Keys): Promise<LogPlace> {
  try {
    const known = await commands.get(keys.log);
    if (known !== null) return placeOf(known);
    const id = randomBytes(8).toString('hex');
    const own = placeOf(id);
    await commands.multi().set(own.base, 0).rpush(own.records, 'dagtop event log').exec();
    if ((await commands.set(keys.log, id, 'NX')) === 'OK') return own;
    await commands.del(own.records, own.base);
    return placeOf((await commands.get(keys.log)) ?? id);
  } catch (error) {
    throw commandProblem(error, label);
  }

  function placeOf(id: string): LogPlace {
    return {
      id,
      records: keys.records(id),
      base: keys.base(id),
      where: `the event log (key ${keys.log}) on the Redis server ${label}`,
    };
  }
}

/** Reads where the log begins and ends, and records from index `from` to `to` of its list, all at one moment. Raises what is wrong with it. */
export async function readPlace(
  client: Redis,
  keys: Keys,
  place: LogPlace,
  fault: LogFault,
  from = 1,
  to = 0,
): Promise<LogSpan & { readonly bodies: readonly Buffer[] }> {
  fault.check();
  const replies = await client
    .multi()
    .get(keys.log)
    .get(place.base)
    .llen(place.records)
    .lrangeBuffer(place.records, from, to)
    .exec();
  const [id, base, length, bodies] = (replies ?? []).map(([error, reply]) => {
    if (error !== null) throw error;
    return reply;
  });
  if (id === null) throw fault.raise(goneLog(place.where));
  if (id !== place.id) throw fault.raise(foreignLog(place.where));
  if (base === null || length === 0) throw fault.raise(goneLog(place.where));
  return { base: Number(base), length: Number(length), bodies: bodies as Buffer[] };
}
