/**
 * A run may start at some nodes of its dag: it executes those and all that comes after them. The rest is `skipped` from the trigger on and nobody looks at
 * it: a rule asks only for dependencies that are inside, and `atLeast` for no more of them than there are. What comes after a node that is inside is
 * inside too, so no retry leads out.
 */
import type { NodeName } from '../model/ids.ts';
import type { Definition, Run, Scope } from '../model/state.ts';
import { reachable } from './definition.ts';

/** The part of the dag from these nodes on, or why there is none. A node of them that comes after another waits for it like any other. */
export function scopeFrom(definition: Definition, from: readonly NodeName[]): Scope | string {
  if (from.length === 0) return 'a run that starts at nodes must name one';
  const inside = new Set<number>();
  for (const name of from) {
    const start = definition.indexOf.get(name);
    if (start === undefined) return `${definition.dag.name} has no node ${name}`;
    if (inside.has(start)) continue;
    inside.add(start);
    for (const index of reachable(definition.downstream, start, inside)) inside.add(index);
  }
  const upstreamCounts = definition.upstream.map(
    (sources) => sources.filter((source) => inside.has(source)).length,
  );
  return { from: [...new Set(from)], inside, upstreamCounts };
}

/** Whether the run executes the node. */
export function isInside({ scope }: Run, index: number): boolean {
  return scope === undefined || scope.inside.has(index);
}

/** The nodes that it depends on and that the run executes. Costs a walk over them. */
export function upstreamOf(run: Run, index: number): readonly number[] {
  const sources = run.definition.upstream[index] ?? [];
  return run.scope === undefined ? sources : sources.filter((source) => isInside(run, source));
}

/** How many of them there are. */
export function upstreamCount({ scope, definition }: Run, index: number): number {
  return (scope?.upstreamCounts ?? [])[index] ?? definition.upstream[index]?.length ?? 0;
}

/** `not part of this run, which starts at B`; undefined for a node that is. */
export function whyOutside(run: Run, index: number): string | undefined {
  if (run.scope === undefined || isInside(run, index)) return undefined;
  return `not part of this run, which starts at ${startText(run.scope.from)}`;
}

const NAMES_SHOWN = 3;

/** `B`, `B and C`, `B, C, D and 4 more`. */
export function startText(from: readonly NodeName[]): string {
  const shown = from.slice(0, NAMES_SHOWN);
  const more = from.length - shown.length;
  const last = more > 0 ? `${more} more` : shown.pop();
  return shown.length === 0 ? (last ?? '') : `${shown.join(', ')} and ${last}`;
}
