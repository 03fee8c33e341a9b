import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { CodedError } from '../../model/coded-error.ts';
import { limits } from '../../model/limits.ts';
import { word } from '../contract/fields.ts';
import { ROLES } from '../contract/operation.ts';
import type { StoredToken } from './tokens.ts';

const MODE = 0o600;
/** How long who changes the file waits for others that do. */
const LOCK_MAX_MS = 10_000;
const LOCK_RETRY_MS = 10;

const file = Type.Object({
  version: Type.Literal(1),
  tokens: Type.Array(
    Type.Object({
      name: Type.String({ minLength: 1, maxLength: 64 }),
      role: word(ROLES),
      hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
      createdMs: Type.Integer({ minimum: 0 }),
      expiresMs: Type.Optional(Type.Integer({ minimum: 0 })),
    }),
    { maxItems: limits.apiTokensMax },
  ),
});
const check = Compile(file);

/** The tokens that are kept in a file; none while it is not there. Error: `bad_tokens`, also when others than its owner may read it. */
export async function readTokens(path: string): Promise<readonly StoredToken[]> {
  let text: string;
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) throw badTokens(path, 'others than its owner may read it', `chmod 600 ${path}`);
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    if (error instanceof CodedError) throw error;
    throw badTokens(path, (error as Error).message);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badTokens(path, 'it is no JSON');
  }
  if (!check.Check(value)) throw badTokens(path, 'it has another form');
  return value.tokens;
}

/**
 * Makes of the tokens that the file holds those that it is to hold, alone among all processes: no change of another is lost. It waits `waitMs` for
 * others. What `change` throws leaves the file as it is. Errors: `bad_tokens`, `tokens_busy`.
 */
export async function changeTokens(
  path: string,
  change: (tokens: readonly StoredToken[]) => readonly StoredToken[],
  waitMs: number = LOCK_MAX_MS,
): Promise<void> {
  const lock = `${path}.lock`;
  await takeLock(lock, waitMs);
  try {
    await writeTokens(path, change(await readTokens(path)));
  } finally {
    await rm(lock, { force: true });
  }
}

/** A lock that its owner left behind is never broken here: two that do so at once would both have it. */
async function takeLock(lock: string, waitMs: number): Promise<void> {
  await mkdir(dirname(lock), { recursive: true, mode: 0o700 });
  for (let waitedMs = 0; ; waitedMs += LOCK_RETRY_MS) {
    try {
      await writeFile(lock, `${process.pid}\n`, { mode: MODE, flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (waitedMs >= waitMs)
      throw new CodedError('tokens_busy', `another process changes the tokens: ${lock} is there`, {
        hint: `try again; when no 'dagtop token' runs, one was killed: rm ${lock}`,
      });
    await pause(LOCK_RETRY_MS);
  }
}

/** Replaces the file as a whole: who reads it has the old or the new one. */
export async function writeTokens(path: string, tokens: readonly StoredToken[]): Promise<void> {
  await writePrivate(path, `${JSON.stringify({ version: 1, tokens }, undefined, 2)}\n`);
}

/** Writes a file that only its owner may read, and its folder where there is none. */
export async function writePrivate(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${randomUUID()}`;
  try {
    // The name is new, so that nobody waits there with a link to elsewhere.
    await writeFile(fresh, text, { mode: MODE, flag: 'wx', flush: true });
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

function badTokens(
  path: string,
  why: string,
  hint = 'mend it, or delete it and make tokens anew',
): CodedError {
  return new CodedError('bad_tokens', `the tokens of ${path} cannot be used: ${why}`, { hint });
}
