import type { NodeName, RunId } from '../model/ids.ts';
import type { NodeRun, Run, State } from '../model/state.ts';

/** The run, when it is known and has not ended; else why not. */
export function openRun(state: State, id: RunId): Run | string {
  const run = state.runs.get(id);
  if (run === undefined) return `there is no run ${id}`;
  if (run.end !== undefined) return `the run ${run.end.outcome}`;
  return run;
}

/** The node of a run that has not ended; else why not. */
export function openNode(
  state: State,
  id: RunId,
  name: NodeName,
): { run: Run; index: number; node: NodeRun } | string {
  const run = openRun(state, id);
  if (typeof run === 'string') return run;
  return nodeOf(run, name);
}

export function nodeOf(run: Run, name: NodeName): { run: Run; index: number; node: NodeRun } | string {
  const index = run.definition.indexOf.get(name);
  const node = index === undefined ? undefined : run.nodes[index];
  if (index === undefined || node === undefined) return `${run.dag} has no node ${name}`;
  return { run, index, node };
}
