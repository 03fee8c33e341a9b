import type { NodeName } from '../model/ids.ts';
import type { Run } from '../model/state.ts';
import { retryScope } from './fold-retry.ts';

/** Those that failed, were lost, timed out or were canceled by themselves: what depends on them follows. */
export function failedNodes(run: Run): readonly NodeName[] {
  return run.definition.order.flatMap((index) => {
    const state = run.nodes[index]?.status.is;
    const name = run.definition.dag.nodes[index]?.name;
    const failed = state === 'failed' || state === 'timed_out' || state === 'lost' || state === 'canceled';
    return failed && name !== undefined && typeof retryScope(run, name, false) !== 'string' ? [name] : [];
  });
}
