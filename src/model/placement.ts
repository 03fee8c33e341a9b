import type { DagName, NodeName, ServerName } from './ids.ts';

/** `B`, `etl/B` (one dag's node) or `*` (what nobody else lists). */
export type PlacementEntry =
  | { readonly node: NodeName; readonly dag?: DagName }
  | { readonly everything: true };

/** As `nodes.yaml` has it. */
export function entryText(entry: PlacementEntry): string {
  if ('everything' in entry) return '*';
  return entry.dag === undefined ? entry.node : `${entry.dag}/${entry.node}`;
}

export type PlacedServer = {
  /** An IP address, a host name or a given name; agents claim it by any of their names. */
  readonly host: ServerName;
  readonly nodes: readonly PlacementEntry[];
  /** Commands at a time; absent: what the agent offers. */
  readonly concurrency?: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Takes nodes only when all other servers that list them are gone. */
  readonly standby: boolean;
};

export type Placement = { readonly servers: readonly PlacedServer[] };

export const NO_PLACEMENT: Placement = { servers: [] };

/**
 * The servers that may run `node` of `dag`, by the placement alone. The most specific listing counts: `dag/node`, else `node`,
 * else `*`.
 */
export function serversFor(placement: Placement, dag: DagName, node: NodeName): readonly PlacedServer[] {
  const index = indexOf(placement);
  return index.exact.get(`${dag}/${node}`) ?? index.exact.get(node) ?? index.everything;
}

type PlacementIndex = {
  readonly exact: ReadonlyMap<string, readonly PlacedServer[]>;
  readonly everything: readonly PlacedServer[];
};

const indexes = new WeakMap<Placement, PlacementIndex>();

/** Computed once per placement: a decision on 1,000 nodes must not read 1,000 servers each time. */
function indexOf(placement: Placement): PlacementIndex {
  const known = indexes.get(placement);
  if (known !== undefined) return known;
  const exact = new Map<string, PlacedServer[]>();
  const everything: PlacedServer[] = [];
  for (const server of placement.servers) {
    for (const entry of server.nodes) {
      if ('everything' in entry) {
        if (!everything.includes(server)) everything.push(server);
        continue;
      }
      const key = entry.dag === undefined ? entry.node : `${entry.dag}/${entry.node}`;
      const listed = exact.get(key);
      if (listed === undefined) exact.set(key, [server]);
      else if (!listed.includes(server)) listed.push(server);
    }
  }
  const index = { exact, everything };
  indexes.set(placement, index);
  return index;
}
