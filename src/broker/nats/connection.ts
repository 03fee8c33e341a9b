import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { connect, credsAuthenticator, nkeyAuthenticator } from '@nats-io/transport-node';
import type { NatsConnection, NodeConnectionOptions, Status, TlsOptions } from '@nats-io/transport-node';
import { LinkState } from '../port/link-state.ts';
import type { TlsFiles } from '../port/server-url.ts';
import type { Address } from './address.ts';
import { connectProblem } from './problem.ts';

const FIRST_CONNECT_MS = 5_000;
/** A server that hangs is noticed after two pings that nobody answers. */
const PING_MS = 4_000;

export type Connection = {
  readonly nc: NatsConnection;
  readonly label: string;
  readonly link: LinkState;
  /** What the server says against something that was sent (permissions, mostly). */
  onRefusal(listener: (error: Error) => void): void;
  /** After each reconnect and before the link counts as up, `task` runs; the link waits for it at most its own bound. */
  onReconnect(task: () => Promise<void>): void;
  close(): Promise<void>;
};

/** Connects, and reconnects for ever. Rejects within seconds when the first try fails. */
export async function openConnection(address: Address): Promise<Connection> {
  const link = new LinkState(Date.now, Math.random);
  let nc: NatsConnection;
  try {
    nc = await connect(optionsOf(address, link));
  } catch (error) {
    throw connectProblem(error, address);
  }
  return watch(nc, address.label, link);
}

function optionsOf(address: Address, link: LinkState): NodeConnectionOptions {
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
    reconnectDelayHandler: delayOf(link),
    ...(address.user === undefined ? {} : { user: address.user, pass: address.pass ?? '' }),
    ...(address.token === undefined ? {} : { token: address.token }),
    ...(address.nkey === undefined ? {} : { authenticator: nkeyAuthenticator(address.nkey) }),
    ...(address.creds === undefined ? {} : { authenticator: credsAuthenticator(address.creds) }),
    ...(address.tls === undefined ? {} : { tls: tlsOptions(address.tls, address.servers) }),
  };
}

/** A timer may fire that much early. */
const EARLY_MS = 5;

/**
 * The client asks after each try that failed and again when the wait is over, and tries when it hears 0: what was said once is counted down.
 */
function delayOf(link: LinkState): () => number {
  let untilMs: number | undefined;
  return () => {
    if (untilMs === undefined) {
      const waitMs = link.waitMs();
      untilMs = Date.now() + waitMs;
      return waitMs;
    }
    const leftMs = untilMs - Date.now();
    if (leftMs > EARLY_MS) return leftMs;
    untilMs = undefined;
    return 0;
  };
}

/** What the client hands on to Node. It says no name of a host that is an address, and Node would then look for `localhost` in the certificate. */
function tlsOptions({ ca, cert, key }: TlsFiles, servers: readonly string[]): TlsOptions {
  const hosts = servers.map((server) => server.replace(/:\d+$/, '').replace(/^\[|\]$/g, ''));
  const addresses = hosts.filter((host) => isIP(host) !== 0);
  const checkIdentity: typeof checkServerIdentity = (name, certificate) => {
    const names = name !== 'localhost' || hosts.includes(name) || addresses.length === 0 ? [name] : addresses;
    const errors = names.map((one) => checkServerIdentity(one, certificate));
    return errors.includes(undefined) ? undefined : errors[0];
  };
  return {
    ...(ca === undefined ? {} : { ca: ca.toString() }),
    ...(cert === undefined ? {} : { cert: cert.toString() }),
    ...(key === undefined ? {} : { key: key.toString() }),
    ...{ checkServerIdentity: checkIdentity },
  };
}

function watch(nc: NatsConnection, label: string, link: LinkState): Connection {
  const tasks: (() => Promise<void>)[] = [];
  const refusals: ((error: Error) => void)[] = [];
  let closed = false;
  let epoch = 0;

  const back = async (): Promise<void> => {
    const own = epoch;
    await Promise.allSettled(tasks.map((task) => task()));
    if (own === epoch) link.up();
  };
  const hear = (status: Status): void => {
    if (status.type === 'reconnect') void back();
    else if (status.type === 'error' && link.isUp) for (const listener of refusals) listener(status.error);
    else if (status.type === 'error')
      link.down(`the NATS server ${label} refuses: ${status.error.message}; connecting again`);
    else if (status.type === 'disconnect' || (status.type === 'close' && !closed)) {
      epoch += 1;
      link.down(
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
    link,
    onRefusal: (listener) => void refusals.push(listener),
    onReconnect: (task) => void tasks.push(task),
    async close() {
      if (closed) return;
      closed = true;
      link.close();
      await nc.close();
    },
  };
}
