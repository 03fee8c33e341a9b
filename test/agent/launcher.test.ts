import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentStage, childrenOf, isRunning, pidsIn } from '../support/agent-stage.ts';
import { until } from '../support/conformance-tools.ts';

let stage: AgentStage;
beforeEach(() => void (stage = new AgentStage()));
afterEach(() => stage.end());

const env = (): Record<string, string> => ({ PIDS: join(stage.folder, 'pids') });
const noted = (): number[] => {
  const { PIDS = '' } = env();
  return existsSync(PIDS) ? pidsIn(readFileSync(PIDS, 'utf8')) : [];
};
/** This process has no other children that are Node. */
const launchers = (): number[] =>
  childrenOf(process.pid).filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('launcher-process'),
  );

describe('the process that starts the commands', () => {
  it('is started by the first of them, serves them all, and ends with the executor', async () => {
    expect(launchers()).toEqual([]);
    await stage.sh('true');
    const [launcher = 0] = launchers();
    await Promise.all(Array.from({ length: 20 }, () => stage.sh('true')));
    expect(launchers()).toEqual([launcher]);
    const other = new AgentStage();
    await other.sh('true');
    expect(launchers()).toHaveLength(2);
    await other.end();
    expect(launchers()).toEqual([launcher]);
  });

  it('dies: what runs is ended, since nobody can tell how it will end, and another one starts what comes', async () => {
    const shell = `trap '' TERM; echo $$ >> "$PIDS"; echo last words >&2; while :; do sleep 0.1; done`;
    const running = [1, 2, 3].map(() => stage.executor.start(stage.job({ shell }, { env: env() })));
    await until('its commands', () => noted().length === 3);
    for (const pid of launchers()) process.kill(pid, 'SIGKILL');
    for (const { ended } of running)
      expect((await ended).outcome).toEqual({ is: 'failed', error: 'nobody knows how it ended: last words' });
    expect(noted().filter(isRunning)).toEqual([]);
    expect((await stage.sh('exit 3')).outcome).toEqual({ is: 'failed', error: 'exit code 3', exitCode: 3 });
  });

  it('dies with commands in its hands: each ends, and none that was started goes on', async () => {
    await stage.sh('true');
    const shell = 'echo $$ >> "$PIDS"; exec sleep 1000';
    const begun = Array.from({ length: 50 }, () =>
      stage.executor.start(stage.job({ shell }, { env: env() })),
    );
    await until('the first', () => noted().length > 0);
    for (const pid of launchers()) process.kill(pid, 'SIGKILL');
    // What was begun later runs under its successor.
    const later = begun.map(async (execution) => {
      const isOver = execution.ended.then(() => true);
      await until(
        'its end or its successor',
        async () => (await Promise.race([isOver, turn(false)])) || launchers().length > 0,
      );
      execution.stop();
      return execution.ended;
    });
    for (const { outcome } of await Promise.all(later)) expect(['failed', 'canceled']).toContain(outcome.is);
    expect(noted().filter(isRunning)).toEqual([]);
    expect(readdirSync(join(stage.folder, 'running'))).toEqual([]);
  });

  it('dies at any moment: what comes then ends all the same', async () => {
    for (let turns = 0; turns < 120; turns += 3) {
      await stage.sh('true');
      for (const pid of launchers()) process.kill(pid, 'SIGKILL');
      const coming = [stage.sh('true')];
      for (let at = 0; at < turns; at += 1) {
        await turn();
        if (at % 3 === 0) coming.push(stage.sh('true'));
      }
      for (const { outcome } of await Promise.all(coming)) {
        if (outcome.is !== 'succeeded')
          expect(outcome).toMatchObject({ error: expect.stringContaining('that starts commands has died') });
      }
    }
  });

  it('ignores the signals that a terminal sends to all', async () => {
    const execution = stage.executor.start(
      stage.job({ shell: 'echo $$ >> "$PIDS"; sleep 0.5; exit 4' }, { env: env() }),
    );
    await until('its command', () => noted().length === 1);
    for (const pid of launchers())
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid, signal);
    expect((await execution.ended).outcome).toMatchObject({ exitCode: 4 });
  });
});

describe('a command that is stopped while it is being started', () => {
  it('ends, whichever of the two comes first', async () => {
    await stage.sh('true');
    for (let turns = 0; turns < 40; turns += 1) {
      const execution = stage.executor.start(
        stage.job({ shell: 'echo $$ >> "$PIDS"; exec sleep 1000' }, { env: env() }),
      );
      for (let at = 0; at < turns; at += 1) await turn();
      execution.stop();
      expect((await execution.ended).outcome).toEqual({ is: 'canceled' });
    }
    expect(noted().filter(isRunning)).toEqual([]);
    expect(readdirSync(join(stage.folder, 'running'))).toEqual([]);
  });
});

describe('named pipes', () => {
  it('that cannot be made fail the command and say why', async () => {
    rmSync(join(stage.folder, 'pipes'), { recursive: true });
    const { outcome } = await stage.sh('true');
    expect(outcome).toMatchObject({
      is: 'failed',
      error: expect.stringMatching(/no named pipe can be made in .*pipes: mkfifo: .*No such file/),
    });
  });

  it('are gone once they are read, and with their agent', async () => {
    await Promise.all(Array.from({ length: 100 }, () => stage.sh('echo out; echo err >&2')));
    const left = readdirSync(join(stage.folder, 'pipes'));
    expect(left.length).toBeLessThan(256);
    await stage.executor.close();
    expect(readdirSync(stage.folder)).not.toContain('pipes');
  });
});
