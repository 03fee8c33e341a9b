import type { JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { limits } from '../../model/limits.ts';
import { SYSTEM_TOPIC } from '../../model/subject.ts';
import type { Finding, ProbeOptions, ProbeReport } from '../port/port.ts';
import { appendFinding } from '../port/rights.ts';
import { isLoopback } from './address.ts';
import type { Address } from './address.ts';
import type { Connection } from './connection.ts';
import { readFlushing } from './flushing.ts';
import type { Flushing } from './flushing.ts';
import { jetStreamProblem, violationIn } from './problem.ts';
import { streamFindings } from './streams.ts';
import type { StreamNames } from './streams.ts';

/** Oldest server that has what is used here: named consumers, and how much of a pull request stays unfilled. */
const OLDEST = 2_009;
/** From here on the server lines get repairs of JetStream's recovery. */
const REPAIRED = 2_010;
/** Subject and reply of the longest message. */
const HEADROOM_BYTES = 16 * 1024;
const ANSWER_MS = 5_000;

/** Reads the server's version and the settings of both streams. How it flushes only its monitoring port tells. */
export async function probeNats(
  connection: Connection,
  jsm: JetStreamManager,
  names: StreamNames,
  { address, triesRights = false }: ProbeOptions & { readonly address: Address },
): Promise<ProbeReport> {
  await connection.link.ready();
  const { nc, label } = connection;
  const { version = '', max_payload: maxPayload = 0, cluster, auth_required: auth } = nc.info ?? {};
  const flushing = await readFlushing(address.monitor, lineOf(version) < REPAIRED);
  const startMs = performance.now();
  await nc.flush();
  const roundTripMs = performance.now() - startMs;
  const [log, inbox] = await Promise.all([jsm.streams.info(names.log), jsm.streams.info(names.inbox)]).catch(
    (error: unknown) => {
      throw jetStreamProblem(error, 'the streams of dagtop');
    },
  );
  return {
    server: `nats-server at ${label}${cluster === undefined ? '' : `, cluster ${cluster}`}`,
    version,
    durability: durabilityOf(log, flushing),
    findings: [
      versionFinding(version),
      payloadFinding(maxPayload),
      ...authFinding(auth === true, address),
      ...streamFindings(log, limits.recordMaxBytes),
      ...streamFindings(inbox, limits.inboxMessageMaxBytes),
      replicaFinding(log, cluster !== undefined),
      ...(triesRights ? [appendFinding(await mayAppend(connection, names))] : []),
    ],
    roundTripMs,
  };
}

/** What expects another stream than the log's is not stored, whoever sends it; who may not append is refused before. */
async function mayAppend({ nc }: Connection, { logPrefix }: StreamNames): Promise<boolean> {
  const expecting = headers();
  expecting.set('Nats-Expected-Stream', 'none, this asks for the right to append');
  try {
    await nc.request(`${logPrefix}${SYSTEM_TOPIC.dag}.${SYSTEM_TOPIC.run}`, new Uint8Array(), {
      headers: expecting,
      timeout: ANSWER_MS,
    });
    return true;
  } catch (error) {
    if (violationIn(error) !== undefined) return false;
    throw jetStreamProblem(error, 'the stream of the log');
  }
}

/** What a power cut can take along. */
export function durabilityOf({ config }: StreamInfo, { everyMs }: Flushing): string {
  if (config.storage !== 'file') return 'a restart of the server loses everything: the log is kept in memory';
  if (everyMs === 0)
    return 'a power cut loses nothing that was acknowledged: the server flushes each message (sync_interval: always)';
  const lost =
    everyMs === undefined
      ? "in the last two minutes, unless the server flushes each message ('sync_interval: always'; 'monitor=' in the URL lets dagtop look)"
      : `in the last ${everyMs / 1_000} s (sync_interval)`;
  return config.num_replicas > 1
    ? `a power cut of all ${config.num_replicas} servers at once can lose what was acknowledged ${lost}`
    : `a power cut of the server's machine can lose what was acknowledged ${lost}; a crash of the server alone loses nothing`;
}

function lineOf(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major * 1_000 + minor;
}

export function versionFinding(version: string): Finding {
  const line = lineOf(version);
  if (line < OLDEST) return { level: 'refused', text: `nats-server ${version}: use 2.9 or later` };
  if (line < REPAIRED) {
    const text = `nats-server ${version} works; 2.10 and later have repairs of JetStream's storage: update it when you can`;
    return { level: 'warning', text };
  }
  return { level: 'ok', text: `nats-server ${version}` };
}

function payloadFinding(maxPayload: number): Finding {
  const needed = limits.recordMaxBytes + HEADROOM_BYTES;
  return maxPayload >= needed
    ? { level: 'ok', text: `max_payload is ${maxPayload}` }
    : {
        level: 'refused',
        text: `max_payload is ${maxPayload}: set it to ${needed} or more (1MB is the default)`,
      };
}

function authFinding(auth: boolean, address: Address): Finding[] {
  if (auth || isLoopback(address)) return [];
  const text =
    'the server takes everybody without a login: configure users and TLS, since whoever reaches it can run commands';
  return [{ level: 'warning', text }];
}

function replicaFinding({ config }: StreamInfo, clustered: boolean): Finding {
  return clustered && config.num_replicas < 3
    ? {
        level: 'warning',
        text: `stream ${config.name} has ${config.num_replicas} replica in a cluster: make it 3`,
      }
    : {
        level: 'ok',
        text: `stream ${config.name}: storage ${config.storage}, replicas ${config.num_replicas}`,
      };
}
