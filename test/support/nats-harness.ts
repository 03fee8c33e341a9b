import { connect } from '@nats-io/transport-node';
import { jetstreamManager } from '@nats-io/jetstream';
import { describe, it } from 'vitest';
import type { Recipe } from '../../scripts/servers/recipe.ts';
import { openBroker } from '../../src/broker/open.ts';
import { namesOf } from '../../src/broker/nats/streams.ts';
import { escapeToken } from '../../src/model/subject.ts';
import { conformanceSuite } from '../conformance/suite.ts';
import { FaultProxy } from './fault-proxy.ts';
import { startServer } from './real-server.ts';
import type { RealServer } from './real-server.ts';

/** The suite over a server of that kind; where it is not at hand, one skipped case says how to get it. */
export function natsConformance(recipe: Recipe, isThere: boolean): void {
  let server: RealServer;
  let proxy: FaultProxy;
  if (!isThere) {
    describe.skip(`the ${recipe.name} broker`, () => {
      it(recipe.remedy, () => {});
    });
    return;
  }
  conformanceSuite(recipe.name, {
    async start() {
      server = await startServer(recipe);
      proxy = await FaultProxy.start();
      proxy.lead(server.port);
    },
    async stop() {
      await proxy.stop();
      await server.stop();
    },
    url: () => server.url,
    open: (namespace) => openBroker(server.url, { namespace }),
    restart: (how) => server.restart(how),
    empty: () => server.restart('kill', { wipe: true }),
    pause: async () => server.pause(),
    resume: async () => server.resume(),
    proxy: () => proxy,
    proxied: (namespace) => openBroker(`nats://127.0.0.1:${proxy.port}`, { namespace }),
    async wipe(namespace) {
      const nc = await connect({ servers: `127.0.0.1:${server.port}` });
      const jsm = await jetstreamManager(nc);
      const names = namesOf(escapeToken(namespace));
      for (const name of [names.log, names.inbox]) await jsm.streams.delete(name);
      await nc.close();
    },
  });
}
