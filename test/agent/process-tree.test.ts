import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/model/event.ts';
import { AgentStage, isRunning, pidsIn } from '../support/agent-stage.ts';
import { range, until } from '../support/conformance-tools.ts';

let stage: AgentStage;
beforeEach(() => void (stage = new AgentStage()));
afterEach(() => stage.end());

/** The pids that a command has noted down, once there are `count`. */
async function noted(count: number): Promise<number[]> {
  const path = join(stage.folder, 'pids');
  await until(`${count} pids`, () => existsSync(path) && pidsIn(readFileSync(path, 'utf8')).length >= count);
  return pidsIn(readFileSync(path, 'utf8'));
}

/** Shell text that notes its own pid. */
const NOTE = 'echo $$ >> "$PIDS"';
const env = (): { env: Record<string, string> } => ({ env: { PIDS: join(stage.folder, 'pids') } });

const gone = (pids: readonly number[]): Promise<void> =>
  until('the end of all', () => !pids.some((pid) => isRunning(pid)));

describe('stopping', () => {
  it('ends the command and all that it forked', async () => {
    const execution = stage.executor.start(
      stage.job(
        { shell: `${NOTE}; (sh -c '${NOTE}; sleep 1000'; true) & sh -c '${NOTE}; sleep 1000' | cat` },
        env(),
      ),
    );
    const pids = await noted(3);
    execution.stop();
    expect((await execution.ended).outcome).toEqual({ is: 'canceled' });
    expect(pids.filter(isRunning)).toEqual([]);
  });

  it('ends those who left its group, its session and their parents, and threw their environment away', async () => {
    const shell = [
      `setsid sh -c '${NOTE}; exec sleep 1000' &`,
      `(setsid sh -c '${NOTE}; setsid sh -c "${NOTE.replaceAll('"', '\\"')}; exec sleep 1000" & exec sleep 1000' &)`,
      `setsid env -i PIDS="$PIDS" sh -c '${NOTE}; exec sleep 1000' &`,
      `${NOTE}; exec sleep 1000`,
    ];
    const execution = stage.executor.start(stage.job({ shell: shell.join('\n') }, env()));
    const pids = await noted(5);
    execution.stop();
    expect((await execution.ended).outcome).toEqual({ is: 'canceled' });
    expect(pids.filter(isRunning)).toEqual([]);
  });

  it('asks before it kills: who cleans up is let, and who is suspended is woken', async () => {
    const patient = new AgentStage({ settings: { killGraceMs: 600_000 } });
    const shell = `trap 'sleep 0.2; touch "$PIDS.clean"; exit 0' TERM; ${NOTE}; while :; do sleep 0.05; done`;
    const tidy = patient.executor.start(stage.job({ shell }, env()));
    const suspended = patient.executor.start(stage.job({ shell: `${NOTE}; kill -STOP $$` }, env()));
    await noted(2);
    for (const execution of [tidy, suspended]) {
      execution.stop();
      expect((await execution.ended).outcome).toEqual({ is: 'canceled' });
    }
    expect(existsSync(join(stage.folder, 'pids.clean'))).toBe(true);
    await patient.end();
  });

  it('kills who ignores it', async () => {
    const shell = `trap '' TERM; ${NOTE}; sh -c '${NOTE}; while :; do sleep 1000; done' & while :; do sleep 1000; done`;
    const stubborn = stage.executor.start(stage.job({ shell }, env()));
    const pids = await noted(2);
    stubborn.stop();
    expect((await stubborn.ended).outcome).toEqual({ is: 'canceled' });
    expect(pids.filter(isRunning)).toEqual([]);
  });

  it('ends who forks faster than it can be looked at', async () => {
    const shell = `trap '' TERM; ${NOTE}; f() { sleep 0.02; setsid sh -c 'echo $$ >> "$PIDS"; sleep 1000' & }; while :; do f; done`;
    const execution = stage.executor.start(stage.job({ shell }, env()));
    await noted(10);
    execution.stop();
    await execution.ended;
    expect((await noted(10)).filter(isRunning)).toEqual([]);
  });

  it('is idempotent, and comes too late for what has ended', async () => {
    const early = stage.executor.start(stage.job({ shell: 'touch "$PIDS.ran"' }, env()));
    early.stop();
    early.stop();
    expect((await early.ended).outcome).toEqual({ is: 'canceled' });
    expect(existsSync(join(stage.folder, 'pids.ran'))).toBe(false);
    const done = stage.executor.start(stage.job({ argv: ['true'] }));
    const ended = await done.ended;
    done.stop();
    done.stop();
    expect(ended.outcome).toEqual({ is: 'succeeded' });
    expect(await done.ended).toBe(ended);
  });

  it('ends many at once', async () => {
    const executions = range(60).map(() =>
      stage.executor.start(stage.job({ shell: `${NOTE}; sleep 1000 & setsid sleep 1000; true` }, env())),
    );
    const pids = await noted(60);
    for (const execution of executions) execution.stop();
    const outcomes = await Promise.all(executions.map(({ ended }) => ended));
    expect(outcomes.map(({ outcome }) => outcome.is)).toEqual(range(60).map(() => 'canceled'));
    expect(pids.filter(isRunning)).toEqual([]);
  });
});

