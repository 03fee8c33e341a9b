import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster } from '../support/e2e-cluster.ts';
import type { Ran } from '../support/e2e-cluster.ts';

const ESCAPE = String.fromCodePoint(27);

const DAGS = `nodes:
  good: {command: "echo fine"}
  bad: {depends: good, command: "echo 'no such disk' >&2; exit 7"}
`;

let cluster: Cluster;
const dagtop = (...args: string[]): Promise<Ran> => cluster.dagtop(...args);

beforeAll(async () => {
  cluster = await Cluster.start();
  await cluster.write('dags/breaks.yaml', DAGS);
  await cluster.write(
    'dags/works.yaml',
    'params: {top: 3}\nnodes: {only: {command: "echo $DAGTOP_PARAMS"}}\n',
  );
  await cluster.write('nodes.yaml', 'servers: [{host: srv-1, nodes: ["*"]}]\n');
  await cluster.does('apply', 'dags', 'nodes.yaml');
  await cluster.agent('srv-1');
});

afterAll(async () => {
  await cluster.stop();
});

describe('the exit code tells a script', () => {
  it('0: the run succeeded', async () => {
    expect(await dagtop('run', 'works', '--wait')).toMatchObject({ code: 0 });
  });

  it('3: it failed; and what failed is in the lines', async () => {
    const { code, stdout } = await dagtop('run', 'breaks', '--wait');
    expect(code).toBe(3);
    expect(stdout).toMatch(/breaks \S+ bad#1 failed on srv-1: exit code 7: no such disk/);
  });

  it('4: it was canceled', async () => {
    await cluster.write('dags/sleeps.yaml', 'nodes: {only: {command: "sleep 600"}}\n');
    await cluster.does('apply', 'dags/sleeps.yaml');
    const waiting = dagtop('run', 'sleeps', '--wait');
    const canceled = await until(() => dagtop('cancel', 'sleeps'));
    expect(canceled.stdout).toMatch(/^canceled sleeps \S+\n$/);
    expect(await waiting).toMatchObject({ code: 4 });
  });

  it('2: the command line was misused; and what was meant', async () => {
    expect(await dagtop('rnu')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'dagtop: there is no command \'rnu\'\n  did you mean "run"?\n',
    });
    expect(await dagtop('run')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('missing required'),
    });
    expect(await dagtop('runs', '--jsn')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--json'),
    });
  });

  it.each([
    [['runs', '-n', 'many'], "dagtop: --limit takes a whole number from 1 on, not 'many'\n"],
    [['agent', '--slots', '0'], "dagtop: --slots takes a whole number from 1 to 100000, not '0'\n"],
    [['agent', '--drain-grace', 'soon'], "dagtop: --drain-grace takes a duration such as 30s, not 'soon'\n"],
    [['schema', 'dags'], "dagtop: there is no schema 'dags'\n  dag, nodes or config\n"],
    [
      ['show', 'works', '--format', 'gif'],
      "dagtop: there is no format 'gif'\n  text, dot, mermaid, svg or json\n",
    ],
    [['show', 'works', '--direction', 'up'], "dagtop: --direction takes td or lr, not 'up'\n"],
    [['show', 'works', '--boxes', '--pills'], 'dagtop: either --boxes or --pills\n'],
    [
      ['show', 'works', '--width', '0'],
      "dagtop: --width takes a whole number of columns from 1 on, not '0'\n",
    ],
  ])('2: %j has a value that cannot be', async (args, stderr) => {
    expect(await dagtop(...args)).toEqual({ code: 2, stdout: '', stderr });
  });

  it.each([
    [['run', 'wroks'], 'dagtop: there is no dag \'wroks\'\n  did you mean "works"?\n'],
    [['run', 'works', '-p', 'tpo=1'], 'dagtop: works declares no parameter \'tpo\'\n  did you mean "top"?\n'],
    [['run', 'works', '-p', 'top=many'], "dagtop: top is a number, and 'many' is none\n"],
    [['show', 'no-such.yaml'], 'dagtop: there is no file no-such.yaml'],
    [['show', 'zzz'], "dagtop: there is no dag and no run 'zzz'"],
    [['logs', 'works', 'nolu'], "dagtop: works has no node 'nolu'\n  its nodes are only\n"],
    [['retry', 'zzz'], "dagtop: there is no run 'zzz'\n  dagtop runs lists them\n"],
    [['validate', 'nowhere'], "dagtop: there is no file or folder 'nowhere'\n"],
    [['runs', '--broker', 'redsi://x'], "dagtop: 'redsi://x' names no broker that dagtop knows\n"],
    [['runs', '--broker', 'nats://127.0.0.1:1'], 'dagtop: NATS server 127.0.0.1:1: nothing listens there\n'],
  ])('1: %j cannot be done, and why', async (args, message) => {
    const { code, stdout, stderr } = await dagtop(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.startsWith(message), stderr).toBe(true);
    // Two lines at most, and never a stack.
    expect(stderr.trimEnd().split('\n').length, stderr).toBeLessThanOrEqual(2);
  });
});

