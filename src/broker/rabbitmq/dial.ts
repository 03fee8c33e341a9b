import { Connection as Rabbit } from 'rabbitmq-client';
import type { ConnectionOptions } from 'rabbitmq-client';
import type { Address } from './address.ts';
import { connectProblem } from './problem.ts';

const CONNECT_MS = 8_000;
/** A silent server is given up after two to two and a half times as long, and gives us up as well. */
const HEARTBEAT_SECONDS = 5;
/** Between the hosts of one URL: the first error is not the end, the client goes on to the next. */
const NEXT_HOST_MS = 100;
/** The client counts on getting frames as large as it asks for; servers allow 128 KiB unless told otherwise. */
const FRAME_BYTES = 32 * 1024;

function optionsOf({ hosts, vhost, user, pass, tls }: Address, lane: string): ConnectionOptions {
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
    connectionTimeout: CONNECT_MS,
    acquireTimeout: CONNECT_MS,
    noDelay: true,
    heartbeat: HEARTBEAT_SECONDS,
    frameMax: FRAME_BYTES,
    retryLow: NEXT_HOST_MS,
    retryHigh: NEXT_HOST_MS,
  };
}

/**
 * One try, at each host of the URL: an open connection, whose `error` says that it is lost. Rejects within seconds: `unavailable`, `broker_denied`,
 * `broker_tls`.
 */
export function dial(address: Address, lane: string): Promise<Rabbit> {
  const client = new Rabbit(optionsOf(address, lane));
  return new Promise((resolve, reject) => {
    let first: unknown;
    const fail = (): void => {
      clearTimeout(timer);
      client.unsafeDestroy();
      reject(connectProblem(first ?? new Error('timed out'), address));
    };
    const timer = setTimeout(fail, CONNECT_MS);
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
