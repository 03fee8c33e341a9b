import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { answers, findProgram, OWN_FOLDER } from './recipe.ts';
import type { Recipe } from './recipe.ts';

/** Any 22 characters that stand for 16 bytes. */
const CLUSTER = 'ZGFndG9wLXRlc3QtMDAwMA';
/** ApiVersions, version 0, correlation 1, no client id, behind its length. */
const HELLO = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);
const CORRELATION_AT = 4;

/**
 * Apache Kafka in KRaft mode, broker and controller in one process. In lines of `config` that name listeners, PORT, CONTROLLER_AT and SECOND_AT stand for the ports of
 * the place.
 */
export const KAFKA: Recipe = {
  name: 'kafka',
  find: () => (findJars() === undefined ? undefined : findProgram('java')),
  remedy: 'scripts/brokers install kafka (needs Java 17)',
  data: 'data',
  async prepare({ folder, port, extraPorts, config }) {
    const [controller, second] = extraPorts;
    const lines = [
      'process.roles=broker,controller',
      'node.id=1',
      `controller.quorum.voters=1@127.0.0.1:${controller}`,
      'controller.listener.names=CONTROLLER',
      ...(config.includes('listeners=')
        ? []
        : [`listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`]),
      `log.dirs=${join(folder, 'data')}`,
      'auto.create.topics.enable=false',
      'group.initial.rebalance.delay.ms=0',
      ...['offsets.topic', 'transaction.state.log', 'share.coordinator.state.topic'].map(
        (what) => `${what}.replication.factor=1`,
      ),
      'transaction.state.log.min.isr=1',
      // Of its 50 partitions each is a folder, which takes a while.
      'offsets.topic.num.partitions=4',
      config
        .replaceAll('PORT', String(port))
        .replaceAll('CONTROLLER_AT', String(controller))
        .replaceAll('SECOND_AT', String(second)),
    ];
    const file = join(folder, 'server.properties');
    await writeFile(file, `${lines.join('\n')}\n`);
    await writeFile(join(folder, 'log4j2.yaml'), LOGGING);
    if (existsSync(join(folder, 'data/meta.properties'))) return;
    await promisify(execFile)(findProgram('java') ?? 'java', [
      ...javaArgs(folder),
      'kafka.tools.StorageTool',
      ...['format', '-t', CLUSTER, '-c', file],
    ]);
  },
  start: ({ folder }) => ({
    program: findProgram('java') ?? 'java',
    args: [...javaArgs(folder), 'kafka.Kafka', join(folder, 'server.properties')],
  }),
  isReady: ({ port }) => answers(port, HELLO, (answer) => answer.readInt32BE(CORRELATION_AT) === 1),
  url: ({ port }) => `kafka://127.0.0.1:${port}`,
};

const LOGGING =
  'Configuration: {Appenders: {Console: {name: C, PatternLayout: {pattern: "%d %p %m%n"}}}, Loggers: {Root: {level: WARN, AppenderRef: {ref: C}}}}\n';

function javaArgs(folder: string): string[] {
  return [
    ...['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
    `-Dlog4j2.configurationFile=${join(folder, 'log4j2.yaml')}`,
    ...['-cp', `${findJars() ?? '.'}/*`],
  ];
}

/** The folder with Kafka's jars. */
export function findJars(): string | undefined {
  const home = process.env['DAGTOP_KAFKA_HOME'];
  return [...(home === undefined ? [] : [join(home, 'libs'), home]), join(OWN_FOLDER, 'kafka')].find(
    (folder) => existsSync(folder) && readdirSync(folder).some((name) => /^kafka_2.*\.jar$/.test(name)),
  );
}
