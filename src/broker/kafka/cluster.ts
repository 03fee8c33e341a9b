import { isIP } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { apiVersionsV3, Connection, metadataV12 } from '@platformatic/kafka';
import type { API, ConnectionOptions } from '@platformatic/kafka';
import { CodedError } from '../../model/coded-error.ts';
import { LinkState, unavailable, WAIT_MS } from '../port/link-state.ts';
import { hostText } from './address.ts';
import type { Address, Host } from './address.ts';
import { connectProblem, isPassing, requestProblem } from './problem.ts';

const CONNECT_MS = 5_000;
const REQUEST_MS = 8_000;
/** A join waits for all receivers, and a read for records. */
const SLOW_REQUEST_MS = 20_000;
/** A cluster that hangs is noticed when it doesn't say for `REQUEST_MS` who belongs to it. */
const LOOK_MS = 2_000;
const RETRY_MS = 100;
/** Fetch by the ids of topics came with Kafka 3.1. */
const FETCH = 1;
const FETCH_BY_ID = 13;

/**
 * Connections to the brokers of one cluster. One, to any broker, shows whether the link is up and who leads what; when it breaks, all others are
 * closed and made anew. A broker answers the requests of one connection one after the other, so whatever may wait has a *lane*, which is a connection
 * of its own to each broker that it needs.
 */
export class Cluster {
  readonly link = new LinkState(Date.now, Math.random);
  readonly address: Address;
  readonly label: string;
  readonly #lanes = new Map<string, Promise<Connection>>();
  readonly #tasks: (() => Promise<void>)[] = [];
  /** By api, the newest version that the broker of the first connection knows. */
  readonly #newest = new Map<number, number>();
  #main: Connection;
  #brokers = new Map<number, Host>();
  #isClosed = false;

