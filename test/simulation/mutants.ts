/**
 * `npm run sim:mutants [-- --seeds N] [--only TEXT]`: takes one guard at a time out of a copy of the sources and counts the seeds until
 * the simulation notices. A guard that nobody misses is either tested elsewhere or not needed.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { guards } from './guards.ts';
import type { Guard } from './guards.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '3000' }, only: { type: 'string', default: '' } },
});

async function copySources(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dagtop-mutants-'));
  for (const part of ['src', 'test/simulation', 'test/support', 'package.json']) {
    await cp(join(root, part), join(folder, part), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** What the simulation says with the guard gone: its first failing seed, or undefined when all hold. */
async function withoutGuard(folder: string, guard: Guard): Promise<string | undefined> {
  const file = join(folder, guard.file);
  const original = await readFile(file, 'utf8');
  if (original.split(guard.find).length !== 2)
    throw new Error(`'${guard.find}' must stand once in ${guard.file}`);
  await writeFile(
    file,
    original.replace(guard.find, () => guard.replace),
  );
  const main = join(folder, 'test/simulation/main.ts');
  try {
    await run(process.execPath, [main, '--quiet', '--seeds', values.seeds], { timeout: 600_000 });
    return undefined;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return (
      stdout.split('\n')[0] || stderr.split('\n').find((line) => line.includes('Error')) || 'it did not end'
    );
  } finally {
    await writeFile(file, original);
  }
}

const folder = await copySources();
let missed = 0;
try {
  for (const guard of guards.filter(({ name }) => name.includes(values.only))) {
    const found = await withoutGuard(folder, guard);
    if (found === undefined && guard.backedBy === undefined) missed += 1;
    const verdict =
      found ?? (guard.backedBy === undefined ? `in ${values.seeds} seeds` : `(${guard.backedBy})`);
    console.log(`${found === undefined ? 'NOT NOTICED' : 'noticed'}  ${guard.name}  ${verdict}`);
  }
} finally {
  await rm(folder, { recursive: true });
}
console.log(`${missed} of ${guards.length} guards are missed by nobody`);
process.exitCode = missed === 0 ? 0 : 1;
