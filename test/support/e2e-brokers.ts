import { KAFKA } from '../../scripts/servers/kafka.ts';
import { NATS } from '../../scripts/servers/nats.ts';
import { RABBITMQ } from '../../scripts/servers/rabbitmq.ts';
import type { Recipe } from '../../scripts/servers/recipe.ts';
import { REDIS } from '../../scripts/servers/redis.ts';
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

function onServer(name: string, recipe: Recipe): BrokerAtHand {
  let server: RealServer | undefined;
  return {
    name,
    start: async () => {
      server = await startServer(recipe);
      return server.url;
    },
    outage: async (meanwhile) => server?.exchange(meanwhile),
    stop: async () => {
      await server?.stop();
      server = undefined;
    },
  };
}

const SERVERS: readonly (readonly [string, Recipe])[] = [
  ['NATS', NATS],
  ['Redis', REDIS],
  ['RabbitMQ', RABBITMQ],
  ['Kafka', KAFKA],
];

/** The embedded broker, and those whose server is found; `isAtHand` says how to get one, or fails where it must be there. */
export const brokersAtHand: readonly BrokerAtHand[] = [
  embedded,
  ...SERVERS.filter(([, recipe]) => isAtHand(recipe)).map(([name, recipe]) => onServer(name, recipe)),
];