  /** Connects, and reconnects for ever. Rejects within seconds when the first try fails: `unavailable`, `broker_denied`, `broker_tls`, `broker_refused`. */
  static async open(address: Address): Promise<Cluster> {
    const cluster = new Cluster(address, await dialAny(address, address.hosts));
    try {
      await cluster.#greet();
      void cluster.#stay();
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  private constructor(address: Address, main: Connection) {
    this.address = address;
    this.label = address.label;
    this.#main = main;
  }

  knows(api: number, version: number): boolean {
    return (this.#newest.get(api) ?? 0) >= version;
  }

  /** After each reconnect and before the link counts as up, `task` runs. */
  onReconnect(task: () => Promise<void>): void {
    this.#tasks.push(task);
  }

  /** Who leads the partitions of `topics`, asked anew; none is made by the question. Rejects when one is not there. */
  async metadata(topics: readonly string[]): Promise<metadataV12.MetadataResponse> {
    const found = await metadataV12.api.async(this.#main, [...topics], false);
    this.#brokers = new Map(found.brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]));
    return found;
  }

  /** Asks any broker. */
  any<Wish extends unknown[], Answer>(api: API<Wish, Answer>, ...wish: Wish): Promise<Answer> {
    return api.async(this.#main, ...wish);
  }

  /** Asks one broker. */
  async ask<Wish extends unknown[], Answer>(
    lane: string,
    node: number,
    api: API<Wish, Answer>,
    ...wish: Wish
  ): Promise<Answer> {
    return api.async(await this.#lane(lane, node), ...wish);
  }

  closeLane(lane: string): void {
    for (const [key, connecting] of this.#lanes) {
      if (!key.startsWith(`${lane} `)) continue;
      this.#lanes.delete(key);
      hangUp(connecting);
    }
  }

  /** Does `task` again after what passes by itself, for a bounded time. Rejects with a `CodedError`. */
  async persist<Result>(task: () => Promise<Result>): Promise<Result> {
    const ending = new AbortController();
    const late = pause(WAIT_MS, undefined, { signal: ending.signal }).then(
      () => ending.abort(),
      () => undefined,
    );
    let last: unknown = unavailable('there is no link to the broker');
    try {
      while (!ending.signal.aborted) {
        await Promise.race([this.link.ready(), late]);
        if (!this.link.isUp) continue;
        try {
          return await task();
        } catch (error) {
          if (!isPassing(error) || this.#isClosed) throw error;
          last = error;
        }
        await pause(RETRY_MS);
      }
      throw last;
    } catch (error) {
      throw requestProblem(error, this.label);
    } finally {
      ending.abort();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.link.close();
    for (const connecting of this.#lanes.values()) hangUp(connecting);
    this.#lanes.clear();
    await this.#main.close().catch(() => undefined);
  }

  async #greet(): Promise<void> {
    try {
      const { apiKeys } = await apiVersionsV3.api.async(this.#main, 'dagtop', '1');
      for (const { apiKey, maxVersion } of apiKeys) this.#newest.set(apiKey, maxVersion);
      if (!this.knows(FETCH, FETCH_BY_ID)) {
        throw new CodedError('broker_refused', `the Kafka server ${this.label} is too old`, {
          hint: 'use Kafka 3.1 or later',
        });
      }
      await this.metadata([]);
    } catch (error) {
      throw connectProblem(error, this.address, this.label);
    }
    const [first] = this.#brokers;
    if (first === undefined) throw unavailable(`the Kafka server ${this.label} names no broker`);
    // Brokers are reached under the names that they give themselves, which may not be good here.
    await this.#lane('ask', first[0]).catch((error: unknown) => {
      throw connectProblem(error, this.address, `${hostText(first[1])} (as ${this.label} advertises it)`);
    });
  }

  async #stay(): Promise<void> {
    while (!this.#isClosed) {
      await this.#watch();
      if (this.#isClosed) return;
      this.link.down(`lost the connection to Kafka at ${this.label}; connecting again`);
      for (const connecting of this.#lanes.values()) hangUp(connecting);
      this.#lanes.clear();
      if (await this.#reconnect()) this.link.up();
    }
  }

  /** Resolves when the connection is lost. */
  async #watch(): Promise<void> {
    const main = this.#main;
    const { promise, resolve } = Promise.withResolvers<void>();
    main.once('close', resolve);
    if (!main.isConnected()) resolve();
    const timer = setInterval(() => void this.metadata([]).catch(() => undefined), LOOK_MS);
    await promise;
    clearInterval(timer);
  }

  /** False when the new connection is lost already, or nobody wants it any more. */
  async #reconnect(): Promise<boolean> {
    while (!this.#isClosed) {
      try {
        this.#main = await dialAny(this.address, [...this.#brokers.values(), ...this.address.hosts]);
        await this.metadata([]);
        if (this.#isClosed) await this.#main.close();
        await Promise.allSettled(this.#tasks.map((task) => task()));
        return this.#main.isConnected() && !this.#isClosed;
      } catch (error) {
        void this.#main.close().catch(() => undefined);
        this.link.down(`${connectProblem(error, this.address, this.label).message}; connecting again`);
        await pause(this.link.waitMs());
      }
    }
    return false;
  }

  #lane(lane: string, node: number): Promise<Connection> {
    const key = `${lane} ${node}`;
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const host = this.#brokers.get(node);
    if (host === undefined || this.#isClosed) return Promise.reject(unavailable(`no Kafka broker ${node}`));
    const connecting = dial(this.address, host, lane === 'ask' ? REQUEST_MS : SLOW_REQUEST_MS);
    this.#lanes.set(key, connecting);
    const forget = (): void => {
      if (this.#lanes.get(key) === connecting) this.#lanes.delete(key);
    };
    connecting.then((connection) => {
      connection.once('close', forget);
      if (!connection.isConnected()) forget();
    }, forget);
    return connecting;
  }
}

/** The first that answers; a login that is wrong is tried once. */
async function dialAny(address: Address, hosts: readonly Host[]): Promise<Connection> {
  let first: CodedError | undefined;
  for (const host of hosts) {
    try {
      return await dial(address, host, REQUEST_MS);
    } catch (error) {
      const problem = connectProblem(error, address, hostText(host));
      if (problem.code === 'broker_denied') throw problem;
      first ??= problem;
    }
  }
  throw first ?? unavailable(`no server in ${address.label}`);
}

async function dial(
  { login, tls }: Address,
  { host, port }: Host,
  requestTimeout: number,
): Promise<Connection> {
  const connection = new Connection('dagtop', {
    connectTimeout: CONNECT_MS,
    requestTimeout,
    ...(login === undefined
      ? {}
      : { sasl: { mechanism: login.mechanism, username: login.user, password: login.pass } }),
    ...(tls === undefined ? {} : { tls, ...(isIP(host) === 0 ? { tlsServerName: true } : {}) }),
  } satisfies ConnectionOptions);
  connection.on('error', () => undefined);
  try {
    await connection.connect(host, port);
    return connection;
  } catch (error) {
    void connection.close().catch(() => undefined);
    throw error;
  }
}

function hangUp(connecting: Promise<Connection>): void {
  // What is under way is rejected at once.
  connecting.then(
    (connection) => connection.socket.destroy(),
    () => undefined,
  );
}
