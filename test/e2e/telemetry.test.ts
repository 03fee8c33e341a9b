import { connect } from '@nats-io/transport-node';
import { describe, expect, it } from 'vitest';
import { Cluster } from '../support/e2e-cluster.ts';
import { NATS } from '../../scripts/servers/nats.ts';
import { isAtHand, startServer } from '../support/real-server.ts';

describe.skipIf(!isAtHand(NATS))('telemetry on NATS', () => {
  it('lets anyone see a run with the broker’s own client: dag.events.>', async () => {
    const server = await startServer(NATS);
    const cluster = await Cluster.start(server.url);
    const plain = await connect({ servers: server.url });
    const seen: { subject: string; types: string[] }[] = [];
    plain.subscribe('dag.events.>', {
      callback: (_error, message) => {
        const events = message.json<{ type: string }[]>();
        seen.push({ subject: message.subject, types: events.map(({ type }) => type) });
      },
    });
    try {
      await cluster.write(
        'dags/pair.yaml',
        'nodes: {A: {command: "true"}, B: {depends: A, command: "true"}}',
      );
      await cluster.write('nodes.yaml', 'servers: [{host: srv-1, nodes: ["*"]}]');
      await cluster.does('apply', 'dags', 'nodes.yaml');
      await cluster.agent('srv-1');
      const run = await cluster.trigger('pair');
      await cluster.until(run, 'the end of the run', ({ state }) => state === 'succeeded');
      await plain.flush();
      const ofRun = seen
        .filter(({ subject }) => subject === `dag.events.pair.${run}`)
        .flatMap(({ types }) => types);
      expect(ofRun).toEqual([
        'run.triggered',
        'attempt.dispatched',
        'attempt.started',
        'attempt.finished',
        'attempt.dispatched',
        'attempt.started',
        'attempt.finished',
        'run.finished',
      ]);
    } finally {
      await plain.close();
      await cluster.stop();
      await server.stop();
    }
  });
});
