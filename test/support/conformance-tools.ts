import { setTimeout as pause } from 'node:timers/promises';
import type { Broker, Link, LogRecord, StoredRecord, Unsubscribe } from '../../src/broker/port/port.ts';
import { LOG_START } from '../../src/model/ids.ts';
import type { Position, ServerName } from '../../src/model/ids.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const bytes = (text: string): Uint8Array => encoder.encode(text);
export const text = (body: Uint8Array): string => decoder.decode(body);
export const record = (body: string | Uint8Array, dag = 'd', run = 'r'): LogRecord => ({
  topic: { dag, run },
  body: typeof body === 'string' ? bytes(body) : body,
});
export const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Waits until `condition` holds; the bound only ends a case that would never end. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  boundMs = 30_000,
): Promise<void> {
  for (const startMs = Date.now(); Date.now() - startMs < boundMs; await pause(10)) {
    if (await condition()) return;
  }
  throw new Error(`gave up waiting for ${what}`);
}

/** Collects what a follower is given. */
export type Reading = {
  readonly positions: Position[];
  readonly bodies: string[];
  readonly faults: Error[];
  readonly stop: Unsubscribe;
};

export async function read(broker: Broker, after: Position = LOG_START): Promise<Reading> {
  const [positions, bodies, faults]: [Position[], string[], Error[]] = [[], [], []];
  const stop = await broker.log.follow(after, {
    onRecords(records: readonly StoredRecord[]) {
      for (const { position, body } of records) {
        positions.push(position);
        bodies.push(text(body));
      }
    },
    onFault: (error) => faults.push(error),
  });
  return { positions, bodies, faults, stop };
}

/** Appends again until the broker says that it is stored: the only legal reaction to a rejection. */
export async function appendSurely(
  broker: Broker,
  records: readonly LogRecord[],
  boundMs = 60_000,
): Promise<void> {
  let stored = false;
  await until(
    'an append that resolves',
    async () => {
      await broker.log.append(records).then(
        () => (stored = true),
        () => false,
      );
      return stored;
    },
    boundMs,
  );
}

/** `size` bytes that don't compress and are no text. */
export function noise(size: number): Uint8Array {
  const body = new Uint8Array(size);
  let state = size + 1;
  for (let at = 0; at < size; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    body[at] = state >>> 24;
  }
  return body;
}

/** Sends each until the broker says that it is stored. */
export async function sendSurely(
  broker: Broker,
  server: ServerName,
  messages: readonly string[],
  boundMs = 30_000,
): Promise<void> {
  for (const message of messages) {
    await until(
      `message ${message} to be taken`,
      () =>
        broker.inbox.send(server, [bytes(message)]).then(
          () => true,
          () => false,
        ),
      boundMs,
    );
  }
}

/** What a probe says of the right to append to the log. */
export async function mayAppend(broker: Broker): Promise<boolean> {
  const { findings } = await broker.probe({ triesRights: true });
  const told = findings.filter(({ text }) => text.includes('append to it'));
  if (told.length !== 1) throw new Error(`not one word of the right to append: ${JSON.stringify(findings)}`);
  return told[0]?.level === 'ok';
}

/** All that a link said, the present state first. */
export function watchLink(broker: Broker): Link[] {
  const links: Link[] = [];
  broker.onLink((link) => links.push(link));
  return links;
}
