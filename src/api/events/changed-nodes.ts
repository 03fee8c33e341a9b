import type { NodeName } from '../../model/ids.ts';
import type { Run } from '../../model/state.ts';
import { limits } from '../../model/limits.ts';
import type { EventTape } from './event-tape.ts';

/**
 * The nodes of a run that may look different than at a position of the log: those that something happened to, and those that depend on them. Undefined
 * when that can't be told, or all may.
 */
export function changedNodes(tape: EventTape, run: Run, after: number): ReadonlySet<number> | undefined {
  const place = tape.placeAfter(after);
  if (place === undefined) return undefined;
  const changed = new Set<number>();
  const { definition } = run;
  const add = (node: NodeName): void => {
    const index = definition.indexOf.get(node);
    if (index === undefined) return;
    changed.add(index);
    for (const next of definition.downstream[index] ?? []) changed.add(next);
  };
  for (const { event, refused } of tape.from(place, 2 * limits.apiEventsKept).events) {
    if (refused !== undefined) continue;
    // These change what is said of any node: a server came or went, or nodes were put back to waiting.
    if (!('run' in event)) {
      if (event.type !== 'leader.elected' && event.type !== 'leader.resigned') return undefined;
    } else if (event.run === run.id) {
      if (!('node' in event) || event.type === 'node.retried') return undefined;
      add(event.node);
    }
  }
  return changed;
}
