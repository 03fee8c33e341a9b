import type { Viz } from '@viz-js/viz';
import { layoutGraph } from '../../src/graph/layout.ts';
import { edgeWay } from '../../src/graph/lines.ts';
import { gridToText, paintGraph } from '../../src/graph/paint.ts';
import type { Topology } from '../../src/graph/topology.ts';
import type { Point, Polyline } from './crossing-pairs.ts';

/** Points taken of each piece of a spline. */
const SAMPLES = 8;

/** The edges of our layout, straight from layer to layer. */
export function ownPolylines(topology: Topology): Polyline[] {
  const result = layoutGraph(topology);
  if (!result.drawn) throw new Error(result.reason);
  const { layout } = result;
  return layout.edges.map((edge, index) => ({
    from: topology.boxes[edge.from]?.id ?? '',
    to: topology.boxes[edge.to]?.id ?? '',
    points: edgeWay(layout, index).flatMap(({ top, bottom }) => [top, bottom]),
  }));
}

/** The crossings that somebody sees in our drawing, in which edges of one source, and of equal sources, share lines. */
export function countDrawnCrossings(topology: Topology): number {
  const result = layoutGraph(topology);
  if (!result.drawn) throw new Error(result.reason);
  const { layout } = result;
  let count = 0;
  const content = { lines: [], borderStyle: 0 };
  for (let y = 0; y < layout.height; y += BAND) {
    const window = { x: 0, y, width: layout.width, height: Math.min(BAND, layout.height - y) };
    count += gridToText(paintGraph(layout, () => content, { window })).split('┼').length - 1;
  }
  return count;
}

/** Rows painted at a time. */
const BAND = 100;

/** The edges as dot draws them. */
export function dotPolylines(viz: Viz, { boxes, edges }: Topology): Polyline[] {
  const numbers = new Map(boxes.map(({ id }, at) => [id, at]));
  const lines = [
    'digraph { ranksep=0.5; nodesep=0.25; node [shape=box, label="", fixedsize=true];',
    ...boxes.map(({ width, height }, at) => `n${at} [width=${width / 12}, height=${height / 6}];`),
    ...edges.map(({ from, to }) => `n${numbers.get(from) ?? 0} -> n${numbers.get(to) ?? 0};`),
    '}',
  ];
  const graph = viz.renderJSON(lines.join('\n')) as {
    objects?: { name: string }[];
    edges?: { tail: number; head: number; pos: string }[];
  };
  const names = (graph.objects ?? []).map(({ name }) => boxes[Number(name.slice(1))]?.id ?? '');
  return (graph.edges ?? []).map(({ tail, head, pos }) => ({
    from: names[tail] ?? '',
    to: names[head] ?? '',
    points: splinePoints(pos),
  }));
}

/** `e,x,y x,y x,y …`: an end for the head, then a start and three control points for each cubic piece. */
function splinePoints(pos: string): Point[] {
  const all = pos.split(' ');
  const parse = (text: string): Point => {
    const [x = 0, y = 0] = text
      .replace(/^[es],/, '')
      .split(',')
      .map(Number);
    return { x, y };
  };
  const end = all.filter((text) => text.startsWith('e,')).map(parse);
  const controls = all.filter((text) => !/^[es],/.test(text)).map(parse);
  const points: Point[] = controls.slice(0, 1);
  for (let at = 0; at + 3 < controls.length; at += 3) {
    const [a, b, c, d] = controls.slice(at, at + 4);
    if (a === undefined || b === undefined || c === undefined || d === undefined) break;
    for (let step = 1; step <= SAMPLES; step += 1) points.push(cubic(a, b, c, d, step / SAMPLES));
  }
  return [...points, ...end];
}

function cubic(a: Point, b: Point, c: Point, d: Point, t: number): Point {
  const s = 1 - t;
  const mix = (p: number, q: number, r: number, o: number): number =>
    s * s * s * p + 3 * s * s * t * q + 3 * s * t * t * r + t * t * t * o;
  return { x: mix(a.x, b.x, c.x, d.x), y: mix(a.y, b.y, c.y, d.y) };
}
