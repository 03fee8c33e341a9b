import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { snapshotName, writeSnapshot } from '../../src/tui/snapshot.ts';
import { painterOf } from '../../src/tui/theme.ts';
import { Cells } from '../../src/tui/terminal/cells.ts';
import { readFrame } from '../../src/tui/terminal/frame-reader.ts';

const plain = painterOf('dark', '16');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dagtop-snapshot-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function screen(): Cells {
  const cells = new Cells(8, 2);
  readFrame('\u001B[32m✓ ok\u001B[39m\n日 \u001B[1mb\u001B[22m', cells);
  return cells;
}

test('the name says which run and when, in letters that every file system takes', () => {
  const atMs = new Date(2026, 10, 24, 12, 3, 7).getTime();
  expect(snapshotName('words-6fk9a5-wzqh', atMs)).toBe('dagtop-words-6fk9a5-wzqh-20261124-120307.txt');
  expect(snapshotName('../ü b-1', atMs)).toBe('dagtop-.._b-1-20261124-120307.txt');
  expect(snapshotName('', atMs)).toBe('dagtop-screen-20261124-120307.txt');
});

test('a snapshot is text for its owner alone, and never writes over anything', async () => {
  const name = join(folder, 'a.txt');
  expect(await writeSnapshot(screen(), plain, name, true)).toBe(name);
  expect(await readFile(name, 'utf8')).toBe('✓ ok\n日 b\n');
  expect((await stat(name)).mode & 0o777).toBe(0o600);
  await writeFile(name, 'mine');
  expect(await writeSnapshot(screen(), plain, name, true)).toBe(join(folder, 'a-2.txt'));
  await expect(writeSnapshot(screen(), plain, name, false)).rejects.toThrow(
    'is there already, and nothing is overwritten',
  );
  expect(await readFile(name, 'utf8')).toBe('mine');
});

test('with .ans it has its colours', async () => {
  const name = await writeSnapshot(screen(), plain, join(folder, 'a.ans'), false);
  const text = await readFile(name, 'utf8');
  expect(text).toBe('\u001B[0;32m✓ ok\u001B[0m    \n日 \u001B[0;1mb\u001B[0m    \n');
  const cells = new Cells(8, 2);
  readFrame(text, cells);
  expect(cells.toAnsi(plain)).toBe(text);
});

test('what can be no snapshot, or has no place, is said', async () => {
  await expect(writeSnapshot(screen(), plain, join(folder, 'a.png'), false)).rejects.toThrow(
    'a snapshot is FILE.txt',
  );
  await expect(writeSnapshot(screen(), plain, join(folder, 'no', 'a.txt'), false)).rejects.toThrow(
    'was not written',
  );
});
