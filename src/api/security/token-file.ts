import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { CodedError } from '../../model/coded-error.ts';
import { limits } from '../../model/limits.ts';
import { word } from '../contract/fields.ts';
import { ROLES } from '../contract/operation.ts';
import type { StoredToken } from './tokens.ts';

const MODE = 0o600;

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
