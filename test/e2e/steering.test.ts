import { afterEach, describe, expect, it } from 'vitest';
import { brokersAtHand } from '../support/e2e-brokers.ts';
import type { BrokerAtHand } from '../support/e2e-brokers.ts';
import { Cluster } from '../support/e2e-cluster.ts';

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.each(brokersAtHand)('steering from the command line, on $name', (broker: BrokerAtHand) => {
  let cluster: Cluster;
  afterEach(async () => {
    await cluster.stop();
    await broker.stop();
  });

  async function start(dag: string): Promise<void> {
    cluster = await Cluster.start(await broker.start());
    await cluster.write('dags/night.yaml', dag);
    await cluster.write('nodes.yaml', 'servers: [{host: srv-1, nodes: ["*"]}]');
    await cluster.does('apply', 'dags', 'nodes.yaml');
    await cluster.agent('srv-1');
  }

  it('a canceled run ends, though its command would sleep on, and its children with it', async () => {
    await start(
      `nodes: {A: {command: 'sleep 600 & echo $! > pid; wait'}, B: {depends: A}}`.replace('{{folder}}', '.'),
    );
    const run = await cluster.trigger('night');
    await cluster.until(run, 'A runs', ({ nodes }) => nodes[0]?.state === 'running');
    expect(await cluster.does('cancel', run)).toContain(`canceled night ${run}`);
    const shown = await cluster.until(run, 'the run is canceled', ({ state }) => state === 'canceled');
    expect(shown.nodes.map(({ state }) => state)).toEqual(['canceled', 'canceled']);
    const [pid] = await cluster.lines('pid');
    await expect.poll(() => isAlive(Number(pid)), { timeout: 20_000 }).toBe(false);
  });

  it('a paused run starts nothing more until it is resumed', async () => {
    await start(
      'nodes: {A: {command: "until test -e go; do sleep 0.1; done"}, B: {depends: A, command: "true"}}',
    );
    const run = await cluster.trigger('night');
    await cluster.until(run, 'A runs', ({ nodes }) => nodes[0]?.state === 'running');
    await cluster.does('pause', run);
    await cluster.write('go', '');
    const paused = await cluster.until(run, 'A ends', ({ nodes }) => nodes[0]?.state === 'succeeded');
    expect(paused).toMatchObject({
      state: 'paused',
      nodes: [{}, { state: 'waiting', reason: 'the run is paused' }],
    });
    await cluster.does('resume', 'night');
    await cluster.until(run, 'the run succeeds', ({ state }) => state === 'succeeded');
  });

  it('a drained server finishes what it runs and gets nothing new until it is put back', async () => {
    await start(
      'nodes: {A: {command: "until test -e go; do sleep 0.1; done"}, B: {depends: A, command: "true"}}',
    );
    const run = await cluster.trigger('night');
    await cluster.until(run, 'A runs', ({ nodes }) => nodes[0]?.state === 'running');
    const plan = await cluster.does('drain', 'srv-1', '--dry-run');
    expect(plan).toContain('2 nodes would wait, no other server has them: night/A, night/B');
    expect(plan).not.toContain('cordoned');
    const drain = cluster.does('drain', 'srv-1');
    await expect.poll(() => cluster.does('servers'), { timeout: 20_000 }).toContain('cordoned');
    await cluster.write('go', '');
    expect(await drain).toContain('nothing runs on srv-1');
    const waiting = await cluster.until(run, 'A ends', ({ nodes }) => nodes[0]?.state === 'succeeded');
    expect(waiting.nodes[1]?.reason).toBe('no live server has B (srv-1 is cordoned)');
    await cluster.does('uncordon', 'srv-1');
    await cluster.until(run, 'the run succeeds', ({ state }) => state === 'succeeded');
  });

  it('a failed run is retried from where it failed, exit codes tell, and outputs are kept and passed on', async () => {
    await start(`
nodes:
  A: {command: 'echo to stdout; echo to stderr >&2; echo "{\\"answer\\": 42}"'}
  B: {depends: A, command: 'test -e ok && cat "$DAGTOP_INPUT_FILE" || exit 7', retry: {limit: 1, interval: 100ms}}
  C: {depends: B, command: [echo, done]}
`);
    const failed = await cluster.dagtop('run', 'night', '--wait');
    expect(failed.code).toBe(3);
    expect(failed.stdout).toContain('B#2 failed on srv-1: exit code 7');
    expect(await cluster.does('logs', 'night', 'A')).toBe('to stdout\n{"answer": 42}\n');
    expect((await cluster.dagtop('logs', 'night', 'A', '--stderr')).stderr).toBe('to stderr\n');
    const [run = ''] = (await cluster.does('runs', '--json'))
      .split('\n')
      .map((line) => (line === '' ? '' : (JSON.parse(line) as { run: string }).run));
    await cluster.write('ok', '');
    expect(await cluster.does('retry', 'night')).toBe(`retried night ${run}: B, C\n`);
    const shown = await cluster.until(run, 'the run succeeds', ({ state }) => state === 'succeeded');
    expect(shown.nodes.map(({ attempts }) => attempts.length)).toEqual([1, 3, 1]);
    expect(await cluster.does('logs', 'night', 'B')).toBe('{"A":{"answer":42}}');
    const refused = await cluster.dagtop('retry', 'night', 'A');
    expect(refused).toMatchObject({
      code: 1,
      stderr: 'dagtop: A succeeded; only a retry with downstream runs it again\n',
    });
    await cluster.does('retry', 'night', 'A', '--downstream');
    await cluster.until(
      run,
      'all ran again',
      ({ state, nodes }) => state === 'succeeded' && nodes[0]?.attempts.length === 2,
    );
  });
});
