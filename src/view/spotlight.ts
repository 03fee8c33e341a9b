import type { NodeState, Run } from '../model/state.ts';

/** What deserves a look: what went wrong, then what is under way. */
const TELLING: readonly (readonly NodeState[])[] = [
  ['failed', 'timed_out', 'lost'],
  ['running'],
  ['retrying', 'queued'],
  ['waiting'],
];

/** The index of the node that is shown while nobody has chosen one: the first, in the dag's order, that went wrong, else that runs, … */
export function spotlight(run: Run): number {
  const { order } = run.definition;
  for (const states of TELLING) {
    const found = order.find((index) => states.includes(run.nodes[index]?.status.is ?? 'succeeded'));
    if (found !== undefined) return found;
  }
  return order.at(-1) ?? 0;
}

/** The next node after `from` in the dag's order, going round, that went wrong or is under way; undefined when none is. */
export function nextTelling(run: Run, from: number): number | undefined {
  const { order } = run.definition;
  const at = order.indexOf(from);
  const round = [...order.slice(at + 1), ...order.slice(0, at + 1)];
  const telling = new Set(TELLING.slice(0, 3).flat());
  return round.find((index) => telling.has(run.nodes[index]?.status.is ?? 'succeeded'));
}
