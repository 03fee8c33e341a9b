import { NATS } from '../../scripts/servers/nats.ts';
import { isAtHand, startServer } from './real-server.ts';
import type { RealServer } from './real-server.ts';

/** A broker that a test can start; the embedded one needs no server, and gets its folder from the cluster. */
export type BrokerAtHand = {
  readonly name: string;
  /** The URL to use; undefined for the embedded broker. */
  start(): Promise<string | undefined>;
  /** Kills the server, and after `meanwhile` starts it again on the same port with the same data. Absent where there is no server. */
  readonly outage?: (meanwhile: () => Promise<void>) => Promise<void>;
  stop(): Promise<void>;
};

const embedded: BrokerAtHand = {
  name: 'the embedded broker',
  start: () => Promise.resolve(undefined),
  stop: () => Promise.resolve(),
};

function nats(): BrokerAtHand {
  let server: RealServer | undefined;
  return {
    name: 'NATS',
    start: async () => {
      server = await startServer(NATS);
      return server.url;
    },
    outage: async (meanwhile) => server?.exchange(meanwhile),
    stop: async () => {
      await server?.stop();
      server = undefined;
    },
  };
}

/** The embedded broker, and NATS where its server is found; `findNats` says how to get it, or fails where it must be there. */
export const brokersAtHand: readonly BrokerAtHand[] = !isAtHand(NATS) ? [embedded] : [embedded, nats()];
