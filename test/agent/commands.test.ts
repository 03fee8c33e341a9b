import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../src/model/limits.ts';
import { AgentStage } from '../support/agent-stage.ts';

let stage: AgentStage;
beforeEach(() => void (stage = new AgentStage()));
afterEach(() => stage.end());

const LEFT_BEHIND = {
  DAGTOP_TOKEN: 'secret',
  DAGTOP_BROKER: 'nats://user:password@host',
  PATH: process.env['PATH'],
};

describe('how a command ends', () => {
  it('well, with nothing written and nothing left on the disk', async () => {
    const { outcome, wrote } = await stage.run({ argv: ['true'] });
    expect(outcome).toEqual({ is: 'succeeded' });
    expect(wrote).toEqual({ stdoutBytes: 0, stderrBytes: 0, droppedBytes: 0, tail: '' });
    expect(readdirSync(join(stage.folder, 'running'))).toEqual([]);
    expect(readdirSync(join(stage.folder, 'attempts'))).toEqual([]);
  });

  it('well, just when its process is to be noted', async () => {
    await Promise.all(Array.from({ length: 60 }, (_, at) => stage.sh(`sleep 0.${190 + (at % 20)}`)));
    expect(stage.notices).toEqual([]);
    expect(readdirSync(join(stage.folder, 'running'))).toEqual([]);
  });

  it('with an exit code and the last line of its errors', async () => {
    const { outcome, wrote } = await stage.sh(
      'echo out; echo first >&2; printf "no \\033[31mluck\\n\\n" >&2; exit 75',
    );
    expect(outcome).toEqual({ is: 'failed', error: 'exit code 75: no luck', exitCode: 75 });
    expect(wrote).toMatchObject({ stdoutBytes: 4, stderrBytes: 20, droppedBytes: 0 });
    expect(wrote?.tail).toContain('first\n');
  });

  it('by a signal', async () => {
    const { outcome } = await stage.sh('kill -SEGV $$');
    expect(outcome).toEqual({ is: 'failed', error: 'ended by SIGSEGV', signal: 'SIGSEGV' });
  });

  it('takes its arguments as they are, without a shell', async () => {
    const { outcome } = await stage.run({ argv: ['printf', '{"text":"%s"}', '$HOME; `id` *'] });
    expect(outcome).toEqual({ is: 'succeeded', output: { text: '$HOME; `id` *' } });
  });
});

describe('what cannot be started fails and says why', () => {
  it('an unknown command', async () => {
    const { outcome } = await stage.run({ argv: ['no-such-command-here'] });
    expect(outcome).toEqual({ is: 'failed', error: 'command not found: no-such-command-here' });
  });

  it('a path that is not there', async () => {
    const { outcome } = await stage.run({ argv: ['/no/such/program'] });
    expect(outcome).toEqual({ is: 'failed', error: 'there is no program /no/such/program' });
  });

  it('a file that may not be executed', async () => {
    const file = join(stage.folder, 'plain.txt');
    writeFileSync(file, 'text');
    chmodSync(file, 0o644);
    const { outcome } = await stage.run({ argv: [file] });
    expect(outcome).toMatchObject({ is: 'failed', error: expect.stringContaining('may not be executed') });
  });

  it('a working directory that is not there, or is none', async () => {
    const missing = await stage.run({ argv: ['true'] }, { workingDir: '/no/such/folder' });
    expect(missing.outcome).toMatchObject({
      error: expect.stringContaining('the working directory /no/such/folder'),
    });
    const file = await stage.run({ argv: ['true'] }, { workingDir: '/etc/passwd' });
    expect(file.outcome).toMatchObject({ error: 'the working directory /etc/passwd is no folder' });
  });

  it('arguments larger than the system takes', async () => {
    const { outcome } = await stage.run({ argv: ['true', 'x'.repeat(200 * 1024)] });
    expect(outcome).toMatchObject({
      is: 'failed',
      error: expect.stringContaining('larger than this system takes'),
    });
  });

  it('a zero byte in an argument', async () => {
    const { outcome } = await stage.run({ argv: ['echo', 'a\0b'] });
    expect(outcome).toMatchObject({ is: 'failed', error: expect.stringContaining("can't be started") });
  });
});

