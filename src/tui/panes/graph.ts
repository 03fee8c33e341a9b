import type { Layout } from '../../graph/layout.ts';
import type { NodeName } from '../../model/ids.ts';
import type { Definition, Run } from '../../model/state.ts';
import { criticalPath } from '../../view/timeline.ts';
import type { Grid } from '../../graph/grid.ts';
import { paintGraph } from '../../graph/paint.ts';
import { sanitizeText } from '../../graph/text.ts';
import { boxView } from '../../view/box-view.ts';
import type { DagDrawing } from '../../view/dag-drawing.ts';
import { lookText, nodeLook } from '../../view/look.ts';
import { nodeMatcher } from '../../view/node-filter.ts';
import { stateCounts } from '../../view/progress.ts';
import type { Rect } from '../regions.ts';
import type { Block, Canvas, Scene } from '../scene.ts';
import { bold, invertLine, lineWidth, span } from '../span.ts';
import type { Line } from '../span.ts';
import { canvasStyle } from '../theme.ts';
import { drawingOn, filterText } from '../ui-state.ts';
import type { Subject } from '../ui-state.ts';
import { wishSpans } from './filter-spans.ts';
import { centeredTop, framePane } from './frame.ts';
import { runTitle } from './run-title.ts';

/** Cells of the rule, its mark and where more is. */
const TITLE_REST = 18;

const CARD = { mode: 'card', detail: true } as const;

export type GraphPane = { readonly block: Block; readonly canvas: Canvas | undefined };

/** The drawing of the chosen run or dag, scrolled so that the chosen node is seen; a list where it can't be drawn. */
export function graphPane(scene: Scene, subject: Subject | undefined, rect: Rect): GraphPane {
  const isFocused = scene.ui.focus === 'graph';
  if (subject === undefined) {
    const lines: Line[] = [[], [span('  Nothing to draw yet.', 'muted')]];
    return { block: framePane(rect, [bold('Drawing')], lines, isFocused), canvas: undefined };
  }
  const area = { ...rect, y: rect.y + 1, height: rect.height - 1 };
  const drawing = drawingOn(scene.ui, subject, area);
  const drawn = drawing.result;
  const title = [...titleOf(scene, subject, rect.width), ...wishSpans(scene.ui)];
  if (!drawn.drawn) {
    const lines: Line[] = [
      [span(` not drawn: ${drawn.reason}`, 'warning')],
      ...nodeList(scene, subject, rect.height - 2),
    ];
    return { block: framePane(rect, title, lines, isFocused), canvas: undefined };
  }
  const window = windowOn(drawn.layout, drawing.boxOf(subject.index), area);
  const more = moreText(drawn.layout, window);
  const block = framePane(
    rect,
    more === '' ? title : [...title, span(`  more ${more}`, 'accent')],
    [],
    isFocused,
  );
  return { block, canvas: { rect: area, grid: paint(scene, subject, drawing, drawn.layout, window) } };
}

function titleOf(scene: Scene, { run, definition }: Subject, width: number): Line {
  if (run === undefined) {
    const name = bold(sanitizeText(definition.dag.name));
    return [name, span(` ${definition.dag.nodes.length} nodes, not run`, 'muted')];
  }
  const counts = stateCounts(run).map(({ state, count }) => {
    const { tone } = nodeLook(state);
    return span(` ${lookText(nodeLook(state), scene.ascii).split(' ')[0] ?? ''}${count}`, tone);
  });
  const title = runTitle(scene, run);
  if (scene.ui.isCritical) return [...title, ...criticalSpans(scene, run, definition)];
  const isRoomy = counts.length > 1 && lineWidth([...title, ...counts]) + TITLE_REST <= width;
  return isRoomy ? [...title, ...counts] : title;
}

/** The nodes of the critical path by name, since colour alone tells nobody. */
function criticalSpans({ nowMs, ascii }: Scene, run: Run, { dag }: Definition): Line {
  const names = criticalPath(run, nowMs).map((index) => sanitizeText(dag.nodes[index]?.name ?? '?'));
  return [span(`  ${ascii ? '*' : '◆'} ${names.join(ascii ? ' > ' : ' → ')}`, 'accent')];
}

