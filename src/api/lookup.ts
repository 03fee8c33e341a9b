import type { DagHash, DagName, NodeName, RunId } from '../model/ids.ts';
import type { Definition, Run, State } from '../model/state.ts';
import { ApiProblem } from './problem.ts';

const NAMES_SHOWN = 8;

/** The version in force of a dag, or another one that is known. Problem: 404. */
export function findDefinition(state: State, name: string, hash?: string): Definition {
  const wanted = hash ?? state.dags.get(name as DagName);
  const found = wanted === undefined ? undefined : state.definitions.get(wanted as DagHash);
  if (found !== undefined && found.dag.name === name) return found;
  if (hash !== undefined && state.dags.has(name as DagName))
    throw new ApiProblem(404, 'no_such_version', `no run in memory has version ${hash} of ${name}`);
  throw new ApiProblem(404, 'no_such_dag', `there is no dag '${name}'`, { hint: someOf(state.dags.keys()) });
}

/** A run in memory. Problem: 404. */
export function findLiveRun(state: State, id: string): Run {
  const run = state.runs.get(id as RunId);
  if (run !== undefined) return run;
  throw new ApiProblem(404, 'no_such_run', `there is no run '${id}'`, {
    hint: 'GET /api/v1/runs lists them',
  });
}

/** The index of a node. Problem: 404. */
export function findNode({ dag, indexOf }: Definition, name: string): number {
  const index = indexOf.get(name as NodeName);
  if (index !== undefined) return index;
  throw new ApiProblem(404, 'no_such_node', `${dag.name} has no node '${name}'`, {
    hint: someOf(indexOf.keys()),
  });
}

function someOf(names: Iterable<string>): string {
  const all = [...names];
  if (all.length === 0) return 'there is none yet';
  const more = all.length > NAMES_SHOWN ? ` and ${all.length - NAMES_SHOWN} more` : '';
  return `there are ${all.slice(0, NAMES_SHOWN).join(', ')}${more}`;
}
