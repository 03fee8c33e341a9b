import { afterEach, describe, expect, it } from 'vitest';
import { brokersAtHand } from '../support/e2e-brokers.ts';
import type { BrokerAtHand } from '../support/e2e-brokers.ts';
import type { Cluster } from '../support/e2e-cluster.ts';
import { clusterWith, openMonitor } from '../support/monitor-pty.ts';
import type { Pty } from '../support/pty.ts';

const servers = brokersAtHand.filter(({ outage }) => outage !== undefined);

describe.each(servers)('a broker that is killed, $name', (broker: BrokerAtHand) => {
  let cluster: Cluster;
  let pty: Pty;
  afterEach(async () => {
    pty.close();
    await cluster.stop();
    await broker.stop();
  });

  it('leaves the last screen, which says since when, counts down, refuses commands, and comes back', async () => {
    cluster = await clusterWith({ night: 'nodes: {A: {command: sleep 600}}' }, await broker.start());
    const run = await cluster.trigger('night');
    pty = openMonitor(cluster, { columns: 120, rows: 30 });
    await pty.until('the run', (text) => text.includes('▶ running') && /● up <?\d+ms/.test(text));

    await broker.outage?.(async () => {
      await pty.until('STALE', (text) => /✗ STALE {2}since \d\d:\d\d:\d\d/.test(text));
      expect(pty.text).toMatch(/No link to the broker, this is old: .*connecting again/);
      expect(pty.text).toContain(run);
      // Long enough for a server to count as silent, were we not deaf.
      await pty.until('the countdown', (text) => /next try in [2-5]s/.test(text));
      expect(pty.text).not.toContain('silent');
      pty.type('x');
      const refused = await pty.until('the refusal', (text) => text.includes('not done: there is no link'));
      expect(refused).not.toContain('Keep it');
      pty.type('?');
      await pty.until('what changes nothing works', (text) => text.includes('retry and downstream'));
      pty.type('?');
    });

    await pty.until('the link', (text) => /● up <?\d+ms/.test(text) && !text.includes('STALE'));
    expect(pty.text).not.toContain('silent');
    pty.type('x');
    await pty.until('the question', (text) => text.includes(`Cancel night ${run}?`));
    pty.type('y');
    await cluster.until(run, 'the end', ({ state }) => state === 'canceled');
    await pty.until('the end on the screen', (text) => text.includes('■ canceled'));
  });
});
