import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster } from '../support/e2e-cluster.ts';

/** Two nodes on two servers that write in turns: each waits until the other has left a file. */
const duet = (folder: string): string => `
env: {AT: ${folder}}
nodes:
  left:
    command: |
      echo one; sleep 0.1; touch $AT/1
      while [ ! -e $AT/2 ]; do sleep 0.02; done
      echo three >&2; sleep 0.1; touch $AT/3
  right:
    retry: {limit: 1, interval: 0s}
    command: |
      while [ ! -e $AT/1 ]; do sleep 0.02; done
      [ $DAGTOP_ATTEMPT = 2 ] || { echo first try; exit 1; }
      sleep 0.1; echo two; sleep 0.1; touch $AT/2
      while [ ! -e $AT/3 ]; do sleep 0.02; done
      sleep 0.1; printf four
  silent: {command: "true"}
`;

const WHOLE = [
  'srv-1 left#1 | one',
  'srv-2 right#1 | first try',
  'srv-2 right#2 | two',
  'srv-1 left#1 ! three',
  'srv-2 right#2 | four',
];

describe('dagtop logs of a run', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.start();
    await cluster.write('dags/duet.yaml', duet(cluster.folder));
    await cluster.write(
      'nodes.yaml',
      'servers: [{host: srv-1, nodes: [left, silent]}, {host: srv-2, nodes: ["*"]}]',
    );
    await cluster.does('apply', 'dags', 'nodes.yaml');
    await Promise.all([cluster.agent('srv-1'), cluster.agent('srv-2')]);
  });
  afterAll(() => cluster.stop());

  it('merges what two servers wrote by time, live and afterwards', async () => {
    const run = await cluster.trigger('duet');
    const live = await cluster.does('logs', run, '--follow');
    expect(live.trimEnd().split('\n')).toEqual(WHOLE);
    expect(await cluster.dagtop('logs', run)).toEqual({ code: 0, stdout: live, stderr: '' });
  });

  it('says when, and leaves out what does not match', async () => {
    const timed = await cluster.does('logs', 'duet', '--timestamps');
    const lines = timed.trimEnd().split('\n');
    const times = lines.map((line) => line.slice(0, 24));
    expect(lines.map((line) => line.slice(25))).toEqual(WHOLE);
    expect(times).toEqual(times.map((time) => new Date(time).toISOString()).toSorted());
    expect(await cluster.does('logs', 'duet', '--grep', 'node:right ^T?f')).toBe(
      'srv-2 right#1 | first try\nsrv-2 right#2 | four\n',
    );
    expect(await cluster.does('logs', 'duet', '--stderr')).toBe('srv-1 left#1 ! three\n');
    expect(await cluster.does('logs', 'duet', 'right', '-g', '!two')).toBe('four\n');
    const { stdout, stderr } = await cluster.dagtop('logs', 'duet', 'left', '--timestamps');
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z one\n$/u);
    expect(stderr).toMatch(/Z three\n$/u);
  });

  it('refuses what is no filter, and an attempt of no node', async () => {
    expect(await cluster.dagtop('logs', 'duet', '--grep', '(')).toMatchObject({
      code: 2,
      stderr: 'dagtop: --grep: Unterminated group\n  a \\ before a character takes it as it is\n',
    });
    expect(await cluster.dagtop('logs', 'duet', '--attempt', '1')).toMatchObject({ code: 2 });
  });

  it('says which server does not answer, and shows the rest', async () => {
    await cluster.kill('srv-2');
    const { code, stdout, stderr } = await cluster.dagtop('logs', 'duet');
    expect(stdout).toBe('srv-1 left#1 | one\nsrv-1 left#1 ! three\n');
    expect(stderr).toBe('dagtop: srv-2: the agent of srv-2 does not answer\n');
    expect(code).toBe(1);
  });
});
