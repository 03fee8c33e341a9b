import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { AttemptKey } from '../../model/ids.ts';
import { escapeToken } from '../../model/subject.ts';

/**
 * Where an agent keeps what belongs to one attempt: files in `running` while it runs, and a folder in `attempts` once it wrote
 * anything. The names in them come from the wire, and cannot lead out of the data folder.
 */

/** A file name has 255 bytes at most: two tokens, a number and an ending. */
const TOKEN_MAX_LENGTH = 100;

export type StreamName = 'stdout' | 'stderr';

/** One file or folder name for an attempt: `<run>.<node>.<attempt>`. */
export function attemptName({ run, node, attempt }: AttemptKey): string {
  return `${shortToken(run)}.${shortToken(node)}.${Number.isSafeInteger(attempt) ? attempt : 0}`;
}

/** No escaped text holds `==`, so a hash can't be taken for a name. */
function shortToken(text: string): string {
  const token = escapeToken(text);
  if (token.length <= TOKEN_MAX_LENGTH) return token;
  return `==${createHash('sha256').update(text).digest('hex').slice(0, 40)}`;
}

export function attemptsFolder(dataFolder: string): string {
  return join(dataFolder, 'attempts');
}

export function runningFolder(dataFolder: string): string {
  return join(dataFolder, 'running');
}

/** What a running attempt has: its input, which is there as long as it runs, its output to be, and who it is. */
export type RunningFiles = { readonly input: string; readonly output: string; readonly process: string };

export function runningFiles(dataFolder: string, name: string): RunningFiles {
  const path = join(runningFolder(dataFolder), name);
  return { input: `${path}.input.json`, output: `${path}.output.json`, process: `${path}.process.json` };
}

/** The kept pieces of a stream are named by their offset. */
export function segmentName(stream: StreamName, at: number): string {
  return `${stream}.${at}`;
}
