import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Channel } from 'rabbitmq-client';
import { CodedError } from '../../model/coded-error.ts';
import { foreignLog } from '../port/log-fault.ts';
import type { LogFault } from '../port/log-fault.ts';
import { hasExchange, hasQueue, locked, NOTED_AFTER_MS } from './ask.ts';
import type { Connection } from './connection.ts';
import type { Names } from './names.ts';
import { amqpCode, isMissing, serverProblem } from './problem.ts';
import { oldestOf } from './stream.ts';

/** Which log it is: the id stands in the first message of its stream, whose offset is 0; the others are the records, so an offset is a position. */
export type LogPlace = {
  readonly id: string;
  /** For messages. */
  readonly where: string;
};

const HEADER_TYPE = 'dagtop.log';
/** A stream that was there before, and has nothing in it after that long, has nothing in it. */
const EMPTY_AFTER_MS = 3_000;
/** A server that starts serves its streams a little later than it accepts connections. */
const TRIES = 20;
const GONE_TRIES = 3;
const RETRY_MS = 300;

/** The log in force, made when there is none; whoever comes first makes it. Errors: `log_gone`, `log_regressed`, `broker_denied`, … */
export async function openPlace(connection: Connection, names: Names): Promise<LogPlace> {
  const where = `the event log (stream ${names.log}) on the RabbitMQ server ${connection.label}`;
  try {
    if (!(await hasExchange(connection, names.made)))
      await locked(connection, names.lock, async (channel) => {
        if (!(await hasExchange(connection, names.made))) await make(connection, channel, names);
      });
    return { id: await readId(connection, names, where), where };
  } catch (error) {
    throw serverProblem(error, connection.label);
  }
}

/** Raises what is wrong: the log was deleted, or is another one. Rejects with other errors when it can't be told. */
export async function checkPlace(
  connection: Connection,
  names: Names,
  place: LogPlace,
  fault: LogFault,
): Promise<void> {
  fault.check();
  const id = await readId(connection, names, place.where).catch((error: unknown) => {
    const problem = serverProblem(error, connection.label);
    throw problem.code.startsWith('log_') ? fault.raise(problem) : problem;
  });
  if (id !== place.id) throw fault.raise(foreignLog(place.where));
}

/** The log, and all exchanges. Nobody appends before this is through: `made` is what they look for. */
async function make(connection: Connection, channel: Channel, names: Names): Promise<void> {
  await channel.confirmSelect();
  await channel.exchangeDeclare({ exchange: names.events, type: 'topic', durable: true });
  await channel.exchangeDeclare({ exchange: names.bus, type: 'topic', durable: true });
  await channel.exchangeDeclare({ exchange: names.inboxes, type: 'direct', durable: true });
  const streams = [
    {
      queue: names.log,
      bindingKey: names.allRecords,
      routingKey: names.record({ dag: '=_', run: '=_' }),
      type: HEADER_TYPE,
      body: JSON.stringify({ id: randomBytes(12).toString('hex') }),
    },
    { queue: names.trims, bindingKey: names.trims, routingKey: names.trims, type: 'dagtop.trim', body: '0' },
  ];
  for (const { queue, bindingKey, routingKey, type, body } of streams) {
    const isOld = await hasQueue(connection, queue);
    if (!isOld) await channel.queueDeclare({ queue, durable: true, arguments: { 'x-queue-type': 'stream' } });
    await channel.queueBind({ queue, exchange: names.events, routingKey: bindingKey });
    // Somebody may have died here before.
    if (isOld && (await oldestOf(connection, queue, EMPTY_AFTER_MS)) !== undefined) continue;
    const envelope = { exchange: names.events, routingKey, type, mandatory: true, durable: true };
    await channel.basicPublish(envelope, Buffer.from(body));
  }
  await pause(NOTED_AFTER_MS);
  await channel.exchangeDeclare({ exchange: names.made, type: 'fanout', durable: true });
}

async function readId(connection: Connection, names: Names, where: string): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    try {
      const first = await oldestOf(connection, names.log);
      if (first === undefined) throw new Error(`${where} gives nothing`);
      return idOf(first, where);
    } catch (error) {
      const isGone = isMissing(error);
      if (isGone && tries >= GONE_TRIES)
        throw new CodedError('log_gone', `${where} was deleted`, {
          hint: `restore it from a backup; or, to begin a new one, end all of dagtop, delete the exchange ${names.made} too, and start again`,
        });
      if (error instanceof CodedError && error.code !== 'unavailable') throw error;
      if (amqpCode(error) === 'ACCESS_REFUSED' || tries >= TRIES) throw error;
    }
    await pause(RETRY_MS);
  }
}

function idOf(first: { offset: number; type: string | undefined; body: Uint8Array }, where: string): string {
  if (first.offset > 0) {
    throw new CodedError('log_regressed', `${where} has lost its beginning: it starts at ${first.offset}`, {
      hint: "a policy drops old records: remove 'max-age' and 'max-length-bytes' from what applies to this queue, and restore it from a backup",
    });
  }
  const text = first.type === HEADER_TYPE ? Buffer.from(first.body).toString() : '';
  const id = /^\{"id":"([0-9a-f]+)"\}$/.exec(text)?.[1];
  if (id !== undefined) return id;
  throw new CodedError('broker_misconfigured', `${where} was not made by dagtop`, {
    hint: 'delete or rename the queue, or take another namespace',
  });
}
