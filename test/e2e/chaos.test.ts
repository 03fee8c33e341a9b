import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openBroker } from '../../src/broker/open.ts';
import { Replica } from '../../src/replica/replica.ts';
import { canonicalState } from '../support/canonical-state.ts';
import { range } from '../support/conformance-tools.ts';
import { brokersAtHand } from '../support/e2e-brokers.ts';
import type { BrokerAtHand } from '../support/e2e-brokers.ts';
import { Cluster } from '../support/e2e-cluster.ts';
import { randomOf } from '../support/random-dags.ts';

const SEEDS = Number(process.env['DAGTOP_CHAOS_SEEDS'] ?? 1);
const SERVERS = ['srv-1', 'srv-2', 'srv-3', 'srv-4'];
const NODES = 200;
const KILLS = 6;

/** Layers of ten; each node depends on up to three of the layer before, and leaves a line at each start. */
function randomDag(random: () => number, trace: string): string {
  const nodes = range(NODES).map((at) => {
    const layer = Math.floor(at / 10);
    const before = range(3).map(() => (layer - 1) * 10 + Math.floor(random() * 10));
    const depends = layer === 0 ? '' : `depends: [${[...new Set(before)].map((n) => `n${n}`).join(', ')}], `;
    return `  n${at}: {${depends}command: 'echo "n${at} $DAGTOP_ATTEMPT" >> ${trace}; sleep 0.${Math.floor(random() * 3)}'}`;
  });
  return `defaults: {max_lost: 50}\nnodes:\n${nodes.join('\n')}\n`;
}

describe.each(brokersAtHand)('200 nodes while agents, leader and broker are killed, on $name', (broker) => {
  it.each(range(SEEDS).map((at) => at + 1))('seed %i', { timeout: 600_000 }, async (seed) => {
    const random = randomOf(seed);
    const cluster = await Cluster.start(await broker.start());
    try {
      await cluster.write('dags/storm.yaml', randomDag(random, `${cluster.folder}/trace`));
      const servers = SERVERS.map((host) => `{host: ${host}, nodes: ["*"], concurrency: 4}`);
      await cluster.write('nodes.yaml', `servers: [${servers.join(', ')}]`);
      await cluster.does('apply', 'dags', 'nodes.yaml');
      await Promise.all(SERVERS.map((server) => cluster.agent(server)));
      const run = await cluster.trigger('storm');
      for (const _ of range(KILLS)) {
        await pause(500 + random() * 1_500);
        await strike(cluster, broker, random);
      }
      const shown = await cluster.until(run, 'the run ends', ({ state }) => state !== 'running');
      expect(shown.state).toBe('succeeded');
      expect(shown.nodes).toHaveLength(NODES);
      for (const { attempts } of shown.nodes) {
        expect(attempts.map(({ outcome }) => outcome)).toEqual([
          ...attempts.slice(1).map(() => 'lost'),
          'succeeded',
        ]);
      }
      // An attempt is started at most once, and what is recorded as succeeded was started.
      const trace = await cluster.lines('trace');
      expect(new Set(trace).size).toBe(trace.length);
      for (const { node, attempts } of shown.nodes) expect(trace).toContain(`${node} ${attempts.length}`);
      const folds = await Promise.all(range(3).map(() => foldOf(cluster.brokerUrl)));
      expect(new Set(folds).size).toBe(1);
    } finally {
      await cluster.stop();
      await broker.stop();
    }
  });
});

/** Kills an agent, the leader or the broker, and starts it again. */
async function strike(cluster: Cluster, broker: BrokerAtHand, random: () => number): Promise<void> {
  if (broker.outage !== undefined && random() < 0.3) {
    await broker.outage(() => pause(random() * 2_000));
    return;
  }
  const any = SERVERS[Math.floor(random() * SERVERS.length)] ?? 'srv-1';
  const leader = random() < 0.4 ? await cluster.leader() : '';
  const victim = leader === '' ? any : leader;
  await cluster.kill(victim);
  await pause(random() * 500);
  await cluster.agent(victim);
}

/** What somebody who reads the whole log now makes of it. */
async function foldOf(url: string): Promise<string> {
  const broker = await openBroker(url, { namespace: 'dag' });
  const replica = new Replica();
  await replica.start(broker.log);
  const text = canonicalState(replica.state);
  replica.stop();
  await broker.close();
  return text;
}
