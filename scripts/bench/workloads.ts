import { compileDag } from '../../src/engine/definition.ts';
import { DEFAULT_MAX_LOST, DEFAULT_RETRY } from '../../src/model/dag.ts';
import type { Command, Dag, DagNode } from '../../src/model/dag.ts';
import type { DagHash, DagName, NodeName } from '../../src/model/ids.ts';

export type Workload = {
  readonly name: string;
  readonly dag: Dag;
  readonly hash: DagHash;
  /** Triggered at once. */
  readonly runs: number;
  readonly nodes: number;
};

/** The shapes to measure; `share` scales them down for a quick look. */
export function workloads(share: number): Workload[] {
  const many = (count: number): number => Math.max(2, Math.round(count * share));
  return [
    workload(`wide 1→${many(1_000)}→1`, fan('wide', many(1_000)), 1),
    workload(`chain of ${many(200)}`, chain('chain', many(200)), 1),
    workload(`${many(200)} diamonds`, diamond('diamond'), many(200)),
    workload(`${many(5_000)} single nodes`, chain('single', 1), many(5_000)),
  ];
}

/** `1→count→1` of a command instead of pass-throughs. */
export function commandFan(count: number, command: Command): Workload {
  return workload(`${count} × true`, fan('commands', count, command), 1);
}

function workload(name: string, dag: Dag, runs: number): Workload {
  const hash = `bench-${dag.name}` as DagHash;
  const definition = compileDag(hash, dag);
  if (typeof definition === 'string') throw new Error(definition);
  return { name, dag, hash, runs, nodes: dag.nodes.length * runs };
}

function fan(name: string, count: number, command?: Command): Dag {
  const middle = Array.from({ length: count }, (_, at) => `m${at}`);
  const nodes = [
    node('first', []),
    ...middle.map((item) => node(item, ['first'], command)),
    node('last', middle),
  ];
  return dag(name, nodes);
}

function chain(name: string, count: number): Dag {
  return dag(
    name,
    Array.from({ length: count }, (_, at) => node(`n${at}`, at === 0 ? [] : [`n${at - 1}`])),
  );
}

function diamond(name: string): Dag {
  return dag(name, [node('A', []), node('B', ['A']), node('C', ['A']), node('D', ['B', 'C'])]);
}

function dag(name: string, nodes: readonly DagNode[]): Dag {
  return { name: name as DagName, params: {}, env: {}, nodes };
}

function node(name: string, depends: readonly string[], command?: Command): DagNode {
  return {
    name: name as NodeName,
    depends: depends as readonly NodeName[],
    env: {},
    retry: DEFAULT_RETRY,
    triggerRule: 'all_success',
    maxLost: DEFAULT_MAX_LOST,
    priority: 0,
    ...(command === undefined ? {} : { command }),
  };
}
