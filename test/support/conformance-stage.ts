import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Broker } from '../../src/broker/port/port.ts';
import type { ChildRole } from './conformance-child.ts';
import type { FaultProxy } from './fault-proxy.ts';

/** What an adapter's test file supplies. The optional ones make faults; without them the cases that need them are skipped. */
export type Harness = {
  /** Makes the server ready, once, before the first case. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** What `openBroker` takes; child processes open the same broker with it. Valid after `start`. */
  url(): string;
  /** Opens one more broker on the server. The cases close it. */
  open(namespace: string): Promise<Broker>;
  /** Ends the server (asking it, or with SIGKILL) and starts it again on the same data and address. Resolves when it serves. */
  restart?(how: 'graceful' | 'kill'): Promise<void>;
  /** The server ends and comes back on the same address with nothing of what it kept. */
  empty?(): Promise<void>;
  /** The server neither answers nor breaks the connection (SIGSTOP), until `resume`. */
  pause?(): Promise<void>;
  resume?(): Promise<void>;
  /** A proxy before the server, and a broker that is reached only through it. */
  proxy?(): FaultProxy;
  proxied?(namespace: string): Promise<Broker>;
  /** Deletes everything that the server keeps for `namespace`, as somebody cleaning up would, under the feet of open brokers. */
  wipe?(namespace: string): Promise<void>;
};

declare module 'vitest' {
  interface TaskMeta {
    /** What the harness has not, so that the case is skipped; for `scripts/conformance-table.ts`. */
    needs?: string;
  }
}

/** Options of cases that need something of the harness, and are skipped where it has it not. */
export function needing(thing: unknown, needs: string): { skip: boolean; meta: { needs: string } } {
  return { skip: thing === undefined, meta: { needs } };
}

/** A process of its own that has the same broker open. */
export type Child = {
  readonly process: ChildProcess;
  /** What the child said so far, in order. */
  readonly said: string[];
  /** SIGKILL, and waits for its end. */
  kill(): Promise<void>;
  /** Waits for its end; its exit code. */
  ended(): Promise<number | null>;
};

/** Everything that one case opens; `strike` ends it all. */
export type Stage = {
  /** A name nobody used before, for this case. */
  readonly namespace: string;
  /** Opens a broker, in this case's namespace unless told otherwise. */
  broker(namespace?: string): Promise<Broker>;
  /** Closes at the end what was opened otherwise. */
  adopt(broker: Promise<Broker> | undefined): Promise<Broker>;
  child(role: ChildRole, ...options: string[]): Child;
  strike(): Promise<void>;
};

export function openStage(harness: Harness): Stage {
  const namespace = `t-${randomBytes(6).toString('hex')}`;
  const brokers: Broker[] = [];
  const children: Child[] = [];
  return {
    namespace,
    async broker(other = namespace) {
      const broker = await harness.open(other);
      brokers.push(broker);
      return broker;
    },
    async adopt(opening) {
      const broker = await opening;
      if (broker === undefined) throw new Error('the harness opened nothing');
      brokers.push(broker);
      return broker;
    },
    child(role, ...options) {
      const child = startChild([harness.url(), namespace, role, ...options]);
      children.push(child);
      return child;
    },
    async strike() {
      await Promise.all(children.map((child) => child.kill()));
      await Promise.all(brokers.map((broker) => broker.close()));
    },
  };
}

function startChild(options: readonly string[]): Child {
  const program = fileURLToPath(new URL('conformance-child.ts', import.meta.url));
  const child = fork(program, options, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const end = once(child, 'exit');
  const said: string[] = [];
  child.on('message', (message) => said.push(String(message)));
  return {
    process: child,
    said,
    async kill() {
      child.kill('SIGKILL');
      await end;
    },
    async ended() {
      await end;
      return child.exitCode;
    },
  };
}
