import { didYouMean } from '../definition/suggestion.ts';
import { CodedError } from '../model/coded-error.ts';
import type { DagName, NodeName, ServerName } from '../model/ids.ts';
import type { Definition, Run, State } from '../model/state.ts';

/** The current version of a dag. Error: `no_such_dag`, with the nearest name. */
export function findDag(state: State, name: string): Definition {
  const hash = state.dags.get(name as DagName);
  const definition = hash === undefined ? undefined : state.definitions.get(hash);
  if (definition !== undefined) return definition;
  const names = [...state.dags.keys()];
  throw new CodedError('no_such_dag', `there is no dag '${name}'`, {
    hint:
      didYouMean(name, names) ??
      (names.length === 0
        ? 'apply one first: dagtop apply dags nodes.yaml'
        : `there are ${names.slice(0, 8).join(', ')}`),
  });
}

/** A run by its id, by the beginning of one, or by its dag's name: then that dag's newest. Error: `no_such_run`. */
export function findRun(state: State, text: string): Run {
  const { run, count } = matchRun(state, text);
  if (run !== undefined) return run;
  if (count > 1) throw ambiguousRun(text, count);
  throw new CodedError('no_such_run', `there is no run '${text}'`, { hint: 'dagtop runs lists them' });
}

/** The dag in force of that name, else a run as `findRun` finds it. Error: `no_such_run`. */
export function findDagOrRun(state: State, text: string): Definition | Run {
  const hash = state.dags.get(text as DagName);
  const definition = hash === undefined ? undefined : state.definitions.get(hash);
  if (definition !== undefined) return definition;
  const { run, count } = matchRun(state, text);
  if (run !== undefined) return run;
  if (count > 1) throw ambiguousRun(text, count);
  throw new CodedError('no_such_run', `there is no dag and no run '${text}'`, {
    hint: didYouMean(text, [...state.dags.keys()]) ?? 'dagtop runs lists the runs',
  });
}

/** The run that `text` means, and how many ids it begins where it means none. */
function matchRun(state: State, text: string): { readonly run: Run | undefined; readonly count: number } {
  const runs = [...state.runs.values()];
  const exact = runs.find((run) => run.id === text) ?? runs.findLast((run) => run.dag === text);
  if (exact !== undefined) return { run: exact, count: 1 };
  const starting = text === '' ? [] : runs.filter((run) => run.id.startsWith(text));
  return { run: starting.length === 1 ? starting[0] : undefined, count: starting.length };
}

export function ambiguousRun(text: string, count: number): CodedError {
  return new CodedError('no_such_run', `'${text}' begins ${count} run ids`, { hint: 'type more of it' });
}

/** A server of the placement, or one whose agent was seen. Error: `no_such_server`, with the nearest name. */
export function findServer(state: State, name: string): ServerName {
  const names = new Set([...state.placement.servers.map(({ host }) => host), ...state.agents.keys()]);
  const found = [...names].find((server) => server === name);
  if (found !== undefined) return found;
  throw new CodedError('no_such_server', `there is no server '${name}'`, {
    hint: didYouMean(name, [...names]) ?? 'dagtop servers lists them',
  });
}

/** A node's name in a run. Error: `no_such_node`, with the nearest name. */
export function findNode(run: Run, name: string): NodeName {
  return findDagNode(run.definition, name);
}

/** A node's name in a dag. Error: `no_such_node`, with the nearest name. */
export function findDagNode({ dag, indexOf }: Definition, name: string): NodeName {
  if (indexOf.has(name as NodeName)) return name as NodeName;
  const names = dag.nodes.map((node) => node.name);
  throw new CodedError('no_such_node', `${dag.name} has no node '${name}'`, {
    hint: didYouMean(name, names) ?? `its nodes are ${names.slice(0, 8).join(', ')}`,
  });
}
