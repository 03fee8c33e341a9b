import type { DagNode } from '../model/dag.ts';
import type { NodeName } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import { cyclesOf } from './cycle.ts';
import { listed, printable, quoted } from './diagnostic.ts';
import type { Problems } from './problems.ts';
import { didYouMean } from './suggestion.ts';

/** A name that stands somewhere in the file. */
export type PlacedName = { readonly name: NodeName; readonly at: number };

/** A node as it was read, before anything is known about the nodes that it depends on. */
export type DraftNode = PlacedName & {
  readonly depends: readonly PlacedName[];
  /** Where its trigger rule stands. */
  readonly ruleAt: number;
  readonly rest: Omit<DagNode, 'name' | 'depends'>;
};

/** Nodes that depend only on nodes of this dag, each once, and never in a circle; what is otherwise is reported. */
export function linkNodes(problems: Problems, drafts: readonly DraftNode[]): DagNode[] {
  const byName = new Map<NodeName, DraftNode>();
  for (const draft of drafts) {
    const first = byName.get(draft.name);
    if (first === undefined) byName.set(draft.name, draft);
    else {
      const message = `node ${quoted(draft.name)} is defined twice (first at line ${problems.lineAt(first.at)})`;
      problems.error(draft.at, message, 'remove or rename one of them');
    }
  }
  const linked = [...byName.values()].map((draft) => ({ draft, depends: linkOne(problems, draft, byName) }));
  const edges = linked.reduce((total, node) => total + node.depends.length, 0);
  if (edges > limits.dagMaxEdges) {
    const message = `the dag has ${edges} edges; the bound is ${limits.dagMaxEdges}`;
    problems.error(linked[0]?.draft.at ?? 0, message, 'put a node without a command between groups of nodes');
    return [];
  }
  reportCycles(problems, linked);
  return linked.map(({ draft, depends }) =>
    Object.assign({ name: draft.name, depends: depends.map((on) => on.name) }, draft.rest),
  );
}

function linkOne(
  problems: Problems,
  node: DraftNode,
  byName: ReadonlyMap<NodeName, DraftNode>,
): PlacedName[] {
  const kept = new Map<NodeName, PlacedName>();
  const label = `node ${quoted(node.name)}`;
  let unknown = 0;
  for (const on of node.depends) {
    const target = quoted(on.name);
    if (on.name === node.name) {
      problems.error(on.at, `${label} depends on itself`, 'remove it from its own dependencies');
    } else if (!byName.has(on.name)) {
      unknown += 1;
      problems.error(
        on.at,
        `${label} depends on ${target}, which is no node here`,
        unknownHint(problems, on, byName),
      );
    } else if (kept.has(on.name)) {
      problems.warn(on.at, `${label} depends on ${target} twice`, 'remove one of them');
    } else kept.set(on.name, on);
  }
  const { triggerRule } = node.rest;
  if (typeof triggerRule === 'object' && triggerRule.atLeast > kept.size && unknown === 0) {
    const has = kept.size === 1 ? 'only 1 node' : `${kept.size === 0 ? 'no' : `only ${kept.size}`} nodes`;
    const hint =
      kept.size === 0 ? 'remove the rule, or name what it depends on' : `write ${kept.size} or less`;
    const wanted = triggerRule.atLeast === 1 ? '1 success' : `${triggerRule.atLeast} successes`;
    problems.error(node.ruleAt, `${label} waits for ${wanted} but depends on ${has}`, hint);
  }
  return [...kept.values()];
}

function unknownHint(
  problems: Problems,
  on: PlacedName,
  byName: ReadonlyMap<NodeName, DraftNode>,
): string | undefined {
  if (problems.isFull) return undefined;
  const near = didYouMean(on.name, byName.keys());
  return near ?? `add a node of that name, or use one of ${listed([...byName.keys()], 8)}`;
}

const CYCLE_SHOWN_NODES = 12;

type LinkedNode = { readonly draft: DraftNode; readonly depends: readonly PlacedName[] };

function reportCycles(problems: Problems, nodes: readonly LinkedNode[]): void {
  const indexOf = new Map(nodes.map((node, index) => [node.draft.name, index]));
  const upstream = nodes.map((node) => node.depends.map((on) => indexOf.get(on.name) ?? -1));
  for (const cycle of cyclesOf(upstream, limits.cyclesShownMax)) {
    const names = cycle.map((index) => printable(nodes[index]?.draft.name ?? ''));
    const first = nodes[cycle[0] ?? 0];
    // The last node of the cycle runs before the first again: that edge is an entry of the first's dependencies.
    const closing = first?.depends.find((on) => indexOf.get(on.name) === cycle.at(-1));
    const middle =
      names.length <= CYCLE_SHOWN_NODES
        ? names
        : [...names.slice(0, 6), `(${names.length - 9} more)`, ...names.slice(-3)];
    const shown = [...middle, names[0]].join(' → ');
    problems.error(closing?.at ?? 0, `the dependencies form a cycle: ${shown}`, 'remove one of these edges');
  }
}
