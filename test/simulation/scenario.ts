import { TRIGGER_RULES } from '../../src/definition/trigger.ts';
import type { Dag, DagNode, TriggerRule } from '../../src/model/dag.ts';
import type { DagHash, DagName, NodeName, ServerName } from '../../src/model/ids.ts';
import type { PlacedServer, Placement } from '../../src/model/placement.ts';
import type { LookOptions } from '../../src/replica/beginning.ts';
import type { CheckpointSettings } from '../../src/scheduler/settings.ts';
import type { Random } from './random.ts';

/** What a seed is about: dags, servers, where nodes may run. */
export type Scenario = {
  readonly dags: readonly { readonly hash: DagHash; readonly dag: Dag }[];
  readonly servers: readonly ServerName[];
  readonly placement: Placement;
  readonly failRate: number;
  readonly crashChance: number;
  readonly maxSkewMs: number;
  /** Commands may hang, and their agent with them. */
  readonly hangs: boolean;
  /** Undefined: none are written, and nothing is trimmed. */
  readonly checkpoints: CheckpointSettings | undefined;
  readonly look: LookOptions;
};

const RULES = TRIGGER_RULES.filter((rule) => rule !== 'all_success');

/** Clocks this far apart make deadlines useless, which are then left out of the story; backoffs must end all the same. */
const TELLING_SKEW_MS = 3_600_000;

export function createScenario(random: Random): Scenario {
  const servers = Array.from({ length: random.int(1, 4) }, (_, at) => `s${at + 1}` as ServerName);
  const dags = Array.from({ length: random.int(1, 2) }, (_, at) => {
    const dag = createDag(random, `d${at + 1}`);
    return { dag, hash: `h${at + 1}` as DagHash };
  });
  const maxSkewMs = random.pick([0, 0, 3_000, 120_000, TELLING_SKEW_MS]);
  return {
    dags,
    servers,
    placement: createPlacement(
      random,
      servers,
      dags.flatMap(({ dag }) => dag.nodes.map(({ name }) => name)),
    ),
    failRate: random.pick([0, 0.1, 0.3]),
    crashChance: random.pick([0, 0.001, 0.004, 0.01]),
    maxSkewMs,
    hangs: maxSkewMs < TELLING_SKEW_MS,
    checkpoints: random.chance(0.7) ? createCheckpoints(random) : undefined,
    look: { firstRecords: random.pick([1, 8, 64]), recentRecords: random.pick([0, 10]) },
  };
}

/** So small that a story has many, of several parts, and trims under the feet of slow readers. */
function createCheckpoints(random: Random): CheckpointSettings {
  return {
    everyEvents: random.pick([5, 20, 60]),
    runsMaxLength: random.pick([0, 4_000, 1_000_000]),
    partMaxLength: random.pick([400, 2_000]),
    keepMs: random.pick([1, 2_000, 15_000]),
    trimEveryMs: random.pick([300, 3_000]),
  };
}

function createDag(random: Random, name: string): Dag {
  const count = random.int(1, 8);
  const density = random.pick([0.2, 0.4, 0.7]);
  const plain = random.chance(0.5);
  const names = Array.from({ length: count }, (_, at) => `n${at}` as NodeName);
  const nodes = names.map((node, at): DagNode => {
    const depends = random.subset(names.slice(Math.max(0, at - 4), at), density);
    const hasCommand = !random.chance(0.2);
    return {
      name: node,
      depends,
      env: {},
      ...(hasCommand ? { command: { argv: ['work'] } } : {}),
      ...(random.chance(0.1) ? { timeoutMs: 3_000 } : {}),
      retry: {
        limit: random.pick([0, 1, 3]),
        intervalMs: random.int(10, 2_000),
        backoff: random.pick([1, 2]),
        maxIntervalMs: 5_000,
        jitter: random.pick([0, 0.5]),
        ...(random.chance(0.1) ? { exitCodes: [2] } : {}),
      },
      triggerRule: plain || random.chance(0.6) ? 'all_success' : ruleFor(random, depends.length),
      maxLost: random.pick([0, 2, 50]),
      priority: random.pick([0, 0, 5]),
    };
  });
  return { name: name as DagName, params: {}, env: {}, nodes };
}

function ruleFor(random: Random, upstreamCount: number): TriggerRule {
  if (upstreamCount > 0 && random.chance(0.3)) return { atLeast: random.int(1, upstreamCount) };
  return random.pick(RULES);
}

export function createPlacement(
  random: Random,
  servers: readonly ServerName[],
  nodes: readonly NodeName[],
): Placement {
  const placed = servers.map((host, at): PlacedServer => ({
    host,
    nodes: [
      ...random.subset(nodes, 0.5).map((node) => ({ node })),
      ...(at === 0 || random.chance(0.3) ? [{ everything: true as const }] : []),
    ],
    ...(random.chance(0.5) ? { concurrency: random.int(1, 3) } : {}),
    labels: {},
    standby: at > 0 && random.chance(0.2),
  }));
  return { servers: placed };
}
