import type { Dag } from '../model/dag.ts';
import type { Placement } from '../model/placement.ts';

/**
 * The one JSON text of a dag: keys sorted, everything present, no blanks. Nodes and dependencies keep their order, which
 * is part of the definition. `JSON.parse` gives the dag back. Its hash pins a run to a version.
 */
export function canonicalDag(dag: Dag): string {
  return canonicalJson(dag);
}

/** As `canonicalDag`, of a placement. */
export function canonicalPlacement(placement: Placement): string {
  return canonicalJson(placement);
}

export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    // Code unit order: it is the same everywhere, unlike that of a locale.
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
