import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePlace } from '../../scripts/servers/recipe.ts';
import type { Place, Recipe } from '../../scripts/servers/recipe.ts';

/** A real server of this test's own, on 127.0.0.1 and a free port, its data in a temporary folder. */
export type RealServer = {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  readonly place: Place;
  /** Ends the server (SIGTERM or SIGKILL), waits `downMs`, and starts it on the same port and folder; `wipe` empties its data meanwhile. */
  restart(how?: 'graceful' | 'kill', options?: { downMs?: number; wipe?: boolean }): Promise<void>;
  /** SIGKILL, then `change` does something to the folder, then the server starts again. */
  exchange(change: () => Promise<void>): Promise<void>;
  /** SIGSTOP and SIGCONT: it neither answers nor breaks connections. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
};

export type ServerOptions = {
  /** Lines added to the server's configuration. */
  readonly config?: string;
  /** The folder of another server, which is stopped, to go on with its data; a temporary one otherwise. */
  readonly folder?: string;
};

/**
 * Whether the server is installed; if not, it says so: skip then. With DAGTOP_REQUIRE_BROKERS=1 its absence is an error, so that a machine of the
 * project can't skip by mistake.
 */
export function isAtHand(recipe: Recipe): boolean {
  if (recipe.find() !== undefined) return true;
  const reason = `no ${recipe.name} on this machine: ${recipe.remedy}`;
  if (process.env['DAGTOP_REQUIRE_BROKERS'] === '1') throw new Error(reason);
  console.warn(`skipped: ${reason}`);
  return false;
}

export async function startServer(recipe: Recipe, options: ServerOptions = {}): Promise<RealServer> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), `dagtop-${recipe.name}-`)));
  const place = await freePlace(folder, options.config);
  let server = await launch(recipe, place);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (server.exitCode === null && server.signalCode === null) {
      const ended = once(server, 'exit');
      signalGroup(server, 'SIGCONT');
      signalGroup(server, signal);
      await ended;
    }
    // What a script started beside it.
    signalGroup(server, 'SIGKILL');
    await recipe.cleanUp?.(place);
  };
  return {
    url: recipe.url(place),
    port: place.port,
    folder,
    place,
    async restart(how = 'kill', { downMs = 0, wipe = false } = {}) {
      await end(how === 'kill' ? 'SIGKILL' : 'SIGTERM');
      if (wipe) await rm(join(folder, recipe.data), { recursive: true, force: true });
      await pause(downMs);
      server = await launch(recipe, place);
    },
    async exchange(change) {
      await end('SIGKILL');
      await change();
      server = await launch(recipe, place);
    },
    pause: () => signalGroup(server, 'SIGSTOP'),
    resume: () => signalGroup(server, 'SIGCONT'),
    async stop() {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

const START_MS = 120_000;
const LOG_MAX_LENGTH = 4_000;

async function launch(recipe: Recipe, place: Place): Promise<ChildProcess> {
  await mkdir(place.folder, { recursive: true });
  await recipe.prepare?.(place);
  const { program, args, env } = recipe.start(place);
  // A group of its own: some servers are scripts that start the server.
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    detached: true,
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (log = `${log}${chunk.toString()}`.slice(-LOG_MAX_LENGTH)));
  let failure: Error | undefined;
  child.on('error', (error) => (failure = error));
  for (const startMs = Date.now(); Date.now() - startMs < START_MS; await pause(20)) {
    if (failure !== undefined) throw failure;
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${recipe.name} ended: ${log}`);
    if (await recipe.isReady(place)) return child;
  }
  signalGroup(child, 'SIGKILL');
  throw new Error(`${recipe.name} does not serve: ${log}`);
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}