/** The part of the layout to show: all of it, centered, where it fits, else around the chosen box. */
function windowOn(layout: Layout, name: string, area: Rect): Rect {
  const box = layout.boxes.find(({ id }) => id === name);
  const middle = {
    x: (box?.x ?? 0) + ((box?.width ?? 0) >> 1),
    y: (box?.y ?? 0) + ((box?.height ?? 0) >> 1),
  };
  const x =
    layout.width <= area.width
      ? -((area.width - layout.width) >> 1)
      : centeredTop(middle.x, area.width, layout.width);
  const y = layout.height <= area.height ? 0 : centeredTop(middle.y, area.height, layout.height);
  return { x, y, width: area.width, height: area.height };
}

function moreText(layout: Layout, window: Rect): string {
  return [
    window.x > 0 ? '←' : '',
    window.y > 0 ? '↑' : '',
    window.y + window.height < layout.height ? '↓' : '',
    window.x + window.width < layout.width ? '→' : '',
  ].join('');
}

function paint(
  { ascii, ui, nowMs }: Scene,
  { run, definition, index }: Subject,
  { style, groupOf, boxOf, labels }: DagDrawing,
  layout: Layout,
  window: Rect,
): Grid {
  const chosen = boxOf(index);
  const filter = filterText(ui);
  const matches = filter === '' ? undefined : nodeMatcher(definition, run, filter);
  const marked = new Set<string>([...ui.marks].map((name) => boxOf(definition.indexOf.get(name) ?? 0)));
  const path = ui.isCritical && run !== undefined ? criticalPath(run, nowMs) : [];
  const boxes = path.map(boxOf);
  const onPath = new Set<string>(boxes);
  return paintGraph(
    layout,
    (id) => {
      const group = groupOf(definition.indexOf.get(id as NodeName) ?? 0);
      const view = boxView(definition, run, group, style, ascii);
      const isChosen = id === chosen;
      const isOut = matches !== undefined && !group.members.some(matches);
      const lines = isOut
        ? view.lines.map((line) => ({ ...line, tone: 'muted' as const, bold: false }))
        : view.lines;
      const isLit = isChosen || onPath.has(id) || marked.has(id);
      const tone = isOut ? 'muted' : view.tone;
      return {
        lines: lines.map((line) => ({ text: line.text, style: canvasStyle(line.tone, line.bold) })),
        borderStyle: canvasStyle(isLit ? 'accent' : tone, isLit),
        double: isChosen,
      };
    },
    {
      ascii,
      window,
      labels,
      highlight: edgesAlong(layout, boxes),
      highlightStyle: canvasStyle('accent', true),
    },
  );
}

/** The edges from each box to the next. */
function edgesAlong(layout: Layout, boxes: readonly string[]): ReadonlySet<number> {
  const steps = new Set(boxes.slice(1).map((to, at) => `${boxes[at] ?? ''}\u0000${to}`));
  if (steps.size === 0) return new Set();
  const idOf = (box: number): string => layout.boxes[box]?.id ?? '';
  return new Set(
    layout.edges.flatMap(({ from, to }, edge) => (steps.has(`${idOf(from)}\u0000${idOf(to)}`) ? [edge] : [])),
  );
}

/** For a dag that can't be drawn: its nodes in an order in which they could run. */
function nodeList({ ascii }: Scene, { run, definition, index }: Subject, height: number): Line[] {
  const at = definition.order.indexOf(index);
  const top = centeredTop(at, height, definition.order.length);
  return definition.order.slice(top, top + height).map((node) => {
    const name = definition.dag.nodes[node]?.name ?? '?';
    const nodeRun = run?.nodes[node];
    const look = nodeRun === undefined ? undefined : nodeLook(nodeRun.status.is);
    const [, text, detail] = boxView(definition, run, { members: [node], name }, CARD, ascii).lines;
    const line: Line = [
      span(`  ${look === undefined ? '' : lookText(look, ascii).padEnd(18)}`, look?.tone ?? 'plain'),
      bold(sanitizeText(name)),
      span(` ${(look === undefined ? text : detail)?.text ?? ''}`, 'muted'),
    ];
    return node === index ? invertLine(line) : line;
  });
}
