import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finishedEvent } from '../../src/agent/agent-events.ts';
import { openJournal } from '../../src/agent/journal/journal.ts';
import { checkLogIdentity } from '../../src/agent/log-identity.ts';
import { hostNames } from '../../src/agent/host.ts';
import type { Finished, Journal } from '../../src/agent/ports.ts';
import { readBootId, readProcess } from '../../src/agent/process/process-file.ts';
import type { Outcome } from '../../src/model/event.ts';
import type { AttemptKey, DagName, Incarnation, NodeName, RunId, ServerName } from '../../src/model/ids.ts';
import { range } from '../support/conformance-tools.ts';

let folder = '';
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'dagtop-journal-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const key = (run: string, attempt = 1): AttemptKey => ({
  run: run as RunId,
  node: 'n/ö"\n' as NodeName,
  attempt,
});
const result = (
  of: AttemptKey,
  outcome: Outcome = { is: 'succeeded', output: { line: 'a\nb\u2028c' } },
): Finished =>
  finishedEvent(
    { ...of, dag: 'd' as DagName },
    'srv' as ServerName,
    'inc' as Incarnation,
    { outcome, wrote: undefined },
    1,
    0,
  );
const file = (): string => join(folder, 'journal');

/** The journal as the next process finds it. */
async function reopened(journal: Journal): Promise<Journal> {
  await journal.close();
  return openJournal(folder);
}

describe('the journal', () => {
  it('knows what was begun, what ended, and what the log has', async () => {
    let journal = await openJournal(folder);
    expect(await journal.recover()).toEqual({ begun: [], finished: [] });
    expect(await journal.begin([key('a'), key('b'), key('c')])).toEqual([key('a'), key('b'), key('c')]);
    expect(await journal.begin([key('b'), key('d'), key('b', 2)])).toEqual([key('d'), key('b', 2)]);
    await journal.finish([result(key('a')), result(key('b'))]);
    await journal.confirm([key('a')]);
    for (const _ of range(3)) {
      journal = await reopened(journal);
      expect(await journal.recover()).toEqual({
        begun: [key('c'), key('d'), key('b', 2)],
        finished: [result(key('b'))],
      });
      expect(await journal.begin([key('a'), key('b'), key('c'), key('d')])).toEqual([]);
    }
    await journal.close();
  });

  it('lets one of two at once begin an attempt', async () => {
    const journal = await openJournal(folder);
    const fresh = await Promise.all(range(20).map(() => journal.begin([key('a')])));
    expect(fresh.flat()).toEqual([key('a')]);
    await journal.close();
  });

  it('bears what a killed process left half written', async () => {
    let journal = await openJournal(folder);
    await journal.begin([key('a'), key('b')]);
    await journal.finish([result(key('a'))]);
    await journal.close();
    const whole = readFileSync(file());
    for (let cut = 1; cut < 60; cut += 1) {
      writeFileSync(file(), whole);
      truncateSync(file(), whole.length - cut);
      journal = await openJournal(folder);
      expect(await journal.recover()).toEqual(
        cut === 1
          ? { begun: [key('b')], finished: [result(key('a'))] }
          : { begun: [key('a'), key('b')], finished: [] },
      );
      expect(await journal.begin([key('c')])).toEqual([key('c')]);
      journal = await reopened(journal);
      expect((await journal.recover()).begun).toContainEqual(key('c'));
      await journal.close();
    }
  });

  it('bears lines that are none of its own', async () => {
    let journal = await openJournal(folder);
    await journal.begin([key('a')]);
    appendFileSync(
      file(),
      'nonsense\n[]\n{}\nnull\n["f"]\n["f",null]\n["b",1,2,3]\n["c","x","y",1]\n["z"]\n\0\xff\n',
    );
    journal = await reopened(journal);
    expect(await journal.recover()).toEqual({ begun: [key('a')], finished: [] });
    await journal.close();
  });

  it('keeps its id, but mints one after a reboot and when it was removed', async () => {
    let journal = await openJournal(folder);
    const first = journal.id;
    expect(first).not.toBe('');
    journal = await reopened(journal);
    expect(journal.id).toBe(first);
    await journal.begin([key('a')]);
    await journal.close();
    writeFileSync(file(), readFileSync(file(), 'utf8').replaceAll(readBootId(), 'an earlier boot'));
    journal = await openJournal(folder);
    const second = journal.id;
    expect(second).not.toBe(first);
    expect(await journal.begin([key('a')])).toEqual([]);
    journal = await reopened(journal);
    expect(journal.id).toBe(second);
    await journal.close();
    rmSync(file());
    journal = await openJournal(folder);
    expect([first, second]).not.toContain(journal.id);
    await journal.close();
  });

  it('stays small while attempts come and go, and forgets none within its bounds', async () => {
    const bounds = { confirmedMax: 50, confirmedMs: 3_600_000, rewriteAboveBytes: 20_000 };
    let journal = await openJournal(folder, bounds);
    await journal.begin([key('open'), key('unsent')]);
    await journal.finish([result(key('unsent'))]);
    let largest = 0;
    for (const at of range(2_000)) {
      const keys = [key(`r${at}`)];
      await journal.begin(keys);
      await journal.finish(keys.map((of) => result(of)));
      await journal.confirm(keys);
      largest = Math.max(largest, statSync(file()).size);
    }
    expect(largest).toBeLessThan(60_000);
    const id = journal.id;
    await journal.close();
    journal = await openJournal(folder, bounds);
    expect(journal.id).toBe(id);
    expect(await journal.recover()).toEqual({ begun: [key('open')], finished: [result(key('unsent'))] });
    expect(await journal.begin(range(50).map((at) => key(`r${1_950 + at}`)))).toEqual([]);
    expect(await journal.begin([key('r1000')])).toEqual([key('r1000')]);
    await journal.close();
  });

  it('loses nothing of what is appended while it is written anew', async () => {
    const bounds = { confirmedMax: 1_000_000, confirmedMs: 3_600_000, rewriteAboveBytes: 4_000 };
    let journal = await openJournal(folder, bounds);
    await Promise.all(
      range(3_000).map(async (at) => {
        await journal.begin([key(`r${at}`)]);
        if (at % 3 > 0) await journal.finish([result(key(`r${at}`))]);
        if (at % 3 > 1) await journal.confirm([key(`r${at}`)]);
      }),
    );
    journal = await reopened(journal);
    const { begun, finished } = await journal.recover();
    const sorted = (keys: readonly AttemptKey[]): number[] =>
      keys.map(({ run }) => Number(run.slice(1))).sort((one, other) => one - other);
    expect(sorted(begun)).toEqual(range(1_000).map((at) => 3 * at));
    expect(sorted(finished)).toEqual(range(1_000).map((at) => 3 * at + 1));
    expect(await journal.begin(range(3_000).map((at) => key(`r${at}`)))).toEqual([]);
    expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([]);
    await journal.close();
  });

  it('forgets attempts of long ago', async () => {
    const bounds = { confirmedMax: 10, confirmedMs: 0, rewriteAboveBytes: 1_000_000 };
    const journal = await openJournal(folder, bounds);
    await journal.begin([key('a'), key('b')]);
    await journal.confirm([key('a')]);
    const startMs = Date.now();
    while (Date.now() === startMs);
    await journal.confirm([key('b')]);
    expect(await journal.begin([key('a')])).toEqual([key('a')]);
    await journal.close();
  });
});

