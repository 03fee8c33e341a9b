import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import { LinkState } from '../port/link-state.ts';
import type { Address } from './address.ts';
import { connectProblem } from './problem.ts';

const FIRST_CONNECT_MS = 5_000;
/** A server that hangs is noticed when it answers no ping for this long. */
const PING_MS = 2_000;
const SILENCE_MAX_MS = 8_000;
const CLOSE_MAX_MS = 3_000;
/** Between two looks whether a server that started has read its data. */
const LOADING_MS = 100;

/**
 * Three connections to one server, so that neither a long answer to a reader nor a flood on the bus keeps an append waiting: what writes and asks,
 * what reads the log, and what is subscribed. The link is up when all three are.
 */
export type Connection = {
  readonly commands: Redis;
  readonly reader: Redis;
  readonly subscriber: Redis;
  readonly link: LinkState;
  readonly label: string;
  /** After each reconnect and before the link counts as up, `task` runs. */
  onReconnect(task: () => Promise<void>): void;
  /** One more, for what needs a connection of its own for a moment; whoever opens it closes it. */
  another(): Promise<Redis>;
  close(): Promise<void>;
};

/** Connects, and reconnects for ever. Rejects within seconds when the first try fails: `unavailable`, `broker_denied`, `broker_tls`. */
export async function openConnection(address: Address): Promise<Connection> {
  const link = new LinkState(Date.now, Math.random);
  const options = { ...optionsOf(address), retryStrategy: () => link.waitMs() };
  const clients = [0, 1, 2].map(() => new Redis(options));
  try {
    // One after the other: a login that is wrong is tried once.
    for (const client of clients) await firstConnect(client, address);
  } catch (error) {
    for (const client of clients) client.disconnect();
    throw error;
  }
  const [commands, reader, subscriber] = clients as [Redis, Redis, Redis];
  const watched = watch(clients, address, link);
  return {
    commands,
    reader,
    subscriber,
    link,
    label: address.label,
    onReconnect: watched.onReconnect,
    async another() {
      const client = new Redis(optionsOf(address));
      client.on('error', () => undefined);
      await client.connect();
      return client;
    },
    async close() {
      watched.stop();
      // What was acknowledged in the last moment is on its way.
      await Promise.race([
        Promise.allSettled(clients.map((client) => client.quit())),
        new Promise((resolve) => setTimeout(resolve, CLOSE_MAX_MS).unref()),
      ]);
      for (const client of clients) client.disconnect();
    },
  };
}

function optionsOf({ host, port, db, user, pass, tls }: Address) {
  return {
    host,
    port,
    db,
    lazyConnect: true,
    // What is on its way when a connection breaks is rejected: whoever asked knows what may be asked again.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // Null would leave what was on its way unanswered for ever.
    maxRetriesPerRequest: 0,
    connectTimeout: FIRST_CONNECT_MS,
    connectionName: 'dagtop',
    disableClientInfo: true,
    protocol: 2 as const,
    // It asks by INFO, and writes to the terminal where that is not allowed.
    enableReadyCheck: false,
    retryStrategy: () => null,
    ...(user === undefined ? {} : { username: user }),
    ...(pass === undefined ? {} : { password: pass }),
    ...(tls === undefined ? {} : { tls }),
  } satisfies RedisOptions;
}

async function firstConnect(client: Redis, address: Address): Promise<void> {
  let first: unknown;
  const note = (error: unknown): void => void (first ??= error);
  client.on('error', note);
  try {
    await Promise.race([client.connect(), failed(client)]);
    // A login that is missing is told only to who asks for something.
    await awake(client);
  } catch (error) {
    client.disconnect();
    throw connectProblem(first ?? error, address);
  }
  client.off('error', note);
  client.on('error', () => undefined);
}

/** Resolves when the server has read its data. Rejects with what it answers otherwise. */
async function awake(client: Redis): Promise<void> {
  for (;;) {
    try {
      await client.ping();
      return;
    } catch (error) {
      if (!/^LOADING\b/.test((error as Error).message)) throw error;
      await pause(LOADING_MS);
    }
  }
}

function failed(client: Redis): Promise<never> {
  return new Promise((_resolve, reject) => client.once('error', reject));
}

function watch(
  clients: readonly Redis[],
  address: Address,
  link: LinkState,
): { onReconnect: Connection['onReconnect']; stop: () => void } {
  const tasks: (() => Promise<void>)[] = [];
  const heard = new Map(clients.map((client) => [client, Date.now()]));
  let epoch = 0;

  const back = async (): Promise<void> => {
    const own = epoch;
    if (!clients.every(({ status }) => status === 'ready')) return;
    await Promise.allSettled(clients.map(awake));
    if (own !== epoch) return;
    await Promise.allSettled(tasks.map((task) => task()));
    if (own === epoch) link.up();
  };
  for (const client of clients) {
    client.on('close', () => {
      epoch += 1;
      if (link.isUp) link.down(`lost the connection to the Redis server ${address.label}; connecting again`);
    });
    client.on('error', (error) => {
      if (!link.isUp) link.down(`${connectProblem(error, address).message}; connecting again`);
    });
    client.on('ready', () => {
      heard.set(client, Date.now());
      void back();
    });
  }
  const timer = setInterval(() => {
    for (const client of clients) {
      if (client.status !== 'ready') continue;
      client.ping().then(
        () => heard.set(client, Date.now()),
        () => undefined,
      );
      if (Date.now() - (heard.get(client) ?? 0) > SILENCE_MAX_MS) client.disconnect(true);
    }
  }, PING_MS);
  return {
    onReconnect: (task) => void tasks.push(task),
    stop: () => {
      clearInterval(timer);
      link.close();
    },
  };
}
