import { SYSTEM_TOPIC } from '../../model/subject.ts';
import type { Finding, ProbeOptions, ProbeReport } from '../port/port.ts';
import { appendFinding } from '../port/rights.ts';
import { isLoopback } from './address.ts';
import type { Address } from './address.ts';
import { ask } from './ask.ts';
import type { Connection } from './connection.ts';
import type { Names } from './names.ts';
import { amqpCode, serverProblem } from './problem.ts';
import { readServerProperties } from './server-properties.ts';

/** Streams came with 3.9, and messages of streams and quorum queues that survive everything that is tested with 3.10. */
const OLDEST = 3_010;

/** Asks the server for what it says of itself; changes nothing. */
export async function probeRabbit(
  connection: Connection,
  names: Names,
  address: Address,
  { triesRights = false }: ProbeOptions = {},
): Promise<ProbeReport> {
  const { label, reading } = connection;
  await reading.ready();
  try {
    const roundTripMs = await ask(connection, async (channel) => {
      const startMs = performance.now();
      await channel.exchangeDeclare({ exchange: names.events, passive: true });
      return performance.now() - startMs;
    });
    const properties = await readServerProperties(address).catch(() => new Map<string, string>());
    const version = properties.get('version') ?? 'unknown';
    const may = triesRights ? await mayAppend(connection, names) : undefined;
    const cluster = properties.get('cluster_name');
    return {
      server: `${properties.get('product') ?? 'RabbitMQ'} at ${label}${cluster === undefined ? '' : `, cluster ${cluster}`}`,
      version,
      durability: DURABILITY,
      findings: [
        ...findingsOf(version, address, connection.trouble),
        ...(may === undefined ? [] : [appendFinding(may)]),
      ],
      roundTripMs,
    };
  } catch (error) {
    throw serverProblem(error, label);
  }
}

/**
 * Rights are checked when something is published; in a transaction that is taken back, nobody gets it. Undefined where the server takes nothing now: it stops
 * the whole connection over which somebody publishes, so this is never one that reads.
 */
async function mayAppend(connection: Connection, names: Names): Promise<boolean | undefined> {
  const stopped = Promise.withResolvers<undefined>();
  const end = connection.link.on((link) => {
    if (!link.up) stopped.resolve(undefined);
  });
  try {
    return await Promise.race([tryAppend(connection, names), stopped.promise]);
  } finally {
    end();
  }
}

async function tryAppend(connection: Connection, { events, record }: Names): Promise<boolean> {
  let refusal: unknown;
  try {
    await ask(
      connection,
      async (channel) => {
        channel.once('error', (error: unknown) => (refusal = error));
        await channel.txSelect();
        await channel.basicPublish({ exchange: events, routingKey: record(SYSTEM_TOPIC) }, Buffer.alloc(0));
        await channel.txRollback();
      },
      'writer',
    );
    return true;
  } catch (error) {
    if (amqpCode(refusal ?? error) === 'ACCESS_REFUSED') return false;
    throw refusal ?? error;
  }
}

/** Streams are not flushed before they are confirmed (RabbitMQ's guide to streams, "Data Safety"); quorum queues are. */
const DURABILITY =
  'a power cut of all nodes that have the log, or of the only one, can lose what was acknowledged in the last half minute (streams are not flushed to disk before they are confirmed); a crash of the server alone, or of fewer than half of three or more nodes, loses nothing';

export function findingsOf(version: string, address: Address, trouble: string | undefined): Finding[] {
  const warning = (text: string): Finding => ({ level: 'warning', text });
  return [
    versionFinding(version),
    warning(
      'how many nodes the cluster has can’t be seen by AMQP: with less than three, the log has one copy that counts, and a power cut can lose its newest records',
    ),
    {
      level: 'ok',
      text: 'log: a stream queue, inboxes: quorum queues; a trim hides records, the server keeps their disk space',
    },
    ...(trouble === undefined ? [] : [warning(trouble)]),
    ...(address.tls !== undefined || isLoopback(address)
      ? []
      : [warning('login and commands cross the network in the clear: use amqps://')]),
    ...(address.user === undefined && !isLoopback(address)
      ? [warning("the login is 'guest': give dagtop one of its own (deploy/rabbitmq-permissions.sh)")]
      : []),
  ];
}

function versionFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (Number.isNaN(major) || major === 0)
    return {
      level: 'warning',
      text: 'the server does not tell its version: RabbitMQ 3.10 or later is needed',
    };
  return major * 1_000 + minor < OLDEST
    ? { level: 'refused', text: `RabbitMQ ${version}: use 3.10 or later` }
    : { level: 'ok', text: `RabbitMQ ${version}` };
}
