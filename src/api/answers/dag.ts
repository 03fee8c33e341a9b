import type { Dag, ParamValue } from '../../model/dag.ts';
import { serversFor } from '../../model/placement.ts';
import { isSecretName, maskSecrets } from '../../model/secret.ts';
import type { Definition, Run, State } from '../../model/state.ts';
import type { DagDetail, DagSummary, Param } from '../contract/dags.ts';
import { runSummary } from './run.ts';

export function dagSummary({ dag, hash }: Definition, lastRun: Run | undefined): DagSummary {
  return {
    name: dag.name,
    hash,
    ...(dag.description === undefined ? {} : { description: dag.description }),
    nodes: dag.nodes.length,
    edges: dag.nodes.reduce((sum, { depends }) => sum + depends.length, 0),
    params: Object.entries(maskSecrets(dag.params)).map(([name, value]) => ({
      name,
      type: typeOf(dag.params[name] ?? null),
      default: value,
    })),
    ...(lastRun === undefined ? {} : { lastRun: runSummary(lastRun) }),
  };
}

export function dagDetail(
  state: State,
  definition: Definition,
  lastRun: Run | undefined,
  dagText: (dag: Dag) => readonly string[],
): DagDetail {
  const dag = maskDag(definition.dag);
  return {
    ...dagSummary(definition, lastRun),
    isCurrent: state.dags.get(dag.name) === definition.hash,
    definition: dag,
    text: `${dagText(dag).join('\n')}\n`,
    masked: maskedIn(definition.dag),
    placement: dag.nodes.map(({ name }) => ({
      node: name,
      servers: serversFor(state.placement, dag.name, name).map(({ host }) => host),
    })),
  };
}

/** The newest run of each dag, of those in memory. */
export function newestRuns(state: State): ReadonlyMap<string, Run> {
  return new Map([...state.runs.values()].map((run) => [run.dag, run]));
}

function maskDag(dag: Dag): Dag {
  return {
    ...dag,
    params: maskSecrets(dag.params),
    env: maskSecrets(dag.env),
    nodes: dag.nodes.map((node) => ({ ...node, env: maskSecrets(node.env) })),
  };
}

function maskedIn({ params, env, nodes }: Dag): string[] {
  const names = [params, env, ...nodes.map((node) => node.env)].flatMap((values) => Object.keys(values));
  return [...new Set(names.filter(isSecretName))];
}

function typeOf(value: ParamValue): Param['type'] {
  if (value === null) return 'any';
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'string';
}
