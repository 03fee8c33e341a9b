import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A real nats-server of this test's own, on 127.0.0.1 and a free port, its data in a temporary folder. */
export type NatsServer = {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** Ends the server (SIGTERM or SIGKILL), waits `downMs`, and starts it on the same port and folder; `wipe` empties the folder meanwhile. */
  restart(how?: 'graceful' | 'kill', options?: { downMs?: number; wipe?: boolean }): Promise<void>;
  /** SIGKILL, then `change` does something to the folder, then the server starts again. */
  exchange(change: () => Promise<void>): Promise<void>;
  /** SIGSTOP and SIGCONT: it neither answers nor breaks connections. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
};

export type NatsServerOptions = {
  /** The folder of another server's data, which is stopped; a temporary one otherwise. */
  readonly store?: string;
  /** False: without JetStream. */
  readonly jetstream?: boolean;
  /** Lines of a configuration file, for logins and limits. */
  readonly config?: string;
};

/**
 * The path of a nats-server, undefined where there is none: then say so and skip. With DAGTOP_REQUIRE_BROKERS=1 its absence is an error, so
 * that a machine of the project can't skip by mistake.
 */
export function findNats(): string | undefined {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/usr/sbin',
    '/usr/local/sbin',
    '.brokers',
  ];
  for (const folder of folders) {
    const path = join(folder, 'nats-server');
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Look further.
    }
  }
  const reason = 'no nats-server on this machine: install one with `scripts/brokers nats`';
  if (process.env['DAGTOP_REQUIRE_BROKERS'] === '1') throw new Error(reason);
  console.warn(`skipped: ${reason}`);
  return undefined;
}

export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  const program = findNats();
  if (program === undefined) throw new Error('no nats-server');
  const folder = await mkdtemp(join(tmpdir(), 'dagtop-nats-'));
  const store = options.store ?? join(folder, 'store');
  const port = await freePort();
  const args = ['-a', '127.0.0.1', '-p', String(port)];
  if (options.jetstream !== false) args.push('-js', '-sd', store);
  if (options.config !== undefined) {
    await writeFile(join(folder, 'nats.conf'), options.config);
    args.push('-c', join(folder, 'nats.conf'));
  }
  let server = await launch(program, args, port);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGCONT');
    server.kill(signal);
    await ended;
  };
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    folder,
    async restart(how = 'kill', { downMs = 0, wipe = false } = {}) {
      await end(how === 'kill' ? 'SIGKILL' : 'SIGTERM');
      if (wipe) await rm(store, { recursive: true, force: true });
      await pause(downMs);
      server = await launch(program, args, port);
    },
    async exchange(change) {
      await end('SIGKILL');
      await change();
      server = await launch(program, args, port);
    },
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
    async stop() {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function launch(program: string, args: readonly string[], port: number): Promise<ChildProcess> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log = `${log}${chunk.toString()}`.slice(-4_000)));
  for (const startMs = Date.now(); Date.now() - startMs < 30_000; await pause(20)) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`nats-server ended: ${log}`);
    if (await greets(port)) return child;
  }
  child.kill('SIGKILL');
  throw new Error(`nats-server does not listen: ${log}`);
}

/** Whether the server says INFO: it does once its streams are recovered. */
async function greets(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    const [data] = (await once(socket, 'data', { signal: AbortSignal.timeout(1_000) })) as [Buffer];
    return data.toString().startsWith('INFO');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
