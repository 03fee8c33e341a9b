import type { Position } from '../../model/ids.ts';
import { within, locked } from './ask.ts';
import type { Connection } from './connection.ts';
import type { Names } from './names.ts';
import { WAIT_MS } from '../port/link-state.ts';
import { serverProblem } from './problem.ts';
import { newestOf } from './stream.ts';

/**
 * Up to where the log is trimmed. Nothing can be taken out of a stream by AMQP, so a stream beside the log says what is to be taken for gone; its
 * newest message counts, and the marks in it only grow.
 */
export async function readMark(connection: Connection, names: Names): Promise<Position> {
  const marks = await newestOf(connection, names.trims);
  return Math.max(0, ...marks.map(({ body }) => markOf(body))) as Position;
}

function markOf(body: Uint8Array): number {
  const mark = Number(Buffer.from(body).toString());
  return Number.isSafeInteger(mark) ? mark : 0;
}

/** Moves the mark on to `through`, if it is not beyond. Two that do so at once come one after the other. */
export async function moveMark(connection: Connection, names: Names, through: Position): Promise<void> {
  await connection.link.ready();
  try {
    await locked(connection, names.lock, async (channel) => {
      if (through <= (await readMark(connection, names))) return;
      await channel.confirmSelect();
      const envelope = { exchange: names.events, routingKey: names.trims, mandatory: true, durable: true };
      await within(WAIT_MS, channel.basicPublish(envelope, Buffer.from(String(through))));
    });
  } catch (error) {
    throw serverProblem(error, connection.label);
  }
}
