import {
  AclOperations,
  apiVersionsV3,
  ConfigResourceTypes,
  describeConfigsV4,
  metadataV12,
} from '@platformatic/kafka';
import { limits } from '../../model/limits.ts';
import type { Finding, ProbeReport } from '../port/port.ts';
import { appendFinding } from '../port/rights.ts';
import { isLoopback } from './address.ts';
import type { Address } from './address.ts';
import type { Cluster } from './cluster.ts';
import type { LogPlace } from './log-place.ts';

/** What the cluster says of itself; settings that it doesn't tell are missing. */
export type ClusterFacts = {
  /** Of the topic of the log. */
  readonly topic: ReadonlyMap<string, string>;
  /** Of the broker that leads it. */
  readonly broker: ReadonlyMap<string, string>;
  readonly brokers: number;
  readonly copies: number;
};

/** Headroom of a batch beside the record in it. */
const BATCH_OVERHEAD_BYTES = 4 * 1024;
const LARGEST_FLUSH = 1;
/** Of operations, by Kafka's protocol. */
const UNTOLD = -(2 ** 31);

/** Reads the settings of the log's topic and of its leader, where that is allowed; changes nothing. */
export async function probeKafka(cluster: Cluster, place: LogPlace): Promise<ProbeReport> {
  return cluster.persist(async () => {
    const { leader } = await place.look();
    const startMs = performance.now();
    const { brokers, topics } = await cluster.metadata([place.name]);
    const roundTripMs = performance.now() - startMs;
    const facts: ClusterFacts = {
      topic: await settingsOf(cluster, leader, ConfigResourceTypes.TOPIC, place.name),
      broker: await settingsOf(cluster, leader, ConfigResourceTypes.BROKER, String(leader)),
      brokers: brokers.length,
      copies: topics[0]?.partitions[0]?.replicaNodes.length ?? 1,
    };
    return {
      server: `Kafka at ${cluster.label}, ${brokers.length === 1 ? 'one broker' : `${brokers.length} brokers`}`,
      version: await versionOf(cluster),
      durability: durabilityOf(facts),
      findings: [
        ...findingsOf(facts),
        ...loginFinding(cluster.address),
        ...(await rightsOf(cluster, place.name)),
      ],
      roundTripMs,
    };
  });
}

/** What Kafka says that the login may do with the topic: a bit for each operation. None where it says nothing. */
async function rightsOf(cluster: Cluster, topic: string): Promise<Finding[]> {
  const { topics } = await cluster.any(metadataV12.api, [topic], false, true);
  const operations = topics[0]?.topicAuthorizedOperations ?? UNTOLD;
  return operations === UNTOLD ? [] : [appendFinding((operations & (1 << AclOperations.WRITE)) !== 0)];
}

/** Empty where the login may not see them. */
async function settingsOf(
  cluster: Cluster,
  leader: number,
  resourceType: 2 | 4,
  resourceName: string,
): Promise<Map<string, string>> {
  try {
    const wish = [{ resourceType, resourceName, configurationKeys: null }];
    const { results } = await cluster.ask('ask', leader, describeConfigsV4.api, wish, false, false);
    const configs = results[0]?.configs ?? [];
    return new Map(configs.flatMap(({ name, value }) => (value == null ? [] : [[name, value] as const])));
  } catch {
    return new Map();
  }
}

/** The first level of each minor version. Kafka tells no client its version, only the level of metadata that the cluster agreed on. */
const LEVELS: readonly (readonly [level: number, version: string])[] = [
  [1, '3.0'],
  [2, '3.1'],
  [3, '3.2'],
  [4, '3.3'],
  [8, '3.4'],
  [9, '3.5'],
  [12, '3.6'],
  [15, '3.7'],
  [20, '3.8'],
  [21, '3.9'],
  [22, '4.0'],
  [26, '4.1'],
];
const NEWEST_LEVEL = 27;

async function versionOf(cluster: Cluster): Promise<string> {
  const { finalizedFeatures = [] } = await cluster.any(apiVersionsV3.api, 'dagtop', '1');
  const level = finalizedFeatures.find(({ name }) => name === 'metadata.version')?.maxVersionLevel;
  return level === undefined ? '3.1 or later (with ZooKeeper)' : versionOfLevel(level);
}