describe('output that is data', () => {
  it('is JSON, one value per line', async () => {
    const id = await cluster.trigger('works');
    await cluster.until(id, 'its end', ({ state }) => state === 'succeeded');
    const rows = async (...args: string[]): Promise<unknown[]> =>
      (await cluster.does(...args, '--json'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown);
    expect(await rows('runs', 'works')).toContainEqual(
      expect.objectContaining({ run: id, state: 'succeeded' }),
    );
    expect(await rows('servers')).toEqual([expect.objectContaining({ server: 'srv-1', leads: true })]);
    expect(await rows('events', id)).toContainEqual(
      expect.objectContaining({ type: 'run.finished', run: id }),
    );
    expect(await rows('run', 'works')).toEqual([{ run: expect.any(String), dag: 'works' }]);
    expect(await rows('doctor')).toContainEqual(expect.objectContaining({ level: 'ok' }));
  });

  it('holds no escape sequence where there is no terminal', async () => {
    for (const args of [
      ['runs'],
      ['servers'],
      ['show', 'works'],
      ['events', 'works'],
      ['doctor'],
      ['--help'],
    ]) {
      expect((await dagtop(...args)).stdout).not.toContain(ESCAPE);
    }
  });

  it('draws a file without any broker, as it was asked for', async () => {
    const file = ['show', 'dags/breaks.yaml', '--broker', 'nats://127.0.0.1:1'];
    expect((await dagtop(...file)).stdout).toContain('┌──');
    const pills = await dagtop(...file, '--pills', '--direction', 'lr', '--ascii');
    expect(pills).toMatchObject({ code: 0, stderr: '' });
    expect(pills.stdout).toMatch(/^[ -~\n]+$/);
    expect(pills.stdout).toContain('(good');
    expect((await dagtop(...file, '--format', 'dot')).stdout).toMatch(/^digraph "breaks" \{\n/);
    expect((await dagtop(...file, '--format', 'svg')).stdout).toMatch(/^<svg /);
    expect(JSON.parse((await dagtop(...file, '--format', 'json')).stdout)).toMatchObject({ dag: 'breaks' });
  });

  it('of a node comes as it was written, each stream to its own', async () => {
    await dagtop('run', 'breaks', '--wait');
    expect(await dagtop('logs', 'breaks', 'good')).toEqual({ code: 0, stdout: 'fine\n', stderr: '' });
    expect(await dagtop('logs', 'breaks', 'bad')).toEqual({ code: 0, stdout: '', stderr: 'no such disk\n' });
    expect(await dagtop('logs', 'breaks', 'bad', '--stdout')).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('dagtop up without a terminal', () => {
  it('prints a line per event and ends with the outcome of the run', async () => {
    const alone = await Cluster.start();
    try {
      await alone.write('dags/breaks.yaml', DAGS);
      await alone.write('nodes.yaml', 'servers: [{host: a, nodes: [good]}, {host: b, nodes: [bad]}]\n');
      const { code, stdout } = await alone.dagtop('up', 'dags', '--run', 'breaks', '--plain');
      expect(code).toBe(3);
      expect(stdout).not.toContain(ESCAPE);
      for (const text of [
        'good#1 started on a',
        'bad#1 started on b',
        'bad#1 failed on b: exit code 7: no such disk',
      ])
        expect(stdout).toContain(text);
    } finally {
      await alone.stop();
    }
  });

  it('refuses files that are wrong, and starts nothing', async () => {
    const alone = await Cluster.start();
    try {
      await alone.write('dags/bad.yaml', 'nodes: {A: {depends: B}, B: {depends: A}}\n');
      expect(await alone.dagtop('up', 'dags', '--plain')).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/^dags\/bad\.yaml:1:\d+: .*A → B → A/),
      });
    } finally {
      await alone.stop();
    }
  });
});

async function until(attempt: () => Promise<Ran>): Promise<Ran> {
  for (;;) {
    const ran = await attempt();
    if (ran.code === 0) return ran;
  }
}
