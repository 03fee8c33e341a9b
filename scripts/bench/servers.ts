import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server that this benchmark started, on 127.0.0.1, with its data in a temporary folder. */
export type Server = { readonly port: number; readonly pid: number; stop(): Promise<void> };

/** Whether a program can be started here. */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined;
}

export function startNats(): Promise<Server> {
  return start('nats-server', (port, folder) => [
    '-js',
    '-a',
    '127.0.0.1',
    '-p',
    String(port),
    '-sd',
    folder,
  ]);
}

/** With its log on, written each second: the setting under which BullMQ survives a restart. */
export function startRedis(): Promise<Server> {
  return start('redis-server', (port, folder) => [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''],
    ...['--appendonly', 'yes', '--appendfsync', 'everysec'],
  ]);
}

async function start(program: string, argsFor: (port: number, folder: string) => string[]): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'dagtop-bench-'));
  const port = await freePort();
  const child = spawn(program, argsFor(port, folder), { stdio: 'ignore' });
  await untilListening(port);
  return {
    port,
    pid: child.pid ?? 0,
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilListening(port: number): Promise<void> {
  const { connect } = await import('node:net');
  for (let tries = 0; tries < 200; tries += 1) {
    const socket = connect(port, '127.0.0.1');
    const reached = await Promise.race([
      once(socket, 'connect').then(
        () => true,
        () => false,
      ),
      new Promise<false>((resolve) => setTimeout(resolve, 500, false)),
    ]);
    socket.destroy();
    if (reached) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens on port ${port}`);
}
