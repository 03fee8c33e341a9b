import type { DagHash, DagName, NodeName, RunId, ServerName } from '../model/ids.ts';
import type { Definition, Run, State } from '../model/state.ts';
import { serversKnown } from '../view/server-rows.ts';
import { findRun } from '../history/port/all-runs.ts';
import type { FoundRun } from '../history/port/all-runs.ts';
import type { Backing } from './backing.ts';
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
function findLiveRun(state: State, id: string): Run {
  const run = state.runs.get(id as RunId);
  if (run !== undefined) return run;
  throw new ApiProblem(404, 'no_such_run', `there is no run '${id}'`, {
    hint: 'GET /api/v1/runs lists them',
  });
}

/** A run in memory, else in the history; undefined when it is in none. */
export async function findAnyRun({ replica, history }: Backing, id: string): Promise<Run | undefined> {
  return (await findRun(replica.state, history, id as RunId))?.run;
}

/** The same, and where it was found. Problem: 404. */
export async function foundRun({ replica, history }: Backing, id: string): Promise<FoundRun> {
  const found = await findRun(replica.state, history, id as RunId);
  return found ?? { run: findLiveRun(replica.state, id), from: 'memory' };
}

/** A run that can be changed. Problems: 404, and 409 when it is past that. */
export async function findOpenableRun(backing: Backing, id: string): Promise<Run> {
  const found = await findRun(backing.replica.state, backing.history, id as RunId);
  if (found?.from === 'history')
    throw new ApiProblem(409, 'refused', `${id} is history: nothing can be done to it any more`, {
      hint: 'POST /api/v1/runs triggers a new one',
    });
  return findLiveRun(backing.replica.state, id);
}

/** The dag in force where there is one alone. Problems: 404, and 409 when there are several. */
export function findOnlyDag(state: State): Definition {
  const [first, ...more] = state.dags.keys();
  if (first === undefined) throw new ApiProblem(404, 'no_such_dag', 'there is no dag yet');
  if (more.length === 0) return findDefinition(state, first);
  throw new ApiProblem(409, 'which_dag', 'there are several dags: say which', {
    hint: `?dag=NAME; ${someOf(state.dags.keys())}`,
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

/** A server of the placement, or one whose agent was seen. Problem: 404. */
export function findServer(state: State, name: string): ServerName {
  const servers = new Set([...serversKnown(state), ...state.agents.keys()]);
  if (servers.has(name as ServerName)) return name as ServerName;
  throw new ApiProblem(404, 'no_such_server', `there is no server '${name}'`, { hint: someOf(servers) });
}

function someOf(names: Iterable<string>): string {
  const all = [...names];
  if (all.length === 0) return 'there is none yet';
  const more = all.length > NAMES_SHOWN ? ` and ${all.length - NAMES_SHOWN} more` : '';
  return `there are ${all.slice(0, NAMES_SHOWN).join(', ')}${more}`;
}
