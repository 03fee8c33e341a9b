import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { brokersAtHand } from '../support/e2e-brokers.ts';
import type { BrokerAtHand } from '../support/e2e-brokers.ts';
import { Cluster } from '../support/e2e-cluster.ts';
import type { ShownRun } from '../support/e2e-cluster.ts';

/** Each node appends its name and attempt to one file, so that every start leaves a trace outside of dagtop. */
const pipeline = (folder: string): string => `
env: {OUT: ${folder}/trace}
nodes:
  A: {command: 'echo "A $DAGTOP_ATTEMPT" >> "$OUT"'}
  B: {depends: A, command: 'echo "B $DAGTOP_ATTEMPT" >> "$OUT"'}
  C: {depends: A, command: 'echo "C $DAGTOP_ATTEMPT" >> "$OUT"'}
  D: {depends: [B, C], command: 'echo "D $DAGTOP_ATTEMPT" >> "$OUT"'}
  E: {depends: D, command: 'echo "E $DAGTOP_ATTEMPT" >> "$OUT"'}
`;

const placement = (hostOfB: string): string => `
servers:
  - {host: srv-1, nodes: [A, E${hostOfB === 'srv-1' ? ', B' : ''}]}
  - {host: srv-2, nodes: [D${hostOfB === 'srv-2' ? ', B' : ''}]}
  - {host: srv-3, nodes: [C${hostOfB === 'srv-3' ? ', B' : ''}]}
`;

const steps = Array.from({ length: 8 }, (_, at) => `step-${at + 1}`);

/** A chain whose nodes each leave a line; those in `naps` then sleep for so many seconds, the others for a part of one. */
async function writeChain(
  cluster: Cluster,
  dag: string,
  names: readonly string[],
  naps: Readonly<Record<string, number>>,
): Promise<void> {
  const nodes = names.map((name, at) => {
    const depends = at === 0 ? '' : `depends: ${names[at - 1]}, `;
    const command = `'echo "${name} $DAGTOP_ATTEMPT" >> ${cluster.folder}/trace; sleep ${naps[name] ?? 0.3}${naps[name] === undefined ? '' : `; echo "end of ${name} $DAGTOP_ATTEMPT" >> ${cluster.folder}/trace`}'`;
    return `  ${name}: {${depends}command: ${command}}`;
  });
  await cluster.write(`dags/${dag}.yaml`, `nodes:\n${nodes.join('\n')}\n`);
}

async function startAgents(cluster: Cluster): Promise<void> {
  await Promise.all(['srv-1', 'srv-2', 'srv-3'].map((server) => cluster.agent(server)));
}

const stateOf = (shown: ShownRun, node: string): string | undefined =>
  shown.nodes.find((item) => item.node === node)?.state;

const serverOf = (shown: ShownRun, node: string): string | undefined =>
  shown.nodes.find((item) => item.node === node)?.attempts.at(-1)?.server;

