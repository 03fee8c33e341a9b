import { Admin } from '@platformatic/kafka';
import { describe, it } from 'vitest';
import { KAFKA } from '../../scripts/servers/kafka.ts';
import { openBroker } from '../../src/broker/open.ts';
import { FaultProxy } from '../support/fault-proxy.ts';
import { isAtHand, startServer } from '../support/real-server.ts';
import type { RealServer } from '../support/real-server.ts';
import { conformanceSuite } from './suite.ts';

/** A cluster to use where no server can be started: what needs a hand on the server is skipped then. */
const given = process.env['DAGTOP_TEST_KAFKA'];
let server: RealServer;
let proxy: FaultProxy;

/** Who comes through the proxy must be told the proxy's address. */
const listeners = (proxyPort: number): string =>
  [
    'listeners=PLAINTEXT://127.0.0.1:PORT,PROXIED://127.0.0.1:SECOND_AT,CONTROLLER://127.0.0.1:CONTROLLER_AT',
    `advertised.listeners=PLAINTEXT://127.0.0.1:PORT,PROXIED://127.0.0.1:${proxyPort}`,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name=PLAINTEXT',
  ].join('\n');

if (given !== undefined) {
  console.warn('skipped on the Kafka that was named: what needs a server to be killed, stopped or wiped');
  conformanceSuite('kafka', {
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    url: () => given,
    open: (namespace) => openBroker(given, { namespace }),
  });
} else if (!isAtHand(KAFKA)) {
  describe.skip('the kafka broker', () => {
    it(`${KAFKA.remedy}; or name one in DAGTOP_TEST_KAFKA`, () => {});
  });
} else {
  conformanceSuite('kafka', {
    async start() {
      proxy = await FaultProxy.start();
      server = await startServer(KAFKA, { config: listeners(proxy.port) });
      proxy.lead(server.place.extraPorts[1]);
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
    proxied: (namespace) => openBroker(`kafka://127.0.0.1:${proxy.port}`, { namespace }),
    async wipe(namespace) {
      const admin = new Admin({ clientId: 'wipe', bootstrapBrokers: [`127.0.0.1:${server.port}`] });
      const topics = await admin.listTopics();
      await admin.deleteTopics({ topics: topics.filter((name) => name.startsWith(`${namespace}.`)) });
      await admin.close();
    },
  });
}
