import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '../model/coded-error.ts';

/**
 * Remembers in `dataFolder`, which must be there, to which event log it belongs (`identity` as the broker tells it). Rejects with
 * `foreign_log` when it belonged to another one, unless `newLog` says that this is meant, and with `data_folder_not_usable`.
 */
export async function checkLogIdentity(
  dataFolder: string,
  identity: string,
  { newLog = false }: { readonly newLog?: boolean } = {},
): Promise<void> {
  const path = join(dataFolder, 'event-log');
  try {
    const known = await readFile(path, 'utf8').catch(absent);
    if (known === identity) return;
    if (known !== undefined && !newLog) throw foreign(dataFolder);
    await writeFile(`${path}.new`, identity);
    await rename(`${path}.new`, path);
  } catch (error) {
    if (error instanceof CodedError) throw error;
    throw new CodedError('data_folder_not_usable', `can't use ${path}: ${String(error)}`, {
      hint: 'check who owns the folder and whether its disk is full, or name another one',
      cause: error,
    });
  }
}

function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

function foreign(dataFolder: string): CodedError {
  return new CodedError('foreign_log', `${dataFolder} belongs to another event log than the broker has now`, {
    hint:
      'if the log was wiped or the broker changed on purpose, start once with --new-log; ' +
      'otherwise check --broker, or restore the log',
  });
}
