import { setTimeout as pause } from 'node:timers/promises';
import type { Channel, Connection as Rabbit } from 'rabbitmq-client';
import { LinkState } from '../port/link-state.ts';
import type { Address } from './address.ts';
import { dial } from './dial.ts';
import { serverProblem } from './problem.ts';

const CLOSE_MAX_MS = 3_000;
const LANES = ['writer', 'talker', 'reader'] as const;

export type Lane = (typeof LANES)[number];

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
    for (const lane of LANES) clients.push(await dial(address, lane));
  } catch (error) {
    for (const client of clients) client.unsafeDestroy();
    throw error;
  }
  return new OpenConnection(clients as [Rabbit, Rabbit, Rabbit], address);
}

class OpenConnection implements Connection {
  readonly link = new LinkState(Date.now, Math.random);
  readonly #address: Address;
  readonly #lanes: Record<Lane, { client: Rabbit; readonly link: LinkState }>;
  readonly #channels = new Set<Channel>();
  readonly #tasks: (() => Promise<void>)[] = [];
  readonly #closing = new AbortController();
  /** Why the server takes nothing. */
  #alarm: string | undefined;
  /** Counts losses, so that what ran for an earlier connection says nothing of this one. */
  #epoch = 0;
  #isSettled = true;

  constructor([writer, talker, reader]: readonly [Rabbit, Rabbit, Rabbit], address: Address) {
    this.#address = address;
    this.#lanes = {
      writer: { client: writer, link: new LinkState(Date.now, Math.random) },
      talker: { client: talker, link: new LinkState(Date.now, Math.random) },
      reader: { client: reader, link: new LinkState(Date.now, Math.random) },
    };
    for (const lane of LANES) this.#watch(lane);
  }

  get label(): string {
    return this.#address.label;
  }

  get reading(): LinkState {
    return this.#lanes.reader.link;
  }

  get trouble(): string | undefined {
    let reason: string | undefined;
    this.link.on((link) => (reason = link.up ? undefined : link.reason))();
    return reason;
  }

  canTalk(): boolean {
    return this.#lanes.talker.client.ready;
  }

  async channel(lane: Lane): Promise<Channel> {
    await this.#lanes[lane].link.ready();
    try {
      const channel = await this.#lanes[lane].client.acquire({ emitErrorsFromChannel: true });
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
    this.#closing.abort();
    this.link.close();
    const lanes = Object.values(this.#lanes);
    for (const { link } of lanes) link.close();
    const gently = async (): Promise<void> => {
      await Promise.allSettled([...this.#channels].map((channel) => channel.close()));
      await Promise.allSettled(lanes.map(({ client }) => client.close()));
    };
    await Promise.race([gently(), new Promise((resolve) => setTimeout(resolve, CLOSE_MAX_MS).unref())]);
    for (const { client } of lanes) client.unsafeDestroy();
  }

  #watch(lane: Lane): void {
    const { client } = this.#lanes[lane];
    // Channels have errors of their own.
    const again = (): void => void this.#connectAgain(lane);
    client.once('error', again);
    // It was lost before anybody listened.
    if (!client.ready) return again();
    if (lane !== 'writer') return;
    client.on('connection.blocked', (why: string) => {
      this.#alarm = why.replace(/^low on /, '');
      this.link.down(
        `the RabbitMQ server ${this.label} takes nothing, it is short of ${this.#alarm} (an alarm: see 'rabbitmqctl status')`,
      );
    });
    client.on('connection.unblocked', () => {
      this.#alarm = undefined;
      this.#tell();
    });
  }

  async #connectAgain(lane: Lane): Promise<void> {
    const lost = this.#lanes[lane];
    // It would connect again by itself, at moments that it doesn't tell.
    lost.client.unsafeDestroy();
    this.#epoch += 1;
    this.#isSettled = false;
    const reason = `lost the connection to the RabbitMQ server ${this.label}; connecting again`;
    lost.link.down(reason);
    if (this.link.isUp || this.#alarm !== undefined) this.link.down(reason);
    if (lane === 'writer') this.#alarm = undefined;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await pause(this.link.waitMs(), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        lost.client = await dial(this.#address, lane);
        break;
      } catch (error) {
        this.link.down(`${(error as Error).message}; connecting again`);
      }
    }
    if (signal.aborted) return lost.client.unsafeDestroy();
    lost.link.up();
    this.#watch(lane);
    await this.#back();
  }

  async #back(): Promise<void> {
    if (LANES.some((lane) => !this.#lanes[lane].link.isUp)) return;
    const own = this.#epoch;
    await Promise.allSettled(this.#tasks.map((task) => task()));
    if (own !== this.#epoch) return;
    this.#isSettled = true;
    this.#tell();
  }

  #tell(): void {
    if (this.#isSettled && this.#alarm === undefined) this.link.up();
  }
}
