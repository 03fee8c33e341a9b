import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** What Linux says of one process in `/proc/PID/stat`. */
export type ProcessFacts = {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Clock ticks between the boot and its start: with the pid it names one process until the next boot. */
  readonly startTicks: number;
  /** Ended, and only waiting for its parent to take notice. */
  readonly isZombie: boolean;
};

/** The variable by which a process that left its group, its session and its parents is known all the same. */
export const MARKER_VARIABLE = 'DAGTOP_ATTEMPT_ID';

const needle = Buffer.from(`${MARKER_VARIABLE}=`);
const stat = Buffer.alloc(4_096);
/** Linux gives arguments and environment a quarter of the stack's bound, 2 MiB as a rule. Touched only as far as needed. */
let environment: Buffer | undefined;
const ENVIRONMENT_MAX_BYTES = 2 * 1024 * 1024;

/** Undefined: there is no such process, or no `/proc`. Throws when too many files are open to tell. */
export function readProcess(pid: number): ProcessFacts | undefined {
  const length = readInto(`/proc/${pid}/stat`, stat);
  // The name stands in brackets and may itself hold brackets and blanks; numbers follow the last one.
  const fields = stat.toString('latin1', 0, length);
  const [state, ...numbers] = fields.slice(fields.lastIndexOf(')') + 2).split(' ', 20);
  const [parent, group, session] = numbers.map(Number);
  const startTicks = Number(numbers[18]);
  if (parent === undefined || group === undefined || session === undefined || !Number.isFinite(startTicks))
    return undefined;
  return { pid, parent, group, session, startTicks, isZombie: state === 'Z' || state === 'X' };
}

/** The marker in the environment with which a process began; undefined too where it may not be read. */
export function readMarker(pid: number): string | undefined {
  environment ??= Buffer.allocUnsafe(ENVIRONMENT_MAX_BYTES);
  const length = readInto(`/proc/${pid}/environ`, environment);
  const variables = environment.subarray(0, length);
  for (let at = variables.indexOf(needle); at >= 0; at = variables.indexOf(needle, at + 1)) {
    if (at > 0 && variables[at - 1] !== 0) continue;
    const end = variables.indexOf(0, at);
    return variables.toString('latin1', at + needle.length, end < 0 ? length : end);
  }
  return undefined;
}

/** Names the time since the machine was started: pids of another boot mean nothing. `unknown` where the system does not say. */
export function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return 'unknown';
  }
}

/** Returns how many bytes were read; 0 when the file is gone or closed to us. Throws when no file can be opened at all. */
function readInto(path: string, buffer: Buffer): number {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE'))
      throw error;
    return 0;
  }
  try {
    let length = 0;
    while (length < buffer.length) {
      const read = readSync(file, buffer, length, buffer.length - length, null);
      if (read === 0) break;
      length += read;
    }
    return length;
  } catch {
    return 0;
  } finally {
    closeSync(file);
  }
}
