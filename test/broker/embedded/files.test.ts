import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openBroker } from '../../../src/broker/open.ts';
import type { Broker } from '../../../src/broker/port/port.ts';
import { LOG_START } from '../../../src/model/ids.ts';
import { SYSTEM_TOPIC } from '../../../src/model/subject.ts';

let root: string;
const brokers: Broker[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'dagtop-files-'));
});

afterEach(async () => {
  await Promise.all(brokers.splice(0).map((broker) => broker.close()));
  await rm(root, { recursive: true, force: true });
});

async function open(folder = root): Promise<Broker> {
  const broker = await openBroker(`embedded:${folder}`, { namespace: 'dag' });
  brokers.push(broker);
  return broker;
}

const record = (text: string) => ({ topic: SYSTEM_TOPIC, body: new TextEncoder().encode(text) });

/** A folder with three records, closed again. */
async function usedFolder(): Promise<string> {
  const broker = await open();
  await broker.log.append(['a', 'b', 'c'].map(record));
  await broker.close();
  return join(root, 'dag');
}

async function texts(broker: Broker, count: number): Promise<string[]> {
  const read: string[] = [];
  const end = await broker.log.follow(LOG_START, {
    onRecords: (records) => void read.push(...records.map(({ body }) => new TextDecoder().decode(body))),
    onFault: (error) => void read.push(error.message),
  });
  await vi.waitUntil(() => read.length >= count, { timeout: 20_000 });
  end();
  return read;
}

describe('the folder', () => {
  it('is made when it is missing, for its owner alone', async () => {
    await open(join(root, 'new', 'deeper'));
    expect((await stat(join(root, 'new', 'deeper', 'dag'))).mode & 0o777).toBe(0o700);
  });

  it.each(['with space', 'ümläut', '100%', 'a#b', 'a?b=c', "quo'te"])('may be called %j', async (name) => {
    const broker = await open(join(root, name));
    await broker.log.append([record('here')]);
    expect(await readdir(root)).toEqual([name]);
    expect(await texts(broker, 1)).toEqual(['here']);
  });

  it('that cannot be made is told, with what to do', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(open(join(root, 'file'))).rejects.toMatchObject({
      code: 'folder_not_usable',
      message: `cannot make the folder ${root}/file/dag: ENOTDIR`,
      hint: expect.stringContaining('--broker embedded:FOLDER'),
    });
  });
});

describe('a log file that is', () => {
  it('garbage is refused, and left as it is', async () => {
    const folder = await usedFolder();
    await writeFile(join(folder, 'log.db'), 'garbage '.repeat(4_096));
    await expect(open()).rejects.toMatchObject({
      code: 'log_damaged',
      hint: expect.stringContaining('move the folder away (keep it)'),
    });
    expect((await stat(join(folder, 'log.db'))).size).toBe(8 * 4_096);
  });

  it('cut short is refused before anything is decided by it', async () => {
    const folder = await usedFolder();
    const { size } = await stat(join(folder, 'log.db'));
    await truncate(join(folder, 'log.db'), size - 4_096);
    const used = async (): Promise<void> => {
      const broker = await open();
      await texts(broker, 3);
      await broker.log.append([record('d')]);
    };
    await expect(used()).rejects.toMatchObject({ code: 'log_damaged' });
  });

  it('a database of somebody else is refused, and left as it is', async () => {
    await mkdir(join(root, 'dag'));
    const path = join(root, 'dag', 'log.db');
    const other = new DatabaseSync(path);
    other.exec('CREATE TABLE customers (name TEXT); INSERT INTO customers VALUES (1)');
    other.close();
    await expect(open()).rejects.toMatchObject({ message: `${path} is not a file of dagtop` });
    const again = new DatabaseSync(path);
    expect(again.prepare('SELECT count(*) AS rows FROM customers').get()).toEqual({ rows: 1 });
    again.close();
  });

  it('of a newer dagtop is refused', async () => {
    const path = join(await usedFolder(), 'log.db');
    const newer = new DatabaseSync(path);
    newer.exec('PRAGMA user_version = 2');
    newer.close();
    await expect(open()).rejects.toMatchObject({
      code: 'log_too_new',
      message: `${path} has format 2; this dagtop knows 1`,
    });
  });

  it('empty is a new log', async () => {
    await mkdir(join(root, 'dag'));
    await writeFile(join(root, 'dag', 'log.db'), '');
    const broker = await open();
    expect(await broker.log.head()).toBe(0);
  });
});

describe('while it is in use', () => {
  it('a log that is deleted stops everyone who follows it', async () => {
    const broker = await open();
    const faults: unknown[] = [];
    await broker.log.follow(LOG_START, {
      onRecords: () => undefined,
      onFault: (error) => void faults.push(error),
    });
    await rm(join(root, 'dag', 'log.db'));
    await vi.waitUntil(() => faults.length > 0, { timeout: 20_000 });
    expect(faults).toEqual([expect.objectContaining({ code: 'log_gone' })]);
  });

  it('a log that is exchanged for another is not taken for the same', async () => {
    const broker = await open();
    const identity = await broker.log.identity();
    const other = join(root, 'other');
    await open(other);
    const faults: unknown[] = [];
    await broker.log.follow(LOG_START, {
      onRecords: () => undefined,
      onFault: (error) => void faults.push(error),
    });
    await rename(join(other, 'dag', 'log.db'), join(root, 'dag', 'log.db'));
    await vi.waitUntil(() => faults.length > 0, { timeout: 20_000 });
    expect(await (await open(join(root, 'third'))).log.identity()).not.toBe(identity);
  });

  it('an append waits for another process that holds the lock, and nobody hears of it', async () => {
    const broker = await open();
    await broker.log.append([record('a')]);
    const hold = `
      const { DatabaseSync } = require('node:sqlite');
      const db = new DatabaseSync(process.argv[1]);
      db.exec('BEGIN IMMEDIATE');
      console.log('held');
      setTimeout(() => { db.exec('ROLLBACK'); db.close(); }, 1_500);`;
    const holder = spawn(process.execPath, ['-e', hold, join(root, 'dag', 'log.db')]);
    const ended = once(holder, 'exit');
    await once(holder.stdout, 'data');
    await broker.log.append([record('b')]);
    expect(await texts(broker, 2)).toEqual(['a', 'b']);
    await ended;
  });

  it('what buses of earlier boots left is removed', async () => {
    const folder = await usedFolder();
    await writeFile(join(folder, 'bus-0badb007.db'), '');
    await open();
    expect(await readdir(folder)).not.toContain('bus-0badb007.db');
  });
});
