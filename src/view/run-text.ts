import { explainNode } from '../engine/reason.ts';
import { gridToText, paintGraph } from '../graph/paint.ts';
import { fitText, sanitizeText, textWidth } from '../graph/text.ts';
import type { NodeName } from '../model/ids.ts';
import type { Definition, Run, State } from '../model/state.ts';
import { counted } from './counted.ts';
import { boxView } from './box-view.ts';
import { ANY_DRAWING, chooseDrawing } from './dag-drawing.ts';
import type { DrawingWish } from './dag-drawing.ts';
import { durationText } from './duration.ts';
import { lookText, nodeLook, runLook } from './look.ts';
import { commandText, ruleText } from './node-text.ts';
import { progressOf } from './progress.ts';

/** Cells for what a node depends on, so that its command stays in sight. */
const DEPENDS_MAX = 40;
/** A script of many lines stands on one; more of it helps nobody. */
const COMMAND_MAX = 100;

/** A document scrolls, and its reader can ask for more. */
const DEFAULT_WISH: DrawingWish = { ...ANY_DRAWING, stacks: true };

export type TextOptions = {
  /** Of the terminal or page, in cells: a drawing that is wider is left out, and it says so. */
  readonly width: number;
  readonly ascii?: boolean;
  readonly wish?: DrawingWish;
  readonly timeText?: (atMs: number) => string;
};

/** A run for stdout, without escapes: a heading, the drawing, and a line per node with its state and why. Ends with a newline. */
export function renderRunText(state: State, run: Run, nowMs: number, options: TextOptions): string {
  const ascii = options.ascii ?? false;
  const { done, total } = progressOf(run);
  const took = durationText((run.end?.atMs ?? nowMs) - run.triggeredMs);
  const look = lookText(runLook(run), ascii);
  const heading = `${run.dag} ${run.id}  ${look}  ${done}/${total} nodes  ${took}`;
  const { nodes } = run.definition.dag;
  const nameWidth = widest(nodes.map(({ name }) => name));
  const lines = run.definition.order.map((index) => {
    const name = sanitizeText(nodes[index]?.name ?? '?');
    const status = lookText(nodeLook(run.nodes[index]?.status.is ?? 'waiting'), ascii);
    const attempts = run.nodes[index]?.attempts.length ?? 0;
    const reason = explainNode(state, run, index, nowMs, options.timeText);
    const tries = attempts === 0 ? '' : `#${attempts}`;
    return sanitizeText(`${fitText(name, nameWidth)}  ${fitText(status, 17)} ${fitText(tries, 4)} ${reason}`);
  });
  return document([sanitizeText(heading), '', ...drawing(run.definition, run, options), '', ...lines]);
}

/** A dag without a run: its drawing, and a line per node with what it depends on and runs. Ends with a newline. */
export function renderDagText(definition: Definition, options: TextOptions): string {
  const { dag } = definition;
  const description = dag.description === undefined ? '' : `: ${dag.description}`;
  const heading = `${dag.name}, ${counted(dag.nodes.length, 'node')}, version ${definition.hash}${description}`;
  const rows = definition.order.flatMap((index) => {
    const node = dag.nodes[index];
    if (node === undefined) return [];
    const rule = node.triggerRule === 'all_success' ? '' : ` (${ruleText(node.triggerRule)})`;
    const depends = node.depends.length === 0 ? '' : `after ${node.depends.join(', ')}${rule}`;
    return [[sanitizeText(node.name), sanitizeText(depends), commandText(node.command)] as const];
  });
  const nameWidth = widest(rows.map(([name]) => name));
  const dependsWidth = Math.min(DEPENDS_MAX, widest(rows.map(([, depends]) => depends)));
  const lines = rows.map(
    ([name, depends, command]) =>
      `${fitText(name, nameWidth)}  ${fitText(depends, dependsWidth)}  ${fitText(command, COMMAND_MAX)}`,
  );
  return document([sanitizeText(heading), '', ...drawing(definition, undefined, options), '', ...lines]);
}

function drawing(definition: Definition, run: Run | undefined, options: TextOptions): string[] {
  const ascii = options.ascii ?? false;
  const area = { width: options.width, height: Number.POSITIVE_INFINITY };
  const { style, result, groupOf, labels } = chooseDrawing(definition, options.wish ?? DEFAULT_WISH, area);
  if (!result.drawn) return [`not drawn: ${sanitizeText(result.reason)}`];
  const { width } = result.layout;
  if (width > options.width)
    return [`not drawn: it is ${width} columns wide, and there are ${options.width}`];
  const contentOf = (id: string) => {
    const group = groupOf(definition.indexOf.get(id as NodeName) ?? 0);
    const { lines } = boxView(definition, run, group, style, ascii);
    return { lines: lines.map(({ text }) => ({ text, style: 0 })), borderStyle: 0 };
  };
  return gridToText(paintGraph(result.layout, contentOf, { ascii, labels })).split('\n');
}

function widest(names: readonly string[]): number {
  return names.reduce((width, name) => Math.max(width, textWidth(sanitizeText(name))), 1);
}

function document(lines: readonly string[]): string {
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}
