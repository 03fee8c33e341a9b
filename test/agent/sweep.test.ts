import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal } from '../../src/agent/journal/journal.ts';
import { attemptName, runningFiles } from '../../src/agent/output/attempt-folder.ts';
import { readBootId, readProcess } from '../../src/agent/process/process-file.ts';
import { openExecutor } from '../../src/agent/process/executor.ts';
import type { OpenExecutor } from '../../src/agent/process/executor.ts';
import { childrenOf, isRunning, jobOf, pidsIn } from '../support/agent-stage.ts';
import { until } from '../support/conformance-tools.ts';

let folder = '';
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'dagtop-sweep-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const executor = (): OpenExecutor =>
  openExecutor({ dataFolder: folder, publish: () => undefined, settings: { killGraceMs: 200 } });

/** Runs an agent's parts in a process and kills it amid of its work, its launcher first if asked to; returns what its commands noted. */
async function killedAgent(count: number, pidCount: number, launcher: 'killed' | 'left'): Promise<number[]> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../support/agent-child.ts'), folder, String(count)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  await once(child.stdout, 'data');
  const path = join(folder, 'pids');
  const pids = (): number[] => (existsSync(path) ? pidsIn(readFileSync(path, 'utf8')) : []);
  await until('its commands', () => pids().length >= pidCount);
  const records = (): number =>
    readdirSync(join(folder, 'running')).filter((name) => name.endsWith('.process.json')).length;
  await until('its records', () => records() >= count - 1);
  child.kill('SIGSTOP');
  if (launcher === 'killed') for (const pid of childrenOf(child.pid)) process.kill(pid, 'SIGKILL');
  child.kill('SIGKILL');
  await once(child, 'exit');
  return pids();
}

describe('after the death of an agent', () => {
  it('the next one knows what was begun and what had ended, and ends what still runs', async () => {
    const pids = await killedAgent(3, 6, 'killed');
    expect(pids.filter(isRunning)).toEqual(pids);
    const journal = await openJournal(folder);
    const { begun, finished } = await journal.recover();
    expect(begun.map(({ run }) => run)).toEqual(['left-1', 'left-2']);
    expect(finished).toMatchObject([{ run: 'left-0', outcome: { is: 'succeeded', output: { n: 1 } } }]);
    const next = executor();
    await next.sweep(begun);
    expect(pids.filter(isRunning)).toEqual([]);
    expect(readdirSync(join(folder, 'running'))).toEqual([]);
    await next.close();
    await journal.close();
  });

  it('its launcher ends what it can reach, and the next agent the rest', async () => {
    const pids = await killedAgent(2, 3, 'left');
    // The one that left its group and ignores TERM goes on.
    await until('the groups to end', () => pids.filter(isRunning).length === 1);
    const next = executor();
    await next.sweep([jobOf('left-1', { argv: [] })]);
    expect(pids.filter(isRunning)).toEqual([]);
    await next.close();
  });

  it('ends nothing of attempts that it is not asked for', async () => {
    const pids = await killedAgent(3, 6, 'killed');
    const next = executor();
    await next.sweep([jobOf('left-1', { argv: [] })]);
    expect(pids.filter(isRunning)).toHaveLength(3);
    await next.sweep([jobOf('left-2', { argv: [] })]);
    expect(pids.filter(isRunning)).toEqual([]);
    await next.close();
  });

  it('finds the group of a command that threw its environment away, by its record', async () => {
    const { pid, ended } = stranger();
    const next = executor();
    const key = jobOf('left', { argv: [] });
    const path = runningFiles(folder, attemptName(key)).process;
    writeFileSync(
      path,
      JSON.stringify({ boot: readBootId(), pid, startTicks: readProcess(pid)?.startTicks }),
    );
    await next.sweep([key]);
    expect(isRunning(pid)).toBe(false);
    await ended;
    await next.close();
  });

  it('leaves a process alone whose number was given anew', async () => {
    const { pid, ended } = stranger();
    const next = executor();
    const startTicks = readProcess(pid)?.startTicks ?? 0;
    const records = [
      { boot: readBootId(), pid, startTicks: startTicks - 1 },
      { boot: 'another boot', pid, startTicks },
      { boot: readBootId(), pid: 1, startTicks: readProcess(1)?.startTicks },
      { boot: readBootId(), pid: process.pid, startTicks: readProcess(process.pid)?.startTicks },
      { boot: readBootId(), pid: -1, startTicks },
      'nonsense',
    ];
    for (const [at, record] of records.entries()) {
      const key = jobOf(`left-${at}`, { argv: [] });
      writeFileSync(runningFiles(folder, attemptName(key)).process, JSON.stringify(record));
      await next.sweep([key]);
      expect(isRunning(pid)).toBe(true);
    }
    await next.close();
    process.kill(pid, 'SIGKILL');
    await ended;
  });
});

/** A process that is nobody's attempt, in a group of its own. */
function stranger(): { pid: number; ended: Promise<unknown> } {
  const child = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
  return { pid: child.pid ?? 0, ended: once(child, 'exit') };
}
