/**
 * Loaded before the program (`node --import`): at SIGUSR2 it writes the longest stall of the event loop since the signal before into the file
 * that DAGTOP_PROBE names, and measures anew. The first signal begins.
 */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const RESOLUTION_MS = 1;
const file = process.env['DAGTOP_PROBE'];

if (isMainThread && file !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  writeFileSync(file, JSON.stringify({ pid: process.pid }));
  process.on('SIGUSR2', () => {
    const figures = { maxMs: delay.max / 1e6, p99Ms: delay.percentile(99) / 1e6 };
    writeFileSync(file, JSON.stringify({ pid: process.pid, ...figures }));
    delay.reset();
    delay.enable();
  });
}
