import type { IndexedEdge, Network } from '../graph/network.ts';
import { readNetwork } from '../graph/network.ts';
import { stackSiblings } from '../graph/stacks.ts';
import type { Stacked } from '../graph/stacks.ts';
import type { NodeName } from '../model/ids.ts';
import type { Definition } from '../model/state.ts';

/** A dag as the drawing knows it; undefined where it is beyond the bounds of a drawing. */
export type DagNetwork = {
  readonly names: readonly NodeName[];
  readonly network: Network;
  readonly edges: readonly IndexedEdge[];
};

const networks = new WeakMap<Definition, { readonly read: DagNetwork | undefined }>();

/** Computed once per version. */
export function networkOf(definition: Definition): DagNetwork | undefined {
  let known = networks.get(definition);
  if (known === undefined) {
    const names = definition.dag.nodes.map(({ name }) => name);
    const boxes = names.map((id) => ({ id, width: 0, height: 0 }));
    const read = readNetwork({ boxes, edges: edgesOf(definition) });
    known = { read: 'reason' in read ? undefined : { names, ...read } };
    networks.set(definition, known);
  }
  return known.read;
}

const stacks = new WeakMap<Definition, Map<string, Stacked>>();
/** An operator opens and closes stacks; what was grouped before is not kept for ever. */
const STACKS_MAX = 4;

/** Equal siblings in stacks, but for those of `opened`. */
export function stacksOf(definition: Definition, opened: ReadonlySet<NodeName>): Stacked {
  const key = [...opened].sort().join('\u0000');
  const known = stacks.get(definition) ?? new Map<string, Stacked>();
  stacks.set(definition, known);
  let stacked = known.get(key);
  if (stacked === undefined) {
    if (known.size >= STACKS_MAX) known.clear();
    stacked = stack(definition, opened);
    known.set(key, stacked);
  }
  return stacked;
}

function stack(definition: Definition, opened: ReadonlySet<NodeName>): Stacked {
  const dag = networkOf(definition);
  if (dag === undefined) return alone(definition);
  const kept = new Set([...opened].flatMap((name) => definition.indexOf.get(name) ?? []));
  return stackSiblings(dag.names, dag.network, dag.edges, kept);
}

const singles = new WeakMap<Definition, Stacked>();

/** Each node by itself. */
export function alone(definition: Definition): Stacked {
  let known = singles.get(definition);
  if (known === undefined) {
    known = single(definition);
    singles.set(definition, known);
  }
  return known;
}

function single(definition: Definition): Stacked {
  const { nodes } = definition.dag;
  const edges = edgesOf(definition).map(({ from, to }) => ({
    from: definition.indexOf.get(from) ?? 0,
    to: definition.indexOf.get(to) ?? 0,
    kind: undefined,
  }));
  return {
    groups: nodes.map(({ name }, index) => ({ members: [index], name })),
    groupOf: Int32Array.from(nodes.keys()),
    edges,
  };
}

function edgesOf({ dag }: Definition): { from: NodeName; to: NodeName }[] {
  return dag.nodes.flatMap(({ name, depends }) => depends.map((from) => ({ from, to: name })));
}
