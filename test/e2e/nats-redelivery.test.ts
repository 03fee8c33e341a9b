import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterEach, describe, expect, it } from 'vitest';
import { NATS, NATS_NEWEST } from '../../scripts/servers/nats.ts';
import { range, until } from '../support/conformance-tools.ts';
import { Cluster } from '../support/e2e-cluster.ts';
import { isAtHand, startServer } from '../support/real-server.ts';
import type { RealServer } from '../support/real-server.ts';

const NODES = 40;
const servers = [NATS, NATS_NEWEST].filter((recipe) =>
  recipe === NATS ? isAtHand(recipe) : recipe.find() !== undefined,
);

/** A killed server may lose what its consumers had acknowledged, which it writes behind: all of it comes again. */
describe.each(servers)('the inboxes of $name as they were before any acknowledgement', (recipe) => {
  let cluster: Cluster | undefined;
  let server: RealServer | undefined;
  afterEach(async () => {
    await cluster?.stop();
    await server?.stop();
    [cluster, server] = [undefined, undefined];
  });

  it('start nothing twice, and the work goes on', { timeout: 300_000 }, async () => {
    server = await startServer(recipe);
    const { url, port, folder, exchange } = server;
    cluster = await Cluster.start(url);
    const dag = (name: string): string =>
      `nodes:\n${range(NODES)
        .map(
          (at) => `  n${at}: {command: 'echo "${name} n${at} $DAGTOP_ATTEMPT" >> ${cluster?.folder}/trace'}`,
        )
        .join('\n')}\n`;
    await cluster.write('dags/first.yaml', dag('first'));
    await cluster.write('dags/second.yaml', dag('second'));
    await cluster.write('nodes.yaml', `servers: [{host: worker, nodes: ["*"], concurrency: ${NODES}}]`);
    await cluster.does('apply', 'dags', 'nodes.yaml');
    await cluster.agent('leader');
    const worker = await cluster.agent('worker', '--no-scheduler');

    // The worker stands still, so that all that is for it lies in its inbox.
    worker.kill('SIGSTOP');
    const first = await cluster.trigger('first');
    await cluster.until(first, 'all are dispatched', ({ nodes }) =>
      nodes.every(({ state }) => state === 'queued'),
    );
    await until('the inbox', async () => (await countInboxes(port)) > 0);
    const stream = join(folder, 'store/jetstream/$G/streams/dag_inbox');
    const copy = join(folder, 'copy');
    await exchange(async () => {
      await cp(stream, copy, { recursive: true });
      await cp(join(folder, 'store'), join(folder, 'twin/store'), { recursive: true });
    });
    worker.kill('SIGCONT');
    const twin = await startServer(recipe, { folder: join(folder, 'twin') });
    expect(await countInboxes(twin.port)).toBeGreaterThan(0);
    await twin.stop();
    await cluster.until(first, 'the first run ends', ({ state }) => state === 'succeeded');
    expect(await cluster.lines('trace')).toHaveLength(NODES);

    await until('the inbox is empty', async () => (await countInboxes(port)) === 0);
    await exchange(async () => {
      await rm(stream, { recursive: true });
      await cp(copy, stream, { recursive: true });
    });
    const second = await cluster.trigger('second');
    await cluster.until(second, 'the second run ends', ({ state }) => state === 'succeeded');
    await until('the inbox is empty again', async () => (await countInboxes(port)) === 0);
    const trace = await cluster.lines('trace');
    expect(trace).toHaveLength(2 * NODES);
    expect(new Set(trace).size).toBe(2 * NODES);
  });
});

/** How many messages lie in the inboxes. */
async function countInboxes(port: number): Promise<number> {
  const nc = await connect({ servers: `127.0.0.1:${port}` });
  const { state } = await (await jetstreamManager(nc)).streams.info('dag_inbox');
  await nc.close();
  return state.messages;
}
