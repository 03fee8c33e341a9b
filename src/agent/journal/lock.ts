import { linkSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../../model/coded-error.ts';
import { readBootId, readProcess } from '../process/process-file.ts';

/**
 * One agent per folder. A lock is a file `lock-N` that names its holder; it is held while that process lives. The highest N
 * counts, and a file comes into being whole (by `link`), so of several that take over from a dead holder one wins:
 * nobody ever removes the file that another might hold.
 */

type Holder = { readonly pid: number; readonly startTicks: number | undefined; readonly boot: string };

export type Lock = { release(): void };

const TRIES_MAX = 100;

/** Takes the lock of `folder`, which must be there. Errors: `folder_locked` names the process that holds it. */
export function takeLock(folder: string): Lock {
  const self = holderOf(process.pid);
  const fresh = join(folder, `taking-lock-${process.pid}`);
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const last = lockNumbers(folder).at(-1);
    const holder = last === undefined ? undefined : readHolder(join(folder, `lock-${last}`));
    if (holder !== undefined && isAlive(holder)) throw lockedBy(holder, folder);
    const own = (last ?? 0) + 1;
    if (!create(join(folder, `lock-${own}`), fresh, JSON.stringify(self))) continue;
    // One who was slower than a whole life of another lock must step back.
    const numbers = lockNumbers(folder);
    if (numbers.at(-1) === own) {
      for (const number of numbers.slice(0, -1)) rmSync(join(folder, `lock-${number}`), { force: true });
      return { release: () => writeFileSync(join(folder, `lock-${own}`), '') };
    }
    rmSync(join(folder, `lock-${own}`), { force: true });
  }
  throw new CodedError('folder_locked', `other agents keep taking ${folder}`, {
    hint: 'start one agent per data folder',
  });
}

function create(path: string, fresh: string, text: string): boolean {
  writeFileSync(fresh, text);
  try {
    linkSync(fresh, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(fresh, { force: true });
  }
}

function lockNumbers(folder: string): number[] {
  const numbers = readdirSync(folder).flatMap((name) => {
    const digits = /^lock-(\d{1,15})$/.exec(name)?.[1];
    return digits === undefined ? [] : [Number(digits)];
  });
  return numbers.sort((one, other) => one - other);
}

function holderOf(pid: number): Holder {
  return { pid, startTicks: readProcess(pid)?.startTicks, boot: readBootId() };
}

/** Undefined: nobody holds it (a released lock is an empty file). */
function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

/** The same pid after a reboot, or with another start, is somebody else. */
function isAlive(holder: Holder): boolean {
  if (!Number.isSafeInteger(holder.pid) || holder.pid <= 0) return false;
  const now = holderOf(holder.pid);
  if (now.boot !== holder.boot) return false;
  if (now.boot !== 'unknown') return now.startTicks !== undefined && now.startTicks === holder.startTicks;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function lockedBy({ pid }: Holder, folder: string): CodedError {
  return new CodedError('folder_locked', `process ${pid} works with ${folder} already`, {
    hint: `end it (kill ${pid}), or name another data folder`,
  });
}
