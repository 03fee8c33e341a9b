import { connect } from '@nats-io/transport-node';
import { jetstreamManager } from '@nats-io/jetstream';
import { describe, it } from 'vitest';
import { openBroker } from '../../src/broker/open.ts';
import { namesOf } from '../../src/broker/nats/streams.ts';
import { escapeToken } from '../../src/model/subject.ts';
import { NATS } from '../../scripts/servers/nats.ts';
import { FaultProxy } from '../support/fault-proxy.ts';
import { isAtHand, startServer } from '../support/real-server.ts';
import type { RealServer } from '../support/real-server.ts';
import { conformanceSuite } from './suite.ts';

let server: RealServer;
let proxy: FaultProxy;

if (!isAtHand(NATS)) {
  describe.skip('the nats broker', () => {
    it(NATS.remedy, () => {});
  });
} else {
  conformanceSuite('nats', {
    async start() {
      server = await startServer(NATS);
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
