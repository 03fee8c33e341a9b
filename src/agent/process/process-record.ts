import { readFileSync, writeFileSync } from 'node:fs';
import { readBootId, readProcess } from './process-file.ts';

/**
 * The process of an attempt, kept in a file for an agent that comes after a crash. It finds most by their marker; this
 * finds the group of a command that cleared or overwrote its environment. A pid counts only with its start and its boot.
 * Returns whether there is a record now: a process that has ended has none.
 */
export function writeProcessRecord(path: string, pid: number): boolean {
  const facts = readProcess(pid);
  if (facts === undefined) return false;
  const record = { boot: readBootId(), pid, startTicks: facts.startTicks };
  writeFileSync(path, JSON.stringify(record));
  return true;
}

/** The process group that a dead agent left for an attempt; undefined when it is gone, or its number is another's by now. */
export function readLeftGroup(path: string): number | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    const { boot, pid, startTicks } = JSON.parse(text) as Record<string, unknown>;
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 1) return undefined;
    const facts = boot === readBootId() ? readProcess(pid) : undefined;
    return facts?.startTicks === startTicks && facts?.group === pid ? pid : undefined;
  } catch {
    return undefined;
  }
}
