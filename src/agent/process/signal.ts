import { readProcess } from './process-file.ts';
import type { ProcessFacts } from './process-file.ts';

/** Whether a process group has any process left, ended ones that nobody took notice of among them. */
export function isGroupThere(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Signals a whole group at once, so that none of it can fork itself away in between. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  send(-group, signal);
}

/** Signals one process, unless its pid is another's by now. */
export function signalProcess({ pid, startTicks }: ProcessFacts, signal: NodeJS.Signals): void {
  try {
    if (readProcess(pid)?.startTicks === startTicks) send(pid, signal);
  } catch {
    // Too many files are open: there is a next round.
  }
}

/** A stopped process only acts on TERM once it is continued. */
function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
    if (signal === 'SIGTERM') process.kill(target, 'SIGCONT');
  } catch {
    // It ended by itself, or belongs to another user now.
  }
}