describe.each(brokersAtHand)('three agents as three servers, on $name', (broker: BrokerAtHand) => {
  let cluster: Cluster;
  afterEach(async () => {
    await cluster.stop();
    await broker.stop();
  });

  it('run each node where nodes.yaml says, and follow when B moves, with no restart', async () => {
    cluster = await Cluster.start(await broker.start());
    await cluster.write('dags/pipeline.yaml', pipeline(cluster.folder));
    await cluster.write('nodes.yaml', placement('srv-2'));
    await cluster.does('apply', 'dags', 'nodes.yaml');
    await startAgents(cluster);
    const first = await cluster.trigger('pipeline');
    const shown = await cluster.until(first, 'the first run succeeds', ({ state }) => state === 'succeeded');
    expect(shown.nodes.map(({ node }) => [node, serverOf(shown, node)])).toEqual([
      ['A', 'srv-1'],
      ['B', 'srv-2'],
      ['C', 'srv-3'],
      ['D', 'srv-2'],
      ['E', 'srv-1'],
    ]);
    cluster.background('apply', 'dags', 'nodes.yaml', '--watch');
    await cluster.seen('watching dags');
    await cluster.write('nodes.yaml', placement('srv-3'));
    await cluster.seen('B: srv-2 → srv-3');
    const second = await cluster.trigger('pipeline');
    const moved = await cluster.until(
      second,
      'the second run succeeds',
      ({ state }) => state === 'succeeded',
    );
    expect(serverOf(moved, 'B')).toBe('srv-3');
    const trace = await cluster.lines('trace');
    expect(trace.toSorted()).toEqual(['A 1', 'A 1', 'B 1', 'B 1', 'C 1', 'C 1', 'D 1', 'D 1', 'E 1', 'E 1']);
  });

  it('move a node whose agent is killed: it is lost there, and succeeds on another server', async () => {
    cluster = await Cluster.start(await broker.start());
    await writeChain(cluster, 'night', ['first', 'slow', 'last'], { slow: 5 });
    await cluster.write(
      'nodes.yaml',
      'servers: [{host: srv-1, nodes: [slow]}, {host: srv-2, nodes: [slow]}, {host: srv-3, nodes: ["*"]}]',
    );
    await cluster.does('apply', 'dags', 'nodes.yaml');
    await startAgents(cluster);
    const run = await cluster.trigger('night');
    const running = await cluster.until(run, 'slow runs', (shown) => stateOf(shown, 'slow') === 'running');
    const victim = serverOf(running, 'slow') ?? '';
    await cluster.untilLines('trace', (lines) => lines.includes('slow 1'));
    await cluster.kill(victim);
    const shown = await cluster.until(run, 'the run succeeds', ({ state }) => state === 'succeeded');
    expect(shown.nodes.find(({ node }) => node === 'slow')?.attempts).toMatchObject([
      { attempt: 1, server: victim, outcome: 'lost' },
      { attempt: 2, server: victim === 'srv-1' ? 'srv-2' : 'srv-1', outcome: 'succeeded' },
    ]);
    // Each attempt was started once, and the killed agent's command was ended with it.
    const trace = await cluster.lines('trace');
    expect(trace.filter((line) => !line.startsWith('end'))).toEqual([
      'first 1',
      'slow 1',
      'slow 2',
      'last 1',
    ]);
    expect(trace).not.toContain('end of slow 1');
  });

  it('go on when the leader is killed in the middle of a run', async () => {
    cluster = await Cluster.start(await broker.start());
    await writeChain(cluster, 'night', steps, {});
    await cluster.write('nodes.yaml', 'servers: [{host: srv-3, nodes: ["*"]}]');
    await cluster.does('apply', 'dags', 'nodes.yaml');
    await Promise.all([
      cluster.agent('srv-1'),
      cluster.agent('srv-2'),
      cluster.agent('srv-3', '--no-scheduler'),
    ]);
    const run = await cluster.trigger('night');
    await cluster.until(run, 'the third step has run', (shown) => stateOf(shown, 'step-3') === 'succeeded');
    const leader = await cluster.leader();
    await cluster.kill(leader);
    const shown = await cluster.until(run, 'the run succeeds', ({ state }) => state === 'succeeded');
    expect(await cluster.leader()).not.toBe(leader);
    expect(shown.nodes.every(({ attempts }) => attempts.length === 1)).toBe(true);
    expect(await cluster.lines('trace')).toEqual(steps.map((step) => `${step} 1`));
  });
});

describe('a broker with a server of its own', () => {
  const servers = brokersAtHand.filter(({ outage }) => outage !== undefined);

  it.each(servers)('$name killed and started again in the middle of a run loses nothing', async (broker) => {
    const cluster = await Cluster.start(await broker.start());
    try {
      await writeChain(cluster, 'night', steps, {});
      await cluster.write(
        'nodes.yaml',
        'servers: [{host: srv-1, nodes: ["*"]}, {host: srv-2, nodes: ["*"]}, {host: srv-3, nodes: ["*"]}]',
      );
      await cluster.does('apply', 'dags', 'nodes.yaml');
      await startAgents(cluster);
      const run = await cluster.trigger('night');
      await cluster.until(run, 'the third step has run', (shown) => stateOf(shown, 'step-3') === 'succeeded');
      await broker.outage?.(() => pause(3_000));
      const shown = await cluster.until(run, 'the run succeeds', ({ state }) => state === 'succeeded');
      expect(shown.nodes.every(({ attempts }) => attempts.length === 1)).toBe(true);
      expect(await cluster.lines('trace')).toEqual(steps.map((step) => `${step} 1`));
    } finally {
      await cluster.stop();
      await broker.stop();
    }
  });

  it.each(servers)(
    '$name is away when a command ends and its agent is killed: the result is not lost',
    async (broker) => {
      const cluster = await Cluster.start(await broker.start());
      try {
        await writeChain(cluster, 'night', ['first', 'slow', 'last'], { slow: 3 });
        await cluster.write(
          'nodes.yaml',
          'servers: [{host: srv-1, nodes: [slow]}, {host: srv-2, nodes: ["*"]}]',
        );
        await cluster.does('apply', 'dags', 'nodes.yaml');
        await Promise.all([cluster.agent('srv-1', '--no-scheduler'), cluster.agent('srv-2')]);
        const run = await cluster.trigger('night');
        await cluster.until(run, 'slow runs', (shown) => stateOf(shown, 'slow') === 'running');
        await broker.outage?.(async () => {
          await cluster.untilLines('trace', (lines) => lines.includes('end of slow 1'));
          await pause(500);
          await cluster.kill('srv-1');
        });
        await cluster.agent('srv-1', '--no-scheduler');
        const shown = await cluster.until(run, 'the run succeeds', ({ state }) => state === 'succeeded');
        expect(shown.nodes.map(({ attempts }) => attempts.length)).toEqual([1, 1, 1]);
      } finally {
        await cluster.stop();
        await broker.stop();
      }
    },
  );
});
