import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openSqlite } from '../../src/history/sqlite/sqlite.ts';

it('can be read by its owner alone, with all that SQLite puts beside it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dagtop-history-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'history.db');
  const database = openSqlite(path);
  const modes = await Promise.all([path, `${path}-wal`].map(async (file) => (await stat(file)).mode & 0o777));
  await database.close();
  expect(modes).toEqual([0o600, 0o600]);
});