describe('the lock of a folder', () => {
  it('turns a second agent away and names the first', async () => {
    const journal = await openJournal(folder);
    await expect(openJournal(folder)).rejects.toMatchObject({
      code: 'folder_locked',
      message: expect.stringContaining(`process ${process.pid} `),
      hint: expect.stringContaining(`kill ${process.pid}`),
    });
    await journal.close();
    await (await openJournal(folder)).close();
  });

  it('is let in by one only of many that come at once', async () => {
    for (const _ of range(10)) {
      const tries = await Promise.allSettled(range(8).map(() => openJournal(folder)));
      const held = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(held).toHaveLength(1);
      await held[0]?.close();
    }
    expect(readdirSync(folder).filter((name) => name.includes('lock'))).toHaveLength(1);
  });

  it('is held across processes, and free once its holder was killed', async () => {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, '../support/agent-child.ts'), folder, '0'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await once(child.stdout, 'data');
    await expect(openJournal(folder)).rejects.toMatchObject({
      message: expect.stringContaining(`process ${child.pid} `),
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await openJournal(folder)).close();
  });

  it('is free when its holder is of another boot, or its number was given anew', async () => {
    const startTicks = readProcess(process.pid)?.startTicks ?? 0;
    const holders = [
      { pid: process.pid, startTicks, boot: 'another boot' },
      { pid: process.pid, startTicks: startTicks + 1, boot: readBootId() },
      { pid: -1, startTicks, boot: readBootId() },
      'nonsense',
    ];
    for (const [at, holder] of holders.entries()) {
      writeFileSync(join(folder, `lock-${at + 100}`), JSON.stringify(holder));
      await (await openJournal(folder)).close();
    }
  });

  it('is not to be had where the folder cannot be', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(openJournal(join(folder, 'file', 'data'))).rejects.toMatchObject({
      code: 'data_folder_not_usable',
    });
  });
});

describe('the event log of a folder', () => {
  it('is remembered, and another one refused until it is meant', async () => {
    await checkLogIdentity(folder, 'one');
    await checkLogIdentity(folder, 'one');
    await expect(checkLogIdentity(folder, 'two')).rejects.toMatchObject({
      code: 'foreign_log',
      hint: expect.stringContaining('--new-log'),
    });
    await checkLogIdentity(folder, 'one');
    await checkLogIdentity(folder, 'two', { newLog: true });
    await expect(checkLogIdentity(folder, 'one')).rejects.toMatchObject({ code: 'foreign_log' });
    await expect(checkLogIdentity(join(folder, 'none'), 'one')).rejects.toMatchObject({
      code: 'data_folder_not_usable',
    });
  });
});

it('a host has a name, and no address that every host has', () => {
  const names = hostNames();
  expect(names.length).toBeGreaterThan(0);
  expect(new Set(names).size).toBe(names.length);
  for (const name of ['127.0.0.1', '::1']) expect(names).not.toContain(name);
});
