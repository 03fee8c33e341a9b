import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answers, findProgram } from './recipe.ts';
import type { Recipe } from './recipe.ts';

/** Every write is on disk before it is answered; a line of `config` may say else. */
export const REDIS: Recipe = {
  name: 'redis',
  find: () => findProgram('redis-server'),
  remedy: 'scripts/brokers install redis',
  data: 'data',
  async prepare({ folder, port, extraPorts, config }) {
    await mkdir(join(folder, 'data'), { recursive: true });
    const lines = [
      'bind 127.0.0.1',
      `port ${port}`,
      `dir "${join(folder, 'data')}"`,
      'save ""',
      'appendonly yes',
      'appendfsync always',
      'daemonize no',
      // For a TLS port beside it.
      config.replaceAll('TLS_PORT', String(extraPorts[0])),
    ];
    await writeFile(join(folder, 'redis.conf'), `${lines.join('\n')}\n`);
  },
  start: ({ folder }) => ({
    program: findProgram('redis-server') ?? 'redis-server',
    args: [join(folder, 'redis.conf')],
  }),
  // While it reads its files it says LOADING; a login that is wanted is an answer too.
  isReady: ({ port }) => answers(port, 'PING\r\n', (answer) => /^(?:\+PONG|-NOAUTH)/.test(answer.toString())),
  url: ({ port }) => `redis://127.0.0.1:${port}`,
};
