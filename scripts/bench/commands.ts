import { spawn } from 'node:child_process';

/** Starts per second of `true` by a bare loop that keeps `concurrency` of them running, as an agent with that many slots does. */
export async function measureBareSpawn(count: number, concurrency: number): Promise<number> {
  let started = 0;
  const startMs = performance.now();
  const runner = async (): Promise<void> => {
    while (started < count) {
      started += 1;
      await new Promise<void>((resolve, reject) => {
        const child = spawn('true', { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
        child.on('error', reject);
        child.on('close', () => resolve());
      });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, runner));
  return count / ((performance.now() - startMs) / 1_000);
}
