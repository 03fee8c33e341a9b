import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

type Pair = { readonly client: Socket; readonly server: Socket; chunks: number };

/** A TCP proxy on 127.0.0.1 that makes what networks do to connections. */
export class FaultProxy {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #clients = new Set<Socket>();
  readonly #held: Socket[] = [];
  #targetPort = 0;
  #isHeld = false;
  #losesReplies = false;
  #isRefusing = false;
  #refused = 0;
  #resetAfter = Infinity;
  #bytesToClients = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<FaultProxy> {
    // Half-open connections are the point of it.
    const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new FaultProxy(server);
    server.on('connection', (client) => proxy.#accept(client));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** All that servers said to clients so far. */
  get bytesToClients(): number {
    return this.#bytesToClients;
  }

  /** Where connections lead from now on. */
  lead(targetPort: number): void {
    this.#targetPort = targetPort;
  }

  /** A black hole: nothing comes through, and nobody is told. `release` lets through what waits, as a network that heals does. */
  hold(): void {
    this.#isHeld = true;
    for (const { client, server } of this.#pairs) {
      client.pause();
      server.pause();
    }
  }

  release(): void {
    this.#isHeld = false;
    this.#isRefusing = false;
    for (const { client, server } of this.#pairs) {
      client.resume();
      server.resume();
    }
    for (const client of this.#held.splice(0)) this.#join(client);
  }

  /** Breaks all connections, and each new one at once, as if nothing listened; until `release`. */
  refuse(): void {
    this.#isRefusing = true;
    this.#refused = 0;
    this.cut();
  }

  /** How many came since `refuse`. */
  get refused(): number {
    return this.#refused;
  }

  /** The server's side of all connections is gone, and the client's side stays open and silent. */
  halfOpen(): void {
    for (const pair of this.#pairs) {
      pair.client.unpipe();
      pair.client.removeAllListeners('data');
      pair.client.resume();
      pair.server.removeAllListeners('close');
      pair.server.destroy();
      this.#pairs.delete(pair);
    }
  }

  /** What clients say goes through, what the server answers does not; until `cut`. */
  loseReplies(): void {
    this.#losesReplies = true;
  }

  /** Breaks all connections; new ones are as good as ever. */
  cut(): void {
    this.#losesReplies = false;
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy();
      server.destroy();
    }
  }

  /** Each connection is reset after so many chunks in either direction; `Infinity` ends that. */
  resetAfter(chunks: number): void {
    this.#resetAfter = chunks;
    for (const pair of this.#pairs) pair.chunks = 0;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cut();
    for (const client of this.#clients) client.destroy();
    await closed;
  }

  #accept(client: Socket): void {
    this.#clients.add(client);
    client.on('error', () => undefined);
    client.on('close', () => this.#clients.delete(client));
    if (this.#isRefusing) {
      this.#refused += 1;
      client.resetAndDestroy();
    } else if (this.#isHeld) this.#held.push(client);
    else this.#join(client);
  }

  #join(client: Socket): void {
    const server = connect(this.#targetPort, '127.0.0.1');
    const pair: Pair = { client, server, chunks: 0 };
    this.#pairs.add(pair);
    server.on('error', () => undefined);
    const end = (): void => {
      this.#pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    client.on('close', end);
    server.on('close', end);
    client.on('end', () => server.end());
    server.on('end', () => client.end());
    client.on('data', (data: Buffer) => {
      if (this.#count(pair)) server.write(data);
    });
    server.on('data', (data: Buffer) => {
      this.#bytesToClients += data.length;
      if (!this.#losesReplies && this.#count(pair)) client.write(data);
    });
  }

  /** False when the connection was reset instead. */
  #count(pair: Pair): boolean {
    pair.chunks += 1;
    if (pair.chunks <= this.#resetAfter) return true;
    pair.client.resetAndDestroy();
    pair.server.destroy();
    return false;
  }
}
