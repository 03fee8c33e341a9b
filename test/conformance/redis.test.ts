import { Redis } from 'ioredis';
import { describe, it } from 'vitest';
import { REDIS } from '../../scripts/servers/redis.ts';
import { openBroker } from '../../src/broker/open.ts';
import { escapeToken } from '../../src/model/subject.ts';
import { FaultProxy } from '../support/fault-proxy.ts';
import { isAtHand, startServer } from '../support/real-server.ts';
import type { RealServer } from '../support/real-server.ts';
import { conformanceSuite } from './suite.ts';

let server: RealServer;
let proxy: FaultProxy;

if (!isAtHand(REDIS)) {
  describe.skip('the redis broker', () => {
    it(REDIS.remedy, () => {});
  });
} else {
  conformanceSuite('redis', {
    async start() {
      server = await startServer(REDIS);
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
    proxied: (namespace) => openBroker(`redis://127.0.0.1:${proxy.port}`, { namespace }),
    async wipe(namespace) {
      const client = new Redis(server.port, '127.0.0.1');
      const keys = await client.keys(`${escapeToken(namespace)}:*`);
      await client.del(...keys);
      await client.quit();
    },
  });
}
