import type { Definition, Run } from '../../model/state.ts';
import { criticalPath } from '../../view/timeline.ts';
import { sanitizeText } from '../../graph/text.ts';
import { boxView } from '../../view/box-view.ts';
import { counted } from '../../view/counted.ts';
import type { FocusDrawing } from '../../view/focus-drawing.ts';
import { lookText, nodeLook } from '../../view/look.ts';
import { stateCounts } from '../../view/progress.ts';
import { keysOf, shownKey } from '../bound-keys.ts';
import type { Rect } from '../regions.ts';
import type { Block, Canvas, Scene } from '../scene.ts';
import { drawingOn } from '../shown-drawing.ts';
import { bold, invertLine, lineWidth, span } from '../span.ts';
import type { Line } from '../span.ts';
import type { Subject } from '../ui-state.ts';
import { titleSpans } from './breadcrumbs.ts';
import { wishSpans } from './filter-spans.ts';
import { centeredTop, framePane } from './frame.ts';
import { paintPart } from './graph-canvas.ts';
import { runTitle } from './run-title.ts';

/** Cells of the rule, its mark and where more is. */
const TITLE_REST = 18;

const CARD = { mode: 'card', detail: true } as const;

export type GraphPane = { readonly block: Block; readonly canvas: Canvas | undefined };

/** The drawing of the chosen run or dag, as far as it has room around the chosen node; a list where it can't be drawn. */
export function graphPane(scene: Scene, subject: Subject | undefined, rect: Rect): GraphPane {
  const isFocused = scene.ui.focus === 'graph';
  if (subject === undefined) {
    const lines: Line[] = [[], [span('  Nothing to draw yet.', 'muted')]];
    return {
      block: framePane(rect, titleSpans(scene.ui, subject, 'graph'), lines, isFocused),
      canvas: undefined,
    };
  }
  const area = { ...rect, y: rect.y + 1, height: rect.height - 1 };
  const drawing = drawingOn(scene.ui, subject, area);
  const drawn = drawing.result;
  const title = [...titleOf(scene, subject, rect.width), ...wishSpans(scene.ui)];
  if (!drawn.drawn) {
    const why: Line =
      drawing.order === undefined
        ? [span(` not drawn: ${sanitizeText(drawn.reason)}`, 'warning')]
        : [span(` ${drawn.reason} ${scene.ascii ? '...' : '…'}`, 'accent'), ...allCounts(scene, subject)];
    const lines: Line[] = [why, ...nodeList(scene, subject, rect.height - 2)];
    return { block: framePane(rect, title, lines, isFocused), canvas: undefined };
  }
  const { grid, more } = paintPart(scene, subject, drawing, drawn.layout, area);
  const whole = more === '' ? title : [...title, span(`  more ${more}`, 'accent')];
  const lines = Array.from({ length: area.height - 1 }, (): Line => []);
  const below = drawing.focus === undefined ? [] : focusLine(scene, subject, drawing.focus);
  const block = framePane(rect, whole, [...lines, below], isFocused);
  return { block, canvas: { rect: { ...area, height: grid.height }, grid } };
}

/** What is not in the drawing around a node, and how to come to all. */
function focusLine(
  scene: Scene,
  { run, definition }: Subject,
  { shown, elsewhere }: FocusDrawing['focus'],
): Line {
  const total = definition.dag.nodes.length;
  const beside =
    elsewhere === undefined
      ? []
      : [
          span(`, ${elsewhere.members.length} elsewhere`, 'muted'),
          ...countSpans(scene, run === undefined ? [] : stateCounts(run, elsewhere.members)),
        ];
  const [key] = keysOf(scene.ui.keymap, 'focus', 'graph');
  return [
    span(` ${shown} of ${counted(total, 'node')}`, 'muted'),
    ...beside,
    ...(key === undefined ? [] : [span(`, ${shownKey(key)} shows all`, 'muted')]),
  ];
}

function allCounts(scene: Scene, { run }: Subject): Line {
  return run === undefined ? [] : countSpans(scene, stateCounts(run));
}

function countSpans(scene: Scene, counts: ReturnType<typeof stateCounts>): Line {
  return counts.map(({ state, count }) => {
    const look = nodeLook(state);
    return span(` ${scene.ascii ? look.ascii : look.glyph}${count}`, look.tone);
  });
}

function titleOf(scene: Scene, subject: Subject, width: number): Line {
  const { run, definition } = subject;
  const title = runTitle(scene, subject, 'graph');
  if (run === undefined)
    return [...title, span(` ${counted(definition.dag.nodes.length, 'node')}, not run`, 'muted')];
  const counts = countSpans(scene, stateCounts(run));
  if (scene.ui.isCritical) return [...title, ...criticalSpans(scene, run, definition)];
  const isRoomy = counts.length > 1 && lineWidth([...title, ...counts]) + TITLE_REST <= width;
  return isRoomy ? [...title, ...counts] : title;
}

/** The nodes of the critical path by name, since colour alone tells nobody. */
function criticalSpans({ nowMs, ascii }: Scene, run: Run, { dag }: Definition): Line {
  const names = criticalPath(run, nowMs).map((index) => sanitizeText(dag.nodes[index]?.name ?? '?'));
  return [span(`  ${ascii ? '*' : '◆'} ${names.join(ascii ? ' > ' : ' → ')}`, 'accent')];
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
