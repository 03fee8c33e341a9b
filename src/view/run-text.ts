import { explainNode } from '../engine/reason.ts';
import { gridToText, paintGraph } from '../graph/paint.ts';
import { fitText, sanitizeText, textWidth } from '../graph/text.ts';
import type { Definition, Run, State } from '../model/state.ts';
import { boxView, layoutOf } from './dag-drawing.ts';
import { durationText } from './duration.ts';
import { lookText, nodeLook, runLook } from './look.ts';
import { progressOf } from './progress.ts';

export type TextOptions = {
  /** Of the terminal or page, in cells: a drawing that is wider is left out, and it says so. */
  readonly width: number;
  readonly ascii?: boolean;
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
  const heading = `${dag.name}, ${dag.nodes.length} nodes, version ${definition.hash}${description}`;
  const nameWidth = widest(dag.nodes.map(({ name }) => name));
  const lines = definition.order.map((index) => {
    const node = dag.nodes[index];
    const depends = node === undefined || node.depends.length === 0 ? '' : `after ${node.depends.join(', ')}`;
    return sanitizeText(`${fitText(node?.name ?? '?', nameWidth)}  ${depends}`);
  });
  return document([sanitizeText(heading), '', ...drawing(definition, undefined, options), '', ...lines]);
}

function drawing(definition: Definition, run: Run | undefined, options: TextOptions): string[] {
  const ascii = options.ascii ?? false;
  const result = layoutOf(definition);
  if (!result.drawn) return [`not drawn: ${sanitizeText(result.reason)}`];
  const { width } = result.layout;
  if (width > options.width)
    return [`not drawn: it is ${width} columns wide, and there are ${options.width}`];
  const grid = paintGraph(
    result.layout,
    (id) => {
      const box = boxView(definition, run, id);
      const status = box.look === undefined ? '' : lookText(box.look, ascii);
      const lines = [box.name, status, box.detail].map((text) => ({ text, style: 0 }));
      return { lines, borderStyle: 0 };
    },
    { ascii },
  );
  return gridToText(grid).split('\n');
}

function widest(names: readonly string[]): number {
  return names.reduce((width, name) => Math.max(width, textWidth(sanitizeText(name))), 1);
}

function document(lines: readonly string[]): string {
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}
