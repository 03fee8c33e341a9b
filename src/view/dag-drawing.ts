import { layoutGraph } from '../graph/layout.ts';
import type { LayoutResult } from '../graph/layout.ts';
import { sanitizeText, textWidth } from '../graph/text.ts';
import type { NodeName } from '../model/ids.ts';
import type { Definition, Run } from '../model/state.ts';
import { nodeLook } from './look.ts';
import type { Look } from './look.ts';
import { commandText, ruleText } from './node-text.ts';

/** Cells of text in a box: from the longest word for a state to what still leaves room for others. */
const TEXT_MIN = 17;
const TEXT_MAX = 24;
const BOX_HEIGHT = 5;

const layouts = new WeakMap<Definition, LayoutResult>();

/** The layout of a version, computed once: a change of state never moves a box. Ids are node names. */
export function layoutOf(definition: Definition): LayoutResult {
  const known = layouts.get(definition);
  if (known !== undefined) return known;
  const { nodes } = definition.dag;
  const boxes = nodes.map(({ name }) => ({ id: name, width: boxWidth(name), height: BOX_HEIGHT }));
  const edges = nodes.flatMap((node) => node.depends.map((from) => ({ from, to: node.name })));
  const result = layoutGraph({ boxes, edges });
  layouts.set(definition, result);
  return result;
}

function boxWidth(name: NodeName): number {
  return Math.min(TEXT_MAX, Math.max(TEXT_MIN, textWidth(sanitizeText(name)))) + 4;
}

/** The three lines of a box. With a run: name, state, newest attempt; without: name, what it runs, its trigger rule. */
export type BoxView = {
  readonly name: string;
  /** Undefined without a run. */
  readonly look: Look | undefined;
  /** What it runs; empty with a run. */
  readonly command: string;
  /** `#2 srv-1`: its newest attempt and the server; without a run its rule, where that is not the usual one. */
  readonly detail: string;
};

export function boxView(definition: Definition, run: Run | undefined, name: string): BoxView {
  const index = definition.indexOf.get(name as NodeName) ?? -1;
  const node = definition.dag.nodes[index];
  const nodeRun = run?.nodes[index];
  const safeName = sanitizeText(name);
  if (nodeRun === undefined) {
    const rule = node === undefined || node.triggerRule === 'all_success' ? '' : ruleText(node.triggerRule);
    return { name: safeName, look: undefined, command: commandText(node?.command), detail: rule };
  }
  const attempt = nodeRun.attempts.at(-1);
  const detail = attempt === undefined ? '' : `#${attempt.number} ${sanitizeText(attempt.server)}`;
  return { name: safeName, look: nodeLook(nodeRun.status.is), command: '', detail };
}
