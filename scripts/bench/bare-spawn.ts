/**
 * `bare-spawn.ts COUNT CONCURRENCY`: starts `true` COUNT times, with CONCURRENCY of them running as in an agent with that many slots, and
 * prints starts per second. A process of its own, with nothing else in it: what a start costs grows with the memory of who starts.
 */
import { spawn } from 'node:child_process';

const [count = 0, concurrency = 1] = process.argv.slice(2).map(Number);
let started = 0;

async function runner(): Promise<void> {
  while (started < count) {
    started += 1;
    await new Promise<void>((resolve, reject) => {
      const child = spawn('true', { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
      child.on('error', reject);
      child.on('close', () => resolve());
    });
  }
}

const startMs = performance.now();
await Promise.all(Array.from({ length: concurrency }, runner));
console.log(count / ((performance.now() - startMs) / 1_000));