describe('a timeout', () => {
  it('ends the whole tree, whatever its exit code', async () => {
    const shell = `trap 'exit 0' TERM; setsid sh -c '${NOTE}; sleep 1000' & ${NOTE}; echo before; while :; do sleep 0.05; done`;
    const { outcome, wrote } = await stage.sh(shell, { ...env(), timeoutMs: 300 });
    expect(outcome).toEqual({ is: 'timed_out', error: 'ran longer than 0.3 s' });
    expect(wrote?.stdoutBytes).toBe(7);
    expect((await noted(2)).filter(isRunning)).toEqual([]);
  });

  it('may be longer than the timers of the runtime are', async () => {
    const { outcome } = await stage.sh('sleep 0.2', { timeoutMs: 300 * 24 * 3_600_000 });
    expect(outcome).toEqual({ is: 'succeeded' });
  });
});

describe('what a command leaves behind', () => {
  it('in its group is ended before the result, and does not change it', async () => {
    const { outcome } = await stage.sh(
      `sh -c '${NOTE}; sleep 1000' > /dev/null 2>&1 & while [ ! -s "$PIDS" ]; do sleep 0.01; done; echo '{"n":1}'`,
      env(),
    );
    expect(outcome).toEqual({ is: 'succeeded', output: { n: 1 } });
    expect((await noted(1)).filter(isRunning)).toEqual([]);
  });

  it('with its output open does not keep it from ending', async () => {
    const { outcome, wrote } = await stage.sh(
      `setsid sh -c 'trap "" TERM; ${NOTE}; while :; do sleep 0.1; done' & while [ ! -s "$PIDS" ]; do sleep 0.01; done; echo out`,
      env(),
    );
    expect(outcome).toEqual({ is: 'succeeded' });
    expect(wrote?.stdoutBytes).toBe(4);
    expect((await noted(1)).filter(isRunning)).toEqual([]);
  });

  it('as a daemon is ended behind the result', async () => {
    const { outcome } = await stage.sh(
      `(setsid sh -c '${NOTE}; exec sleep 1000' > /dev/null 2>&1 &); while [ ! -s "$PIDS" ]; do sleep 0.01; done`,
      env(),
    );
    expect(outcome).toEqual({ is: 'succeeded' });
    await gone(await noted(1));
    expect(stage.notices.join()).toContain('left 1 process');
  });

  it('is ended before the executor closes', async () => {
    await stage.sh(
      `(setsid sh -c '${NOTE}; exec sleep 1000' > /dev/null 2>&1 &); while [ ! -s "$PIDS" ]; do sleep 0.01; done`,
      env(),
    );
    await stage.executor.close();
    expect((await noted(1)).filter(isRunning)).toEqual([]);
  });

  it('is not taken for what another attempt runs', async () => {
    const other = stage.executor.start(stage.job({ shell: `${NOTE}; sleep 1000` }, env()));
    const [pid = 0] = await noted(1);
    const stopped = stage.executor.start(stage.job({ argv: ['sleep', '1000'] }));
    stopped.stop();
    await stopped.ended;
    await stage.sh('setsid sleep 1000 & true');
    expect(isRunning(pid)).toBe(true);
    other.stop();
    await other.ended;
  });
});

describe('many commands', () => {
  it('start at once, two thousand of them', async () => {
    const outcomes = await Promise.all(range(2_000).map(() => stage.run({ argv: ['true'] })));
    expect(outcomes.filter(({ outcome }) => outcome.is !== 'succeeded')).toEqual([]);
  });

  it('fail with a clear error where no more files can be opened, and do no harm to the agent', async () => {
    const program = join(import.meta.dirname, '../support/agent-crowd.ts');
    const child = spawn('sh', ['-c', 'ulimit -n 80 && exec "$@"', 'sh', process.execPath, program, '200'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said = await text(child.stdout);
    const { crowd, after } = JSON.parse(said) as { crowd: Outcome[]; after: Outcome };
    expect(after).toEqual({ is: 'succeeded' });
    expect(crowd).toHaveLength(200);
    const failed = crowd.filter(({ is }) => is === 'failed');
    expect(failed.length).toBeGreaterThan(100);
    for (const outcome of failed)
      expect(outcome).toMatchObject({ error: expect.stringContaining('too many files are open') });
    expect(crowd.filter(({ is }) => is === 'succeeded').length).toBe(200 - failed.length);
    expect(failed.length).toBeLessThan(200);
  });
});
