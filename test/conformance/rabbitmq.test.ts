import { Connection } from 'rabbitmq-client';
import { describe, it } from 'vitest';
import { RABBITMQ } from '../../scripts/servers/rabbitmq.ts';
import { openBroker } from '../../src/broker/open.ts';
import { namesOf } from '../../src/broker/rabbitmq/names.ts';
import type { ServerName } from '../../src/model/ids.ts';
import { FaultProxy } from '../support/fault-proxy.ts';
import { isAtHand, startServer } from '../support/real-server.ts';
import type { RealServer } from '../support/real-server.ts';
import { conformanceSuite } from './suite.ts';

let server: RealServer;
let proxy: FaultProxy;

if (!isAtHand(RABBITMQ)) {
  describe.skip('the rabbitmq broker', () => {
    it(RABBITMQ.remedy, () => {});
  });
} else {
  conformanceSuite('rabbitmq', {
    async start() {
      server = await startServer(RABBITMQ);
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
    proxied: (namespace) => openBroker(`amqp://guest:guest@127.0.0.1:${proxy.port}`, { namespace }),
    async wipe(namespace) {
      const names = namesOf(namespace);
      const client = new Connection({ url: server.url });
      for (const queue of [names.log, names.trims, names.inbox('srv-1' as ServerName)])
        await client.queueDelete({ queue });
      for (const exchange of [names.events, names.made, names.inboxes, names.bus])
        await client.exchangeDelete({ exchange });
      await client.close();
    },
  });
}
