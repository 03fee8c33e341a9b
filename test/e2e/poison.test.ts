import { describe, expect, it } from 'vitest';
import { openBroker } from '../../src/broker/open.ts';
import type { ServerName } from '../../src/model/ids.ts';
import { limits } from '../../src/model/limits.ts';
import { bytes, range, record } from '../support/conformance-tools.ts';
import { brokersAtHand } from '../support/e2e-brokers.ts';
import { Cluster } from '../support/e2e-cluster.ts';

const SRV = 'srv-1' as ServerName;
const GARBAGE = ['', '{"type":', '[{}]', '{"type":"start"}', '\0\u009bÿ'];

/** The agent is the parent of the launcher, which is the parent of the command. */
const KILLS_ITS_AGENT = `sleep 0.3; kill -9 $(ps -o ppid= -p $PPID)`;

describe.each(brokersAtHand)('poison on $name', (broker) => {
  it(
    'in inbox and log: it is dropped, that is said, and the work goes on',
    { timeout: 300_000 },
    async () => {
      const cluster = await Cluster.start(await broker.start());
      try {
        await cluster.write(
          'dags/good.yaml',
          'nodes: {a: {command: "true"}, b: {depends: a, command: "true"}}',
        );
        await cluster.write('nodes.yaml', 'servers: [{host: srv-1, nodes: ["*"]}]');
        await cluster.does('apply', 'dags', 'nodes.yaml');
        const stranger = await openBroker(cluster.brokerUrl, { namespace: 'dag' });
        const many = range(2 * limits.inboxInFlightMax).map((at) =>
          bytes(GARBAGE[at % GARBAGE.length] ?? ''),
        );
        await stranger.inbox.send(SRV, many);
        await stranger.log.append(GARBAGE.map((text) => record(text)));
        await stranger.close();
        await cluster.agent(SRV);
        const run = await cluster.trigger('good');
        await cluster.until(run, 'the run ends', ({ state }) => state === 'succeeded');
        await cluster.seen('dropped a message of the inbox');
        const { stdout } = await cluster.dagtop('doctor');
        expect(stdout).toContain(`${GARBAGE.length} entries of the log are no events`);
      } finally {
        await cluster.stop();
        await broker.stop();
      }
    },
  );

  it(
    'that kills its agent each time: it is given up, and the rest is done',
    { timeout: 300_000 },
    async () => {
      const cluster = await Cluster.start(await broker.start());
      try {
        const nodes = range(6).map(
          (at) => `  n${at}: {command: 'echo n${at} $DAGTOP_ATTEMPT >> ${cluster.folder}/trace'}`,
        );
        const poison = `  poison: {max_lost: 1, command: '${KILLS_ITS_AGENT}'}`;
        await cluster.write('dags/deadly.yaml', `nodes:\n${[...nodes, poison].join('\n')}\n`);
        await cluster.write('nodes.yaml', 'servers: [{host: srv-1, nodes: ["*"], concurrency: 2}]');
        await cluster.does('apply', 'dags', 'nodes.yaml');
        let agent = await cluster.agent(SRV);
        const run = await cluster.trigger('deadly');
        let deaths = 0;
        const shown = await cluster.until(run, 'the run ends', async ({ state }) => {
          if (agent.signalCode !== null) {
            deaths += 1;
            agent = await cluster.agent(SRV);
          }
          return state !== 'running';
        });
        // The first try and the one that `max_lost` allows, and no third.
        expect(deaths).toBe(2);
        const states = new Map(shown.nodes.map(({ node, state }) => [node, state]));
        expect(states.get('poison')).toBe('lost');
        for (const at of range(6)) expect(states.get(`n${at}`)).toBe('succeeded');
        const trace = await cluster.lines('trace');
        expect(new Set(trace).size).toBe(trace.length);
      } finally {
        await cluster.stop();
        await broker.stop();
      }
    },
  );
});
