import { Grid } from '../../graph/grid.ts';
import type { Layout } from '../../graph/layout.ts';
import type { Window } from '../../graph/lines.ts';
import { mapSize, paintMap, placeMap } from '../../graph/minimap.ts';
import type { MapMark } from '../../graph/minimap.ts';
import { paintGraph } from '../../graph/paint.ts';
import { paintStubs, stubsOf, stubsText } from '../../graph/stubs.ts';
import type { Stub } from '../../graph/stubs.ts';
import type { NodeName } from '../../model/ids.ts';
import { boxView } from '../../view/box-view.ts';
import type { Area } from '../../view/dag-drawing.ts';
import { nodeLook } from '../../view/look.ts';
import { nodeMatcher } from '../../view/node-filter.ts';
import { stateCounts, tellingRank } from '../../view/progress.ts';
import { criticalPath } from '../../view/timeline.ts';
import type { Scene } from '../scene.ts';
import { innerArea, isMapDue, partOf } from '../shown-drawing.ts';
import type { ShownDrawing } from '../shown-drawing.ts';
import { canvasStyle } from '../theme.ts';
import { filterText } from '../ui-state.ts';
import type { Subject } from '../ui-state.ts';

/** Of the pane, at most. */
const MAP_SHARE = { width: 0.28, height: 0.34 };

/** The cells of the drawing in the pane, and how many edges lead on beyond each side. */
export function paintPart(
  scene: Scene,
  subject: Subject,
  drawing: ShownDrawing,
  layout: Layout,
  area: Area,
): { readonly grid: Grid; readonly more: string } {
  const { ascii, ui } = scene;
  const chosen = drawing.boxOf(subject.index);
  // Below the drawing around a node stands a line of text.
  const room = drawing.focus === undefined ? area : { ...area, height: Math.max(1, area.height - 1) };
  const inner = innerArea(layout, room);
  const window = partOf(ui, layout, chosen, room);
  const part = paintWindow(scene, subject, drawing, layout, window);
  const stubs = shownStubs(layout, window);
  const grid = framed(part, room, inner);
  paintStubs(grid, inner, stubs, canvasStyle('accent'), ascii);
  if (ui.hasMap ?? isMapDue(layout, area)) {
    const most = {
      width: Math.floor(area.width * MAP_SHARE.width),
      height: Math.floor(area.height * MAP_SHARE.height),
    };
    const look = { ascii, frameStyle: canvasStyle('muted'), windowStyle: canvasStyle('accent', true) };
    const mark = (id: string): MapMark => markOf(scene, subject, drawing, id);
    placeMap(
      grid,
      paintMap(layout, window, mapSize(layout, most), mark, look),
      inner,
      layout,
      window,
      chosen,
    );
  }
  return { grid, more: stubsText(stubs, layout, window, ascii) };
}

/** The part with room around it. */
function framed(part: Grid, room: Area, inner: { readonly x: number; readonly y: number } & Area): Grid {
  if (inner.x === 0 && inner.y === 0) return part;
  const grid = new Grid(room.width, room.height);
  for (let y = 0; y < part.height; y += 1)
    for (let x = 0; x < part.width; x += 1)
      grid.put(inner.x + x, inner.y + y, part.textAt(x, y), part.styleAt(x, y));
  return grid;
}

type KnownStubs = { readonly window: Window; readonly stubs: readonly Stub[] };
const knownStubs = new WeakMap<Layout, KnownStubs>();

/** Counting goes through all edges, and frame after frame shows the same part. */
function shownStubs(layout: Layout, window: Window): readonly Stub[] {
  const known = knownStubs.get(layout);
  const isSame =
    known?.window.x === window.x &&
    known.window.y === window.y &&
    known.window.width === window.width &&
    known.window.height === window.height;
  if (known !== undefined && isSame) return known.stubs;
  const stubs = stubsOf(layout, window);
  knownStubs.set(layout, { window, stubs });
  return stubs;
}

function markOf(
  { ascii }: Scene,
  { run, definition }: Subject,
  { groupOf }: ShownDrawing,
  id: string,
): MapMark {
  const { members } = groupOf(definition.indexOf.get(id as NodeName) ?? 0);
  const state = run === undefined ? undefined : stateCounts(run, members)[0]?.state;
  if (state === undefined) return { rank: 0, glyph: ascii ? 'o' : '○', isTelling: false, style: 0 };
  const look = nodeLook(state);
  const { rank, isTelling } = tellingRank(state);
  return { rank, glyph: ascii ? look.ascii : look.glyph, isTelling, style: canvasStyle(look.tone) };
}

function paintWindow(
  { ascii, ui, nowMs }: Scene,
  { run, definition, index }: Subject,
  { style, groupOf, boxOf, labels }: ShownDrawing,
  layout: Layout,
  window: Window,
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
