import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { answers, findProgram, isExecutable } from './recipe.ts';
import type { Place, Recipe } from './recipe.ts';

/** Debian's /usr/sbin/rabbitmq-server changes to a user of its own; this one stays with whoever starts it. */
const SCRIPTS = '/usr/lib/rabbitmq/bin';
const HELLO = Buffer.from([...Buffer.from('AMQP'), 0, 0, 9, 1]);
const METHOD_FRAME = 1;
const KILL_TRIES = 20;
const KILL_PAUSE_MS = 100;

export const RABBITMQ: Recipe = {
  name: 'rabbitmq',
  find: findServer,
  remedy: 'scripts/brokers install rabbitmq',
  data: 'mnesia',
  async prepare({ folder, port, extraPorts, config }) {
    await mkdir(join(folder, 'log'), { recursive: true });
    await writeFile(
      join(folder, 'rabbitmq.conf'),
      `listeners.tcp.1 = 127.0.0.1:${port}\nloopback_users = none\n${config.replaceAll('TLS_PORT', String(extraPorts[2]))}\n`,
    );
    await writeFile(join(folder, 'enabled_plugins'), '[].');
  },
  start: (place) => ({ program: findServer() ?? 'rabbitmq-server', args: [], env: environmentOf(place) }),
  isReady: ({ port }) => answers(port, HELLO, (answer) => answer[0] === METHOD_FRAME),
  url: ({ port }) => `amqp://guest:guest@127.0.0.1:${port}`,
  // The name server of Erlang goes on by itself.
  async cleanUp(place) {
    const env = { ...process.env, ...environmentOf(place) };
    const kill = (): Promise<boolean> =>
      promisify(execFile)('epmd', ['-kill'], { env }).then(
        () => true,
        () => false,
      );
    // It refuses until it has noticed that its node is gone.
    for (let tries = 0; tries < KILL_TRIES && !(await kill()); tries += 1) await pause(KILL_PAUSE_MS);
  },
};

function findServer(): string | undefined {
  const own = join(SCRIPTS, 'rabbitmq-server');
  return isExecutable(own) ? own : findProgram('rabbitmq-server');
}

/** What `rabbitmqctl` needs as well, to reach a server that was started so. */
export function environmentOf({ folder, port, extraPorts }: Place): Record<string, string> {
  return {
    HOME: folder,
    RABBITMQ_NODENAME: `dagtop-${port}@localhost`,
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq'),
    RABBITMQ_CONF_ENV_FILE: join(folder, 'none'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_DIST_PORT: String(extraPorts[0]),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    ERL_EPMD_PORT: String(extraPorts[1]),
    ERL_EPMD_ADDRESS: '127.0.0.1',
  };
}
