import { afterEach, describe, expect, it } from 'vitest';
import { brokersAtHand } from '../support/e2e-brokers.ts';
import type { BrokerAtHand } from '../support/e2e-brokers.ts';
import type { Cluster } from '../support/e2e-cluster.ts';
import { clusterWith, openMonitor } from '../support/monitor-pty.ts';
import type { Pty } from '../support/pty.ts';

describe.each(brokersAtHand)('keys on the screen, on $name', (broker: BrokerAtHand) => {
  let cluster: Cluster;
  let pty: Pty;
  afterEach(async () => {
    pty.close();
    await cluster.stop();
    await broker.stop();
  });

  it('trigger, retry and cancel reach the broker, and what comes of them is seen', async () => {
    const dag = 'nodes: {gate: {command: test -e open}, work: {depends: gate, command: sleep 600}}';
    cluster = await clusterWith({ night: dag }, await broker.start());
    pty = openMonitor(cluster);
    await pty.until('the dag', (text) => /night\s+2 nodes, not run|night 2 nodes, not run/.test(text));

    pty.type('t');
    await pty.until('the question', (text) => text.includes('Run night?'));
    pty.type('y');
    await pty.until('the failure', (text) => text.includes('✗ failed') && text.includes('gate'));
    const [failed] = (await cluster.does('runs', '--json')).trim().split('\n');
    const { run } = JSON.parse(failed ?? '{}') as { run: string };
    expect(pty.text).toContain(run);

    await cluster.write('open', '');
    pty.type('\r');
    await pty.until('the way', (text) => text.includes(`Runs › night ${run}`));
    pty.type('r');
    await pty.until('the question', (text) => text.includes(`dagtop retry ${run} gate`));
    pty.type('y');
    await cluster.until(run, 'work runs', ({ nodes }) => nodes[1]?.state === 'running');
    await pty.until('work that runs', (text) => /▶ work|work\s+▶ running/.test(text));

    pty.type('x');
    await pty.until('the question', (text) => text.includes(`Cancel night ${run}?`));
    pty.type('y');
    await cluster.until(run, 'the end', ({ state }) => state === 'canceled');
    await pty.until('the end on the screen', (text) => text.includes(`night ${run} ■ canceled 2/2`));
    pty.type('q');
    await pty.ended;
    expect(pty.printed).toContain('[ended with 0]');
  });
});
