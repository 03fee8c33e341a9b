import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePlace } from '../servers/recipe.ts';
import type { Recipe } from '../servers/recipe.ts';

/** A server that this benchmark started, on 127.0.0.1, with its data in a temporary folder. */
export type Server = {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
};

export async function startServer(recipe: Recipe, config = ''): Promise<Server> {
  const place = await freePlace(await mkdtemp(join(tmpdir(), 'dagtop-bench-')), config);
  await recipe.prepare?.(place);
  const { program, args, env } = recipe.start(place);
  const child = spawn(program, args, {
    stdio: 'ignore',
    env: { ...process.env, ...env },
    detached: true,
  });
  const pid = child.pid ?? 0;
  while (!(await recipe.isReady(place))) {
    if (child.exitCode !== null) throw new Error(`${recipe.name} ended with ${child.exitCode}`);
    await pause(50);
  }
  return {
    url: recipe.url(place),
    port: place.port,
    pid,
    stop: async () => {
      const ended = once(child, 'exit');
      process.kill(-pid, 'SIGTERM');
      await ended;
      await recipe.cleanUp?.(place);
      await rm(place.folder, { recursive: true, force: true });
    },
  };
}