describe('what a command is told', () => {
  it('who it is, its parameters and its input', async () => {
    const job = stage.job(
      { shell: 'env | grep -E "^(DAGTOP_|MINE)" | sort; cat "$DAGTOP_INPUT_FILE"' },
      {
        params: { day: '2026-11-24', n: 3 },
        inputs: { up: { rows: [1, 2] } },
        env: { MINE: 'yes', DAGTOP_RUN: 'forged' },
      },
    );
    await stage.executor.start(job).ended;
    const text = Buffer.concat((await stage.kept(job)).pieces.map(({ bytes }) => bytes)).toString();
    expect(text).toContain('DAGTOP_ATTEMPT=1\n');
    expect(text).toContain('DAGTOP_DAG=dag\n');
    expect(text).toContain('DAGTOP_INPUT={"up":{"rows":[1,2]}}\n');
    expect(text).toContain('DAGTOP_NODE=node\n');
    expect(text).toContain('DAGTOP_PARAMS={"day":"2026-11-24","n":3}\n');
    expect(text).toContain(`DAGTOP_RUN=${job.run}\n`);
    expect(text).toContain('MINE=yes\n{"up":{"rows":[1,2]}}');
  });

  it('the trace it belongs to, instead of the one in which the agent was started', async () => {
    const other = new AgentStage({
      environment: { ...process.env, TRACEPARENT: 'mine', TRACESTATE: 'mine' },
    });
    const job = other.job({ shell: 'printf \'{"trace":"%s%s"}\' "$TRACEPARENT" "$TRACESTATE"' });
    const { outcome } = await other.executor.start(job).ended;
    expect(outcome).toEqual({ is: 'succeeded', output: { trace: job.traceparent } });
    await other.end();
  });

  it('a large input by file alone, and no larger one than the bound', async () => {
    const inputs = { up: 'x'.repeat(limits.inputEnvMaxBytes) };
    const { outcome } = await stage.sh(
      'printf "{\\"env\\":\\"%s\\",\\"file\\":%d}" "$DAGTOP_INPUT" "$(wc -c < "$DAGTOP_INPUT_FILE")"',
      { inputs },
    );
    expect(outcome).toEqual({ is: 'succeeded', output: { env: '', file: JSON.stringify(inputs).length } });
    const { outcome: beyond } = await stage.sh('true', { inputs: { up: 'x'.repeat(limits.outputMaxBytes) } });
    expect(beyond).toMatchObject({ is: 'failed', error: expect.stringContaining('the bound is') });
  });

  it('nothing of what is the agent’s own', async () => {
    const other = new AgentStage({ environment: LEFT_BEHIND });
    const { outcome } = await other.sh(
      'printf \'{"token":"%s","broker":"%s"}\' "$DAGTOP_TOKEN" "$DAGTOP_BROKER"',
    );
    expect(outcome).toEqual({ is: 'succeeded', output: { token: '', broker: '' } });
    await other.end();
  });

  it('nothing on its standard input', async () => {
    const { outcome } = await stage.sh('printf \'{"bytes":%d}\' "$(wc -c)"');
    expect(outcome).toEqual({ is: 'succeeded', output: { bytes: 0 } });
  });

  it('streams that it may open again by name, and that block when they are full', async () => {
    const job = stage.job({
      shell: 'echo out > /dev/stdout; echo err > /dev/stderr; grep flags /proc/$$/fdinfo/1 | tail -c 6',
    });
    const { outcome } = await stage.executor.start(job).ended;
    expect(outcome).toEqual({ is: 'succeeded' });
    const text = async (stream: 'stdout' | 'stderr'): Promise<string> =>
      Buffer.concat((await stage.kept(job, stream)).pieces.map(({ bytes }) => bytes)).toString();
    expect(await text('stderr')).toBe('err\n');
    const [out, flags = ''] = (await text('stdout')).split('\n');
    expect(out).toBe('out');
    const NONBLOCK = 0o4000;
    expect(Number.parseInt(flags, 8) & NONBLOCK).toBe(0);
  });

  it('its working directory', async () => {
    mkdirSync(join(stage.folder, 'here'));
    await stage.sh('touch been-here', { workingDir: join(stage.folder, 'here') });
    expect(existsSync(join(stage.folder, 'here', 'been-here'))).toBe(true);
  });
});

