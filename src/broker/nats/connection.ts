import { connect, credsAuthenticator, nkeyAuthenticator } from '@nats-io/transport-node';
import type { NatsConnection, NodeConnectionOptions, Status } from '@nats-io/transport-node';
import { CodedError } from '../../model/coded-error.ts';
import type { Link, Unsubscribe } from '../port/port.ts';
import type { Address } from './address.ts';
import { Outage } from './outage.ts';
import { connectProblem } from './problem.ts';

/** How long `append`, `send` and questions wait for a link that is down, and for an answer. */
export const WAIT_MS = 30_000;
const FIRST_CONNECT_MS = 5_000;
/** A server that hangs is noticed after two pings that nobody answers. */
const PING_MS = 4_000;

export type Connection = {
  readonly nc: NatsConnection;
  readonly label: string;
  readonly up: boolean;
  /** Calls at once, then at every change. */
  onLink(listener: (link: Link) => void): Unsubscribe;
  /** What the server says against something that was sent (permissions, mostly). */
  onRefusal(listener: (error: Error) => void): void;
  /** After each reconnect and before the link counts as up, `task` runs; the link waits for it at most its own bound. */
  onReconnect(task: () => Promise<void>): void;
  /** Resolves when the link is up; rejects with `unavailable` after `WAIT_MS`, or `closed`. */
  ready(): Promise<void>;
  close(): Promise<void>;
};

/** Connects, and reconnects for ever. Rejects within seconds when the first try fails. */
export async function openConnection(address: Address): Promise<Connection> {
  const outage = new Outage();
  let nc: NatsConnection;
  try {
    nc = await connect(optionsOf(address, outage));
  } catch (error) {
    throw connectProblem(error, address);
  }
  return watch(nc, address.label, outage);
}

function optionsOf(address: Address, outage: Outage): NodeConnectionOptions {
  return {
    servers: [...address.servers],
    name: 'dagtop',
    timeout: FIRST_CONNECT_MS,
    pingInterval: PING_MS,
    maxPingOut: 2,
    reconnect: true,
    maxReconnectAttempts: -1,
    // Somebody may repair the account while we wait.
    ignoreAuthErrorAbort: true,
    noAsyncTraces: true,
    reconnectDelayHandler: () => outage.waitMs(),
    ...(address.user === undefined ? {} : { user: address.user, pass: address.pass ?? '' }),
    ...(address.token === undefined ? {} : { token: address.token }),
    ...(address.nkey === undefined ? {} : { authenticator: nkeyAuthenticator(address.nkey) }),
    ...(address.creds === undefined ? {} : { authenticator: credsAuthenticator(address.creds) }),
    ...(address.tls === undefined ? {} : { tls: address.tls }),
  };
}

type Waiting = { readonly resolve: () => void; readonly reject: (error: CodedError) => void };

function watch(nc: NatsConnection, label: string, outage: Outage): Connection {
  const listeners = new Set<(link: Link) => void>();
  const waiting = new Set<Waiting>();
  const tasks: (() => Promise<void>)[] = [];
  const refusals: ((error: Error) => void)[] = [];
  let link: Link = { up: true };
  let closed = false;
  let epoch = 0;

  const set = (next: Link): void => {
    if (link.up && next.up) return;
    link = next;
    if (next.up) outage.end();
    for (const listener of listeners) listener(next);
    if (!next.up) return;
    for (const { resolve } of waiting) resolve();
    waiting.clear();
  };
  const down = (reason: string): void => set({ up: false, reason, ...outage.begin() });
  outage.onWait = (retryAtMs) => {
    if (!link.up) set({ ...link, retryAtMs });
  };
  const back = async (): Promise<void> => {
    const own = epoch;
    await Promise.allSettled(tasks.map((task) => task()));
    if (own === epoch && !closed) set({ up: true });
  };
  const hear = (status: Status): void => {
    if (status.type === 'reconnect') void back();
    else if (status.type === 'error' && link.up) for (const listener of refusals) listener(status.error);
    else if (status.type === 'error') down(`the NATS server ${label} refuses: ${status.error.message}`);
    else if (status.type === 'disconnect' || (status.type === 'close' && !closed)) {
      epoch += 1;
      down(
        status.type === 'close'
          ? `the connection to the NATS server ${label} was closed for good`
          : `lost the connection to the NATS server ${label}; connecting again`,
      );
    }
  };
  void (async () => {
    for await (const status of nc.status()) hear(status);
  })();

  return {
    nc,
    label,
    get up() {
      return link.up && !closed;
    },
    onLink(listener) {
      listeners.add(listener);
      listener(link);
      return () => void listeners.delete(listener);
    },
    onRefusal: (listener) => void refusals.push(listener),
    onReconnect: (task) => void tasks.push(task),
    async ready() {
      if (closed) throw closedError();
      if (!link.up) await bounded(waiting, () => unavailable(link.up ? 'no answer' : link.reason));
    },
    async close() {
      if (closed) return;
      closed = true;
      for (const { reject } of waiting) reject(closedError());
      waiting.clear();
      await nc.close();
    },
  };
}

/** Waits in `waiting` for at most `WAIT_MS`. */
function bounded(waiting: Set<Waiting>, late: () => CodedError): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const entry: Waiting = { resolve, reject };
  waiting.add(entry);
  const timer = setTimeout(() => reject(late()), WAIT_MS);
  return promise.finally(() => {
    clearTimeout(timer);
    waiting.delete(entry);
  });
}

export const closedError = (): CodedError =>
  new CodedError('closed', 'the connection to the broker is closed');

export function unavailable(reason: string, cause?: unknown): CodedError {
  const hint = 'is the NATS server running and reachable?';
  return new CodedError('unavailable', reason, { hint, ...(cause === undefined ? {} : { cause }) });
}
