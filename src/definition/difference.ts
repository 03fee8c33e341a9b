import type { Dag } from '../model/dag.ts';
import type { DagName, NodeName, ServerName } from '../model/ids.ts';
import { serversFor } from '../model/placement.ts';
import type { Placement } from '../model/placement.ts';
import { canonicalJson } from './canonical.ts';
import { printable } from './diagnostic.ts';

export type DagDiff = {
  readonly added: readonly NodeName[];
  readonly removed: readonly NodeName[];
  /** In both, and not the same. */
  readonly changed: readonly NodeName[];
  /** What else differs, beside the nodes. */
  readonly settings: readonly ('description' | 'env' | 'params')[];
};

/** What changed from one version of a dag to the next; undefined stands for no dag. */
export function diffDags(before: Dag | undefined, after: Dag | undefined): DagDiff {
  const old = new Map(before?.nodes.map((node) => [node.name, canonicalJson(node)]));
  const current = new Map(after?.nodes.map((node) => [node.name, canonicalJson(node)]));
  const kept = [...current.keys()].filter((name) => old.has(name));
  const both = before !== undefined && after !== undefined;
  const settings = (['description', 'env', 'params'] as const).filter(
    (key) => both && canonicalJson([before[key]]) !== canonicalJson([after[key]]),
  );
  return {
    added: [...current.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !current.has(name)),
    changed: kept.filter((name) => old.get(name) !== current.get(name)),
    settings,
  };
}

/** `+2 −1 ~3 nodes, env`; parts that are zero are left out. `no change` when nothing differs. */
export function formatDagDiff(diff: DagDiff): string {
  const counts = [
    ['+', diff.added.length],
    ['−', diff.removed.length],
    ['~', diff.changed.length],
  ] as const;
  const shown = counts.filter(([, count]) => count > 0).map(([sign, count]) => `${sign}${count}`);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const nodes = total === 0 ? [] : [`${shown.join(' ')} ${total === 1 ? 'node' : 'nodes'}`];
  const parts = [...nodes, ...diff.settings];
  return parts.length === 0 ? 'no change' : parts.join(', ');
}

export type PlacementMove = {
  readonly dag: DagName;
  readonly node: NodeName;
  readonly from: readonly ServerName[];
  readonly to: readonly ServerName[];
};

/** The nodes of `dags` that a new placement gives to other servers than the one before. */
export function diffPlacement(before: Placement, after: Placement, dags: readonly Dag[]): PlacementMove[] {
  const hosts = (placement: Placement, dag: DagName, node: NodeName): ServerName[] =>
    serversFor(placement, dag, node).map(({ host }) => host);
  return dags.flatMap((dag) =>
    dag.nodes.flatMap(({ name: node }) => {
      const from = hosts(before, dag.name, node);
      const to = hosts(after, dag.name, node);
      const same = from.length === to.length && from.every((server) => to.includes(server));
      return same ? [] : [{ dag: dag.name, node, from, to }];
    }),
  );
}

/** One line per move, such as `B: srv-2 → srv-3`; with its dag (`etl/B`) where several dags have a `B` that moves. */
export function formatPlacementDiff(moves: readonly PlacementMove[]): string[] {
  const times = new Map<NodeName, number>();
  for (const { node } of moves) times.set(node, (times.get(node) ?? 0) + 1);
  return moves.map(({ dag, node, from, to }) => {
    const name = (times.get(node) ?? 0) > 1 ? `${dag}/${node}` : node;
    return `${printable(name)}: ${serverList(from)} → ${serverList(to)}`;
  });
}

function serverList(servers: readonly ServerName[]): string {
  return servers.length === 0 ? 'nowhere' : servers.map(printable).join(', ');
}