/** `4.1 (metadata.version 27)` for 27. */
export function versionOfLevel(level: number): string {
  const version = LEVELS.findLast(([first]) => first <= level)?.[1] ?? 'unknown';
  return `${version}${level > NEWEST_LEVEL ? ' or later' : ''} (metadata.version ${level})`;
}

/** One line: what a power cut can lose. */
export function durabilityOf({ topic, copies }: ClusterFacts): string {
  const inSync = Number(topic.get('min.insync.replicas') ?? 1);
  if (topic.get('flush.messages') === String(LARGEST_FLUSH))
    return 'a power cut loses nothing that was acknowledged (flush.messages=1 on the topic of the log)';
  if (copies > 1 && inSync > 1) {
    return `a power cut of one broker loses nothing that was acknowledged (${copies} copies, ${inSync} of them before the answer); one of all at once can lose the last seconds to minutes`;
  }
  return 'a power cut of the broker can lose what was acknowledged in the last seconds to minutes: Kafka answers before it is on the disk (flush.messages); a crash of the broker alone loses nothing';
}

/** Settings by which the cluster can't hold the truth, or only with care. */
export function findingsOf({ topic, broker, brokers, copies }: ClusterFacts): Finding[] {
  const refused = (text: string): Finding => ({ level: 'refused', text });
  const warning = (text: string): Finding => ({ level: 'warning', text });
  const findings: Finding[] = [];
  if (topic.size === 0) {
    findings.push(
      warning(
        "the settings of the log's topic can't be seen (DescribeConfigs): it must keep everything ('cleanup.policy=delete', 'retention.ms=-1', 'retention.bytes=-1')",
      ),
    );
  } else findings.push(...keepingOf(topic));
  const inSync = Number(topic.get('min.insync.replicas') ?? 1);
  if (copies === 1) {
    const advice = brokers > 1 ? 'give the topic three copies' : 'three brokers would keep three copies';
    findings.push(warning(`the log has one copy: if the disk of its broker dies it is lost (${advice})`));
  } else if (inSync < 2) {
    findings.push(
      warning("one copy is enough for an acknowledgement: set 'min.insync.replicas=2' on the log's topic"),
    );
  } else findings.push({ level: 'ok', text: `${copies} copies, ${inSync} before an acknowledgement` });
  if (copies > 1 && topic.get('unclean.leader.election.enable') === 'true') {
    findings.push(
      refused(
        "a copy that lacks what was acknowledged may take over: set 'unclean.leader.election.enable=false' on the log's topic",
      ),
    );
  }
  if (broker.get('auto.create.topics.enable') === 'true') {
    findings.push(
      warning(
        "other programs make topics by only naming them: set 'auto.create.topics.enable=false', so that a deleted log is not replaced by an empty one",
      ),
    );
  }
  return findings;

  function keepingOf(settings: ReadonlyMap<string, string>): Finding[] {
    const needed = limits.recordMaxBytes + BATCH_OVERHEAD_BYTES;
    const policy = settings.get('cleanup.policy') ?? 'delete';
    const loses = ['retention.ms', 'retention.bytes'].filter((name) => (settings.get(name) ?? '-1') !== '-1');
    return [
      ...(policy === 'delete'
        ? []
        : [
            refused(
              `the log's topic drops older records of a run (cleanup.policy=${policy}): set 'cleanup.policy=delete'`,
            ),
          ]),
      ...loses.map((name) =>
        refused(`the log's topic forgets (${name}=${settings.get(name) ?? ''}): set '${name}=-1'`),
      ),
      ...(Number(settings.get('max.message.bytes') ?? needed) < needed
        ? [refused(`the log's topic takes no large records: set 'max.message.bytes' to ${needed} or more`)]
        : []),
    ];
  }
}

function loginFinding(address: Address): Finding[] {
  if (isLoopback(address) || (address.tls !== undefined && address.login !== undefined)) return [];
  if (address.tls?.cert !== undefined) return [];
  const what =
    address.login === undefined ? 'nobody has to log in' : 'login and data are readable on the network';
  return [
    {
      level: 'warning',
      text: `${what}: use TLS ('kafkas://') and a login, since whoever reaches the brokers can run commands`,
    },
  ];
}
