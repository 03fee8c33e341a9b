import { statSync } from 'node:fs';
import type { Job } from '../ports.ts';
import { plainLine } from '../output/tail-text.ts';

const NAME_MAX_LENGTH = 300;

/** Why a command could not be started, for people: what happened and where to look. */
export function launchProblem(error: unknown, job: Job): string {
  const program = 'shell' in job.command ? '/bin/sh' : (job.command.argv[0] ?? '');
  const name = plainLine(program, NAME_MAX_LENGTH);
  const folder = job.workingDir === undefined ? undefined : folderProblem(job.workingDir);
  if (folder !== undefined) return folder;
  const { code, message, syscall } = error as { code?: string; message?: string; syscall?: string };
  // Of the data folder's files only what stands for itself.
  const isOfSpawn =
    syscall?.startsWith('spawn') === true || code === 'EMFILE' || code === 'ENFILE' || code === 'ENOSPC';
  switch (isOfSpawn ? code : undefined) {
    case 'ENOENT':
      return program.includes('/') ? `there is no program ${name}` : `command not found: ${name}`;
    case 'EACCES':
    case 'EPERM':
      return `${name} may not be executed: it needs the permission to (chmod +x), and so do its folders`;
    case 'ENOEXEC':
      return `${name} is no program for this machine`;
    case 'E2BIG':
      return 'the arguments and variables are larger than this system takes; pass large data in files';
    case 'EAGAIN':
      return 'this system starts no more processes for this user: raise ulimit -u or pids.max, or lower the concurrency';
    case 'EMFILE':
    case 'ENFILE':
      return 'too many files are open: raise ulimit -n, or lower the concurrency of this server';
    case 'ENOMEM':
      return `not enough memory to start ${name}`;
    case 'ENOSPC':
    case 'EDQUOT':
      return "the disk of the agent's data folder is full";
    case undefined:
    default:
      return `${name} can't be started: ${plainLine(message ?? String(error), 1_000)}`;
  }
}

function folderProblem(folder: string): string | undefined {
  const name = plainLine(folder, NAME_MAX_LENGTH);
  try {
    return statSync(folder).isDirectory() ? undefined : `the working directory ${name} is no folder`;
  } catch {
    return `the working directory ${name} is not there, or not for this user`;
  }
}
