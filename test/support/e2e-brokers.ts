import { findNats, startNatsServer } from './nats-server.ts';
import type { NatsServer } from './nats-server.ts';

/** A broker that a test can start; the embedded one needs no server, and gets its folder from the cluster. */
export type BrokerAtHand = {
  readonly name: string;
  /** The URL to use; undefined for the embedded broker. */
  start(): Promise<string | undefined>;
  /** Kills the server and starts it again after `downMs`, on the same port with the same data. */
  readonly restart?: (downMs: number) => Promise<void>;
  stop(): Promise<void>;
};
