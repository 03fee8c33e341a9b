import { turned } from './layout.ts';
import type { Layout, Pin, Wire } from './layout.ts';
import { edgeWay } from './lines.ts';
import { fitText, sanitizeText } from './text.ts';

/** A box of a picture: its lines of text, and its colours. */
export type SvgBox = {
  readonly lines: readonly string[];
  readonly fill: string;
  readonly line: string;
};

/** A cell of the layout in pixels. */
export const CELL = { width: 8, height: 17 };
const MARGIN = 8;
const LINE_COLOR = '#6b7280';
const TEXT_COLOR = '#1f2328';
const HEAD = 4;

/** The layout as a picture that stands by itself: no script, no style sheet, nothing that is fetched. `labels` of edges by their index. */
export function svgText(
  layout: Layout,
  boxOf: (id: string) => SvgBox,
  labels: ReadonlyMap<number, string> = new Map(),
): string {
  const width = layout.width * CELL.width + 2 * MARGIN;
  const height = layout.height * CELL.height + 2 * MARGIN;
  const boxes = layout.boxes.map((box) => {
    const { lines, fill, line } = boxOf(box.id);
    const [x, y] = [box.x * CELL.width, box.y * CELL.height];
    const [own, rise] = [box.width * CELL.width, box.height * CELL.height];
    const radius = box.isPill ? Math.min(rise / 2, 12) : 4;
    const first = y + rise / 2 - ((lines.length - 1) * CELL.height) / 2;
    const texts = lines.map((text, at) => {
      const weight = at === 0 ? ' font-weight="bold"' : '';
      const cut = fitText(text, box.width - 2).trim();
      return `<text x="${x + own / 2}" y="${first + at * CELL.height}"${weight}>${escaped(cut)}</text>`;
    });
    const rect = `<rect x="${x}" y="${y}" width="${own}" height="${rise}" rx="${radius}" fill="${fill}" stroke="${line}"/>`;
    return `<g>${rect}${texts.join('')}</g>`;
  });
  const wires = layout.wires.map((wire) => `<path d="${wirePath(layout, wire)}"/>`);
  const heads = layout.wires.flatMap((wire) => headsOf(layout, wire));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${-MARGIN} ${-MARGIN} ${width} ${height}">`,
    `<rect x="${-MARGIN}" y="${-MARGIN}" width="${width}" height="${height}" fill="#ffffff"/>`,
    `<g fill="none" stroke="${LINE_COLOR}" stroke-width="1.5">${wires.join('')}</g>`,
    `<g fill="${LINE_COLOR}">${heads.join('')}</g>`,
    `<g font-family="ui-monospace, monospace" font-size="12" fill="${TEXT_COLOR}" text-anchor="middle" dominant-baseline="central">`,
    ...boxes,
    ...labelTexts(layout, labels),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** All strokes of a wire; they meet where its line forks. */
export function wirePath(layout: Layout, { tops, bottoms, jogX, upperY, lowerY }: Wire): string {
  const isStraight = upperY === lowerY;
  const stroke = (x1: number, y1: number, x2: number, y2: number): string =>
    `M${middle(layout, x1, y1)}L${middle(layout, x2, y2)}`;
  const across = (y: number, columns: readonly number[]): string =>
    stroke(Math.min(...columns), y, Math.max(...columns), y);
  const [above, below] = [tops.map(({ x }) => x), bottoms.map(({ x }) => x)];
  // Half a cell further than the middle of the last one, to the borders of boxes.
  return [
    ...tops.map((pin) => stroke(pin.x, pin.y - 0.5, pin.x, upperY)),
    ...(isStraight
      ? [across(upperY, [...above, ...below])]
      : [
          across(upperY, [...above, jogX]),
          stroke(jogX, upperY, jogX, lowerY),
          across(lowerY, [...below, jogX]),
        ]),
    ...bottoms.map((pin) => stroke(pin.x, lowerY, pin.x, pin.y + 0.5)),
  ].join('');
}

function headsOf(layout: Layout, wire: Wire): string[] {
  return headCorners(layout, wire).map((corners) => `<polygon points="${corners.join(' ')}"/>`);
}

/** The arrow heads of a wire, each as its corners `x,y`. */
export function headCorners(layout: Layout, { bottoms }: Wire): string[][] {
  return bottoms
    .filter(({ box }) => box !== undefined)
    .map((pin) => {
      const [x = 0, y = 0] = middle(layout, pin.x, pin.y + 0.5)
        .split(' ')
        .map(Number);
      return layout.flow === 'down'
        ? [`${x},${y}`, `${x - HEAD},${y - 2 * HEAD}`, `${x + HEAD},${y - 2 * HEAD}`]
        : [`${x},${y}`, `${x - 2 * HEAD},${y - HEAD}`, `${x - 2 * HEAD},${y + HEAD}`];
    });
}

/** Beside the heads, where no other line is that near. */
function labelTexts(layout: Layout, labels: ReadonlyMap<number, string>): string[] {
  const heads = layout.wires.flatMap(({ bottoms }) => bottoms);
  return [...labels].flatMap(([index, label]) => {
    const pin = edgeWay(layout, index).at(-1)?.bottom;
    if (pin === undefined) return [];
    const isTaken = (other: Pin): boolean =>
      other.y === pin.y && other.x > pin.x && other.x <= pin.x + label.length + 1;
    if (layout.flow === 'down' && heads.some(isTaken)) return [];
    const [x = 0, y = 0] = middle(layout, pin.x, pin.y).split(' ').map(Number);
    return [`<text x="${x + 6}" y="${y - 4}" font-size="10" text-anchor="start">${escaped(label)}</text>`];
  });
}

/** The middle of a cell of the flow, in pixels. */
function middle(layout: Layout, x: number, y: number): string {
  const at = turned(layout.flow, { x, y });
  return `${(at.x + 0.5) * CELL.width} ${(at.y + 0.5) * CELL.height}`;
}

function escaped(text: string): string {
  return sanitizeText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
