import type { Definition, Run } from '../model/state.ts';
import { filterOf } from './filter.ts';
import { nodeLook } from './look.ts';
import { commandText } from './node-text.ts';

/** Which nodes, by their indexes, a filter (see `filter.ts`) lets through: by name and command, state, and the server of the last attempt. */
export function nodeMatcher(
  { dag }: Definition,
  run: Run | undefined,
  filter: string,
): (index: number) => boolean {
  const matches = filterOf(filter);
  return (index) => {
    const node = dag.nodes[index];
    const nodeRun = run?.nodes[index];
    if (node === undefined) return false;
    return matches({
      text: `${node.name} ${commandText(node.command)}`,
      state: nodeRun === undefined ? '' : nodeLook(nodeRun.status.is).word,
      server: nodeRun?.attempts.at(-1)?.server ?? '',
    });
  };
}