describe('what a node hands on', () => {
  it('any JSON in the file of DAGTOP_OUTPUT, before its last line', async () => {
    const { outcome } = await stage.sh(
      'echo "[1, \\"two\\"]" > "$DAGTOP_OUTPUT"; echo "{\\"not\\": \\"this\\"}"',
    );
    expect(outcome).toEqual({ is: 'succeeded', output: [1, 'two'] });
  });

  it('its last line of stdout if that is a JSON object', async () => {
    expect((await stage.sh('seq 100000; echo "{\\"n\\": 1}"; echo')).outcome).toEqual({
      is: 'succeeded',
      output: { n: 1 },
    });
    expect((await stage.sh('echo "{\\"n\\": 1}"; echo done')).outcome).toEqual({ is: 'succeeded' });
    expect((await stage.sh('echo "[1]"')).outcome).toEqual({ is: 'succeeded' });
    expect((await stage.sh('echo "{oops}"')).outcome).toEqual({ is: 'succeeded' });
    expect((await stage.sh('echo "{\\"n\\": 1}" >&2')).outcome).toEqual({ is: 'succeeded' });
  });

  it('a last line of many bytes, up to the bound', async () => {
    const line = (size: number): string =>
      `seq 1000; printf '{"x":"'; head -c ${size} /dev/zero | tr '\\0' x; echo '"}'`;
    const most = limits.outputMaxBytes - '{"x":""}'.length;
    const { outcome } = await stage.sh(line(most));
    expect(outcome).toEqual({ is: 'succeeded', output: { x: 'x'.repeat(most) } });
    for (const size of [most + 1, most + 100, 3_000_000]) {
      const { outcome: beyond } = await stage.sh(line(size));
      expect(beyond).toMatchObject({ is: 'failed', error: expect.stringContaining('the bound of a node') });
    }
  });

  it('no file that is no JSON, too large, too deep, or no file', async () => {
    const cases: readonly (readonly [string, string])[] = [
      ['echo "{" > "$DAGTOP_OUTPUT"', 'is no JSON'],
      [': > "$DAGTOP_OUTPUT"', 'is empty'],
      ['head -c 300000 /dev/zero > "$DAGTOP_OUTPUT"', 'the bound of a node'],
      [
        '(head -c 5000 /dev/zero | tr "\\0" "["; head -c 5000 /dev/zero | tr "\\0" "]") > "$DAGTOP_OUTPUT"',
        'nested deeper',
      ],
      ['(printf "[1e20"; yes ,1e20 | head -n 30000; printf "]") > "$DAGTOP_OUTPUT"', 'the bound of a node'],
      ['mkfifo "$DAGTOP_OUTPUT"', 'is no regular file'],
      ['mkdir "$DAGTOP_OUTPUT"', 'is no regular file'],
      ['ln -s /etc/passwd "$DAGTOP_OUTPUT"', "can't be read"],
    ];
    for (const [shell, problem] of cases) {
      const { outcome } = await stage.sh(shell);
      expect(outcome).toMatchObject({ is: 'failed', error: expect.stringContaining(problem), exitCode: 0 });
    }
    expect(readdirSync(join(stage.folder, 'running'))).toEqual([]);
  });

  it('nothing when it fails', async () => {
    const { outcome } = await stage.sh('echo 1 > "$DAGTOP_OUTPUT"; exit 1');
    expect(outcome).toEqual({ is: 'failed', error: 'exit code 1', exitCode: 1 });
  });
});
