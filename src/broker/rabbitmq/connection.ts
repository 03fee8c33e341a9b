import { Connection as Rabbit } from 'rabbitmq-client';
import type { Channel, ConnectionOptions } from 'rabbitmq-client';
import { LinkState } from '../port/link-state.ts';
import type { Address } from './address.ts';
import { connectProblem, serverProblem } from './problem.ts';

const FIRST_CONNECT_MS = 8_000;
/** A silent server is given up after two to two and a half times as long, and gives us up as well. */
const HEARTBEAT_SECONDS = 5;
const RECONNECT_MIN_MS = 100;
const RECONNECT_MAX_MS = 3_000;
const CLOSE_MAX_MS = 3_000;
/** The client counts on getting frames as large as it asks for; servers allow 128 KiB unless told otherwise. */
const FRAME_BYTES = 32 * 1024;

export type Lane = 'writer' | 'talker' | 'reader';

/**
 * Three connections: a server that is short of memory or disk stops reading from those that publish, and a flood on the bus slows down its own. So log
 * and inboxes are written over one (`writer`), the bus is spoken over another (`talker`), and everything is read, asked and acknowledged over a third
 * (`reader`).
 */
export type Connection = {
  readonly label: string;
  /** Up when all three are, and the server takes what is published. */
  readonly link: LinkState;
  /** Up when the reader is. */
  readonly reading: LinkState;
  /** Why the link is down; undefined when it is up. */
  readonly trouble: string | undefined;
  /** Whether something can be said on the bus now. */
  canTalk(): boolean;
  /** A channel on one of the three; it ends with its connection. Its errors reject what was asked. Rejects with what the server said. */
  channel(lane: Lane): Promise<Channel>;
  /** After each reconnect and before the link counts as up, `task` runs. */
  onReconnect(task: () => Promise<void>): void;
  close(): Promise<void>;
};

/** Connects, and reconnects for ever. Rejects within seconds when the first try fails: `unavailable`, `broker_denied`, `broker_tls`. */
export async function openConnection(address: Address): Promise<Connection> {
  const clients: Rabbit[] = [];
  try {
    // One after the other: a login that is wrong is tried once.
    for (const lane of ['writer', 'talker', 'reader'] as const)
      clients.push(await firstConnect(address, lane));
  } catch (error) {
    for (const client of clients) client.unsafeDestroy();
    throw error;
  }
  return new OpenConnection(clients as [Rabbit, Rabbit, Rabbit], address);
}

function optionsOf({ hosts, vhost, user, pass, tls }: Address, lane: Lane): ConnectionOptions {
  const [first] = hosts;
  return {
    ...(hosts.length === 1 && first !== undefined
      ? first
      : { hosts: hosts.map(({ hostname, port }) => `${hostname}:${port}`) }),
    vhost,
    ...(user === undefined ? {} : { username: user }),
    ...(pass === undefined ? {} : { password: pass }),
    ...(tls === undefined ? {} : { tls }),
    connectionName: `dagtop ${lane}`,
    connectionTimeout: FIRST_CONNECT_MS,
    acquireTimeout: FIRST_CONNECT_MS,
    noDelay: true,
    heartbeat: HEARTBEAT_SECONDS,
    frameMax: FRAME_BYTES,
    retryLow: RECONNECT_MIN_MS,
    retryHigh: RECONNECT_MAX_MS,
  };
}

/** With several hosts the first error is not the end: the client goes on to the next. */
function firstConnect(address: Address, lane: Lane): Promise<Rabbit> {
  const client = new Rabbit(optionsOf(address, lane));
  return new Promise((resolve, reject) => {
    let first: unknown;
    const fail = (): void => {
      clearTimeout(timer);
      client.unsafeDestroy();
      reject(connectProblem(first ?? new Error('timed out'), address));
    };
    const timer = setTimeout(fail, FIRST_CONNECT_MS);
    client.on('error', (error: unknown) => {
      first ??= error;
      const { code } = connectProblem(error, address);
      if (address.hosts.length === 1 || code === 'broker_denied') fail();
    });
    client.once('connection', () => {
      clearTimeout(timer);
      client.removeAllListeners('error');
      client.on('error', () => undefined);
      resolve(client);
    });
  });
}

class OpenConnection implements Connection {
  readonly label: string;
  readonly link = new LinkState();
  readonly reading = new LinkState();
  readonly #clients: Record<Lane, Rabbit>;
  readonly #lost = new Set<Rabbit>();
  readonly #blocked = new Map<Rabbit, string>();
  readonly #channels = new Set<Channel>();
  readonly #tasks: (() => Promise<void>)[] = [];
  /** Counts losses, so that what ran for an earlier connection says nothing of this one. */
  #epoch = 0;
  #isSettled = true;

  constructor([writer, talker, reader]: readonly [Rabbit, Rabbit, Rabbit], { label }: Address) {
    this.label = label;
    this.#clients = { writer, talker, reader };
    for (const client of [writer, talker, reader]) this.#watch(client);
  }

  get trouble(): string | undefined {
    let reason: string | undefined;
    this.link.on((link) => (reason = link.up ? undefined : link.reason))();
    return reason;
  }

  canTalk(): boolean {
    return this.#clients.talker.ready;
  }

  async channel(lane: Lane): Promise<Channel> {
    try {
      const channel = await this.#clients[lane].acquire({ emitErrorsFromChannel: true });
      // What was asked is rejected; what nobody asked for tells nothing more.
      channel.on('error', () => undefined);
      channel.setMaxListeners(0);
      this.#channels.add(channel);
      channel.once('close', () => this.#channels.delete(channel));
      return channel;
    } catch (error) {
      throw serverProblem(error, this.label);
    }
  }

  onReconnect(task: () => Promise<void>): void {
    this.#tasks.push(task);
  }

  async close(): Promise<void> {
    this.link.close();
    this.reading.close();
    const clients = Object.values(this.#clients);
    const gently = async (): Promise<void> => {
      await Promise.allSettled([...this.#channels].map((channel) => channel.close()));
      await Promise.allSettled(clients.map((client) => client.close()));
    };
    await Promise.race([gently(), new Promise((resolve) => setTimeout(resolve, CLOSE_MAX_MS).unref())]);
    for (const client of clients) client.unsafeDestroy();
  }

  #watch(client: Rabbit): void {
    const { reader, writer } = this.#clients;
    client.on('error', () => {
      // Said once for each loss. Channels have their own errors.
      this.#epoch += 1;
      this.#isSettled = false;
      this.#lost.add(client);
      this.#blocked.delete(client);
      const reason = `lost the connection to the RabbitMQ server ${this.label}; connecting again`;
      this.link.down(reason);
      if (client === reader) this.reading.down(reason);
    });
    client.on('connection', () => {
      this.#lost.delete(client);
      if (client === reader) this.reading.up();
      void this.#back();
    });
    if (client !== writer) return;
    client.on('connection.blocked', (why: string) => {
      this.#blocked.set(client, why);
      this.link.down(
        `the RabbitMQ server ${this.label} takes nothing, it is short of ${why.replace(/^low on /, '')} (an alarm: see 'rabbitmqctl status')`,
      );
    });
    client.on('connection.unblocked', () => {
      this.#blocked.delete(client);
      this.#tell();
    });
  }

  async #back(): Promise<void> {
    if (this.#lost.size > 0) return;
    const own = this.#epoch;
    await Promise.allSettled(this.#tasks.map((task) => task()));
    if (own !== this.#epoch) return;
    this.#isSettled = true;
    this.#tell();
  }

  #tell(): void {
    if (this.#isSettled && this.#blocked.size === 0) this.link.up();
  }
}
