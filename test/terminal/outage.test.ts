import { afterEach, expect, it } from 'vitest';
import { NATS } from '../../scripts/servers/nats.ts';
import type { Cluster } from '../support/e2e-cluster.ts';
import { clusterWith, openMonitor } from '../support/monitor-pty.ts';
import type { Pty } from '../support/pty.ts';
import { isAtHand, startServer } from '../support/real-server.ts';
import type { RealServer } from '../support/real-server.ts';

let server: RealServer;
let cluster: Cluster;
let pty: Pty;
afterEach(async () => {
  pty.close();
  await cluster.stop();
  await server.stop();
});

it.skipIf(!isAtHand(NATS))(
  'a broker that is killed leaves the last screen, which says since when, counts down, refuses commands, and comes back',
  async () => {
    server = await startServer(NATS);
    cluster = await clusterWith({ night: 'nodes: {A: {command: sleep 600}}' }, server.url);
    const run = await cluster.trigger('night');
    pty = openMonitor(cluster, { columns: 120, rows: 30 });
    await pty.until('the run', (text) => text.includes('▶ running') && text.includes('● up <1ms'));

    await server.exchange(async () => {
      await pty.until('STALE', (text) => /✗ STALE {2}since \d\d:\d\d:\d\d/.test(text));
      await pty.until('the countdown', (text) => /next try in [12]s/.test(text));
      expect(pty.text).toContain('No link to the broker, this is old: lost the connection');
      expect(pty.text).toContain(run);
      pty.type('x');
      const refused = await pty.until('the refusal', (text) => text.includes('not done: there is no link'));
      expect(refused).not.toContain('Keep it');
      pty.type('?');
      await pty.until('what changes nothing works', (text) => text.includes('retry and downstream'));
      pty.type('?');
    });

    await pty.until('the link', (text) => text.includes('● up <1ms') && !text.includes('STALE'));
    pty.type('x');
    await pty.until('the question', (text) => text.includes(`Cancel night ${run}?`));
    pty.type('y');
    await cluster.until(run, 'the end', ({ state }) => state === 'canceled');
    await pty.until('the end on the screen', (text) => text.includes('■ canceled'));
  },
);
