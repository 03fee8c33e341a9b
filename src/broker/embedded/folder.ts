import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { CodedError } from '../../model/coded-error.ts';
import { escapeToken } from '../../model/subject.ts';
import { pathsOf } from './paths.ts';
import type { Paths } from './paths.ts';

/** File names end at 255 bytes on the usual file systems. */
const TOKEN_MAX_LENGTH = 200;

/**
 * Makes the folder of one namespace within `folder`, for this user alone. Errors: `folder_not_usable`, `disk_full`,
 * `bad_namespace`.
 */
export function openFolder(folder: string, namespace: string): Paths {
  const token = escapeToken(namespace);
  if (token.length > TOKEN_MAX_LENGTH) {
    throw new CodedError('bad_namespace', `the namespace '${namespace.slice(0, 40)}…' is too long`, {
      hint: 'use a short word',
    });
  }
  if (folder === '') {
    throw new CodedError('bad_broker_url', "'embedded:' names no folder", {
      hint: "use 'embedded:./.dagtop'",
    });
  }
  const paths = pathsOf(join(resolve(folder), token));
  try {
    mkdirSync(paths.wake, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw folderProblem(error, paths.folder);
  }
  removeOldBuses(paths);
  return paths;
}

/** What buses of earlier boots left. Harmless when it fails, and when another process is faster. */
function removeOldBuses({ folder, bus }: Paths): void {
  try {
    for (const file of readdirSync(folder)) {
      if (/^bus-[\w-]+\.db(?:-wal|-shm)?$/.test(file) && !file.startsWith(basename(bus)))
        rmSync(join(folder, file), { force: true });
    }
  } catch {
    // Left for the next start.
  }
}

function folderProblem(error: unknown, folder: string): CodedError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new CodedError('disk_full', `the disk of ${folder} is full`, {
      hint: 'free some space',
      cause: error,
    });
  }
  return new CodedError('folder_not_usable', `cannot make the folder ${folder}: ${code}`, {
    hint: `check who owns ${dirname(folder)}, or name another folder with --broker embedded:FOLDER`,
    cause: error,
  });
}
