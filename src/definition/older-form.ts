import type { DagNode, TriggerRule } from '../model/dag.ts';
import { DEFAULT_MAX_LOST, DEFAULT_RETRY } from '../model/dag.ts';
import type { NodeName } from '../model/ids.ts';
import { quoted } from './diagnostic.ts';
import type { Field } from './fields.ts';
import { reportType } from './fields.ts';
import type { DraftNode, PlacedName } from './links.ts';
import type { Problems } from './problems.ts';
import { describe } from './source.ts';
import { didYouMean } from './suggestion.ts';
import { readNames } from './values.ts';

/**
 * The older form: `nodes` is a list of names, `edges` says what runs after each, and `dependencies` how many of a node's
 * upstream nodes must succeed before it starts.
 */
export function readOlderNodes(
  problems: Problems,
  nodes: Field,
  edges: Field | undefined,
  dependencies: Field | undefined,
): DraftNode[] {
  const names = readNames<NodeName>(problems, nodes, 'node name') ?? [];
  const known = new Set(names.map((node) => node.name));
  const upstream = edges === undefined ? new Map<string, PlacedName[]>() : readEdges(problems, edges, known);
  const rules = readDependencies(problems, dependencies, known, upstream);
  return names.map(({ name, at }) => {
    const rule = rules.get(name);
    return {
      name,
      at,
      depends: upstream.get(name) ?? [],
      ruleAt: rule?.at ?? at,
      rest: passThrough(rule?.rule),
    };
  });
}

function passThrough(triggerRule: TriggerRule = 'all_success'): Omit<DagNode, 'name' | 'depends'> {
  return { env: {}, retry: DEFAULT_RETRY, triggerRule, maxLost: DEFAULT_MAX_LOST, priority: 0 };
}

/** What each node depends on, by name. */
function readEdges(
  problems: Problems,
  field: Field,
  known: ReadonlySet<NodeName>,
): Map<string, PlacedName[]> {
  const upstream = new Map<string, PlacedName[]>();
  if (field.value.kind !== 'map') {
    reportType(problems, field, 'a map of each node to the list of nodes that run after it');
    return upstream;
  }
  for (const { key, at, value } of field.value.entries) {
    const from = key as NodeName;
    const isKnown = checkKnown(problems, { name: from, at }, known, field.label);
    for (const to of readNames<NodeName>(
      problems,
      { label: `edges of ${quoted(key)}`, at, value },
      'node name',
    ) ?? []) {
      if (!checkKnown(problems, to, known, `edges of ${quoted(key)}`) || !isKnown) continue;
      const depends = upstream.get(to.name) ?? [];
      depends.push({ name: from, at: to.at });
      upstream.set(to.name, depends);
    }
  }
  return upstream;
}

function readDependencies(
  problems: Problems,
  field: Field | undefined,
  known: ReadonlySet<NodeName>,
  upstream: ReadonlyMap<string, readonly PlacedName[]>,
): Map<string, { rule: TriggerRule; at: number }> {
  const rules = new Map<string, { rule: TriggerRule; at: number }>();
  if (field === undefined) return rules;
  if (field.value.kind !== 'map') {
    reportType(problems, field, 'a map of nodes to the number of upstream nodes that must succeed');
    return rules;
  }
  for (const { key, at, value } of field.value.entries) {
    if (!checkKnown(problems, { name: key as NodeName, at }, known, field.label)) continue;
    const wanted = value.kind === 'scalar' && typeof value.value === 'number' ? value.value : undefined;
    const count = upstream.get(key)?.length ?? 0;
    // A file that counts the upstream nodes of every node has 0 for the first ones.
    if (wanted === 0 && count === 0) continue;
    if (wanted === undefined || !Number.isInteger(wanted) || wanted < 1) {
      const message = `${field.label}: expected a whole number from 1 for ${quoted(key)}, got ${describe(value)}`;
      problems.error(value.at, message, 'it is the number of upstream nodes that must succeed');
    } else rules.set(key, { rule: { atLeast: wanted }, at: value.at });
  }
  return rules;
}

function checkKnown(
  problems: Problems,
  at: PlacedName,
  known: ReadonlySet<NodeName>,
  where: string,
): boolean {
  if (known.has(at.name)) return true;
  const hint = problems.isFull
    ? undefined
    : (didYouMean(at.name, known) ?? 'add it to "nodes", or remove it here');
  problems.error(at.at, `${where}: ${quoted(at.name)} is no node here`, hint);
  return false;
}
