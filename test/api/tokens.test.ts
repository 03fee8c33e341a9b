import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TokenBook } from '../../src/api/security/token-book.ts';
import { changeTokens, readTokens, writePrivate, writeTokens } from '../../src/api/security/token-file.ts';
import { callerOf, hashToken, mayAct, mintToken } from '../../src/api/security/tokens.ts';
import type { StoredToken } from '../../src/api/security/tokens.ts';
import { isLoopback } from '../../src/api/security/hosts.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dagtop-tokens-'));
  path = join(folder, 'new', 'api-tokens.json');
});
afterEach(() => rm(folder, { recursive: true }));

const stored = (name: string, token: string, more: Partial<StoredToken> = {}): StoredToken => ({
  name,
  role: 'viewer',
  hash: hashToken(token),
  createdMs: 1,
  ...more,
});

describe('a token', () => {
  it('has 256 random bits, and is known by its hash alone', () => {
    const token = mintToken();
    expect(token).toMatch(/^dagtop_[\w-]{43}$/);
    expect(mintToken()).not.toBe(token);
    const kept = stored('ci', token);
    expect(JSON.stringify(kept)).not.toContain(token.slice(7, 20));
    expect(callerOf(token, [stored('other', mintToken()), kept], 5)).toEqual({ name: 'ci', role: 'viewer' });
  });

  it('lets nobody in when it is another, cut, its own hash, or expired', () => {
    const token = mintToken();
    const kept = [stored('ci', token, { expiresMs: 100 })];
    expect(callerOf(token, kept, 99)).toMatchObject({ name: 'ci' });
    expect(callerOf(token, kept, 100)).toBe('expired');
    for (const wrong of [mintToken(), token.slice(0, -1), `${token}x`, hashToken(token), '', 'dagtop_'])
      expect(callerOf(wrong, kept, 1)).toBe('unknown');
    expect(callerOf(token, [{ ...stored('broken', token), hash: 'zz' }], 1)).toBe('unknown');
  });

  it('of a role may do what weaker ones may', () => {
    expect(mayAct('admin', 'viewer')).toBe(true);
    expect(mayAct('operator', 'operator')).toBe(true);
    expect(mayAct('viewer', 'operator')).toBe(false);
    expect(mayAct('operator', 'admin')).toBe(false);
  });
});

describe('the file of tokens', () => {
  it('is for its owner alone, in a folder of its own', async () => {
    expect(await readTokens(path)).toEqual([]);
    await writeTokens(path, [stored('ci', mintToken())]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'new'))).mode & 0o777).toBe(0o700);
    expect(await readTokens(path)).toHaveLength(1);
  });

  it('keeps its mode when it is written over one that others may read', async () => {
    await writePrivate(path, 'old');
    await chmod(path, 0o644);
    await writePrivate(path, 'new');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  it.each([
    ['others may read it', JSON.stringify({ version: 1, tokens: [] }), 0o640],
    ['it is no JSON', '{', 0o600],
    ['it has another form', JSON.stringify({ version: 2, tokens: [] }), 0o600],
    [
      'a role is none',
      JSON.stringify({ version: 1, tokens: [{ ...stored('a', 'x'), role: 'root' }] }),
      0o600,
    ],
  ])('is refused when %s', async (_why, text, mode) => {
    await writePrivate(path, text);
    await chmod(path, mode);
    await expect(readTokens(path)).rejects.toMatchObject({ code: 'bad_tokens' });
  });
});

describe('changes of the file of tokens', () => {
  it('are none lost when many processes make them at once', async () => {
    const module = join(import.meta.dirname, '../../src/api/security/token-file.ts');
    const script = `
      const { changeTokens } = await import(${JSON.stringify(module)});
      const [path, who] = process.argv.slice(1);
      const token = { role: 'viewer', hash: '0'.repeat(64), createdMs: 1 };
      await Promise.all([0, 1, 2, 3, 4].map((at) =>
        changeTokens(path, (tokens) => [...tokens, { ...token, name: who + at }])));
    `;
    const writers = ['a', 'b', 'c', 'd', 'e', 'f'];
    await Promise.all(
      writers.map((who) =>
        promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, path, who]),
      ),
    );
    const names = (await readTokens(path)).map(({ name }) => name).toSorted();
    expect(names).toEqual(writers.flatMap((who) => [0, 1, 2, 3, 4].map((at) => `${who}${at}`)));
    expect(await readdir(join(folder, 'new'))).toEqual(['api-tokens.json']);
  });

  it('leave the file and no lock when one is refused', async () => {
    await writeTokens(path, [stored('ci', mintToken())]);
    const refuse = (): never => {
      throw new Error('no');
    };
    await expect(changeTokens(path, refuse)).rejects.toThrow('no');
    await changeTokens(path, (tokens) => [...tokens, stored('two', mintToken())]);
    expect((await readTokens(path)).map(({ name }) => name)).toEqual(['ci', 'two']);
  });

  it('wait for a lock that goes, and say which file to remove when it stays', async () => {
    await writePrivate(`${path}.lock`, '1\n');
    await expect(changeTokens(path, () => [], 30)).rejects.toMatchObject({
      code: 'tokens_busy',
      hint: expect.stringContaining(`rm ${path}.lock`) as string,
    });
    const waiting = changeTokens(path, () => [stored('late', mintToken())]);
    await rm(`${path}.lock`);
    await waiting;
    expect(await readTokens(path)).toHaveLength(1);
  });
});

describe('the book of a server', () => {
  it('knows what the file says now: a token that was made, and one that was revoked', async () => {
    let nowMs = 0;
    const problems: unknown[] = [];
    const own = mintToken();
    const book = new TokenBook({
      own: [stored('local', own, { role: 'admin' })],
      file: path,
      nowMs: () => nowMs,
      onProblem: (error) => problems.push(error),
    });
    const token = mintToken();
    expect(await book.callerOf(token)).toBe('unknown');
    expect(await book.callerOf(own)).toMatchObject({ name: 'local', role: 'admin' });
    await writeTokens(path, [stored('ci', token)]);
    nowMs += 1_000;
    expect(await book.callerOf(token)).toMatchObject({ name: 'ci' });
    await writeTokens(path, []);
    nowMs += 1_000;
    expect(await book.callerOf(token)).toBe('unknown');
    expect(problems).toEqual([]);
  });

  it('lets nobody of a broken file in, and says so once', async () => {
    let nowMs = 0;
    const problems: unknown[] = [];
    const token = mintToken();
    await writeTokens(path, [stored('ci', token)]);
    const onProblem = (error: unknown): void => void problems.push(error);
    const book = new TokenBook({ own: [], file: path, nowMs: () => nowMs, onProblem });
    expect(await book.callerOf(token)).toMatchObject({ name: 'ci' });
    await writeFile(path, 'broken');
    for (let tries = 0; tries < 3; tries += 1) {
      nowMs += 1_000;
      expect(await book.callerOf(token)).toBe('unknown');
    }
    expect(problems).toHaveLength(1);
  });
});

describe('an address', () => {
  it.each(['127.0.0.1', '127.8.9.1', '::1', 'localhost'])('%s is of this machine', (host) => {
    expect(isLoopback(host)).toBe(true);
  });
  it.each(['0.0.0.0', '::', '10.0.0.1', 'example.com', '127.0.0.1.example.com', 'localhost.evil'])(
    '%s is reached from elsewhere',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});
