import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { REDIS } from '../../scripts/servers/redis.ts';
import { openBroker } from '../../src/broker/open.ts';
import { escapeToken } from '../../src/model/subject.ts';
import { GARNET_COMMANDS } from '../support/garnet-commands.ts';
import { FaultProxy } from '../support/fault-proxy.ts';
import { isAtHand, startServer } from '../support/real-server.ts';
import type { RealServer } from '../support/real-server.ts';
import { conformanceSuite } from './suite.ts';

let server: RealServer;
let proxy: FaultProxy;
/** What the adapter asked of the server in the whole suite. */
const asked = new Set<string>();

/** Debian's server does not know them. */
const NEWER = new Set(['client|setinfo']);
/** The server answers what Garnet answers and nothing else, and tells each command that it gets. */
const ONLY_GARNET = `user default on nopass ~* &* -@all ${[...GARNET_COMMANDS]
  .filter((name) => !NEWER.has(name))
  .map((name) => `+${name}`)
  .join(' ')}`;
const WITH_SUBCOMMANDS = new Set(['config', 'client', 'pubsub']);

/** `+1795726890.84 [0 127.0.0.1:46074] "rpushx" "key" …`, a line for each command. */
const TOLD = /^\+[\d.]+ \[[^\]]*\] "([^"]+)"(?: "([^"]*)")?/;

/** MONITOR over a plain connection; it ends with the server. */
async function listen(): Promise<void> {
  const socket = connect(server.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write('MONITOR\r\n');
  createInterface({ input: socket }).on('line', (line) => {
    const [, name = '', second = ''] = TOLD.exec(line) ?? [];
    const command = name.toLowerCase();
    if (command !== '')
      asked.add(WITH_SUBCOMMANDS.has(command) ? `${command}|${second.toLowerCase()}` : command);
  });
}

if (!isAtHand(REDIS)) {
  describe.skip('the redis broker', () => {
    it(REDIS.remedy, () => {});
  });
} else {
  conformanceSuite('redis', {
    async start() {
      server = await startServer(REDIS, { config: ONLY_GARNET });
      await listen();
      proxy = await FaultProxy.start();
      proxy.lead(server.port);
    },
    async stop() {
      await proxy.stop();
      await server.stop();
    },
    url: () => server.url,
    open: (namespace) => openBroker(server.url, { namespace }),
    async restart(how) {
      await server.restart(how);
      await listen();
    },
    async empty() {
      await server.restart('kill', { wipe: true });
      await listen();
    },
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
  it('all of it was asked with commands that Garnet answers', () => {
    expect(asked.size).toBeGreaterThan(15);
    expect([...asked].filter((name) => !GARNET_COMMANDS.has(name))).toEqual([]);
  });
}
