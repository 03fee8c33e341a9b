import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PROGRAM = join(import.meta.dirname, 'bare-spawn.ts');

/** Starts per second of `true` by a loop that does nothing else, in a process of its own. */
export async function measureBareSpawn(count: number, concurrency: number): Promise<number> {
  const { stdout } = await run(process.execPath, [PROGRAM, String(count), String(concurrency)]);
  return Number(stdout);
}
