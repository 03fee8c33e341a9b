import type { Network } from './network.ts';

/** The boxes of each connected part, in the order of the file, as are the parts. */
export function connectedParts({ size, out, into }: Network): number[][] {
  const partOf = new Int32Array(size).fill(-1);
  const parts: number[][] = [];
  for (let box = 0; box < size; box += 1) {
    if (partOf[box] !== -1) continue;
    const part = [box];
    partOf[box] = parts.length;
    for (const member of part) {
      for (const next of [...(out[member] ?? []), ...(into[member] ?? [])]) {
        if (partOf[next] !== -1) continue;
        partOf[next] = parts.length;
        part.push(next);
      }
    }
    parts.push(part.sort((a, b) => a - b));
  }
  return parts;
}

/** One part as a network of its own; `boxes` in ascending order. */
export function partOfNetwork(network: Network, boxes: readonly number[]): Network {
  const local = new Map(boxes.map((box, index) => [box, index]));
  const translate = (neighbours: readonly number[] = []): number[] =>
    neighbours.map((box) => local.get(box) ?? 0);
  const out = boxes.map((box) => translate(network.out[box]));
  const into = boxes.map((box) => translate(network.into[box]));
  const kinds = network.kinds === undefined ? undefined : boxes.map((box) => network.kinds?.[box] ?? []);
  return { size: boxes.length, out, into, kinds };
}

export type Size = { readonly width: number; readonly height: number };

const BETWEEN_PARTS = 3;
const BETWEEN_SHELVES = 1;
/** Parts stand side by side up to this width, or that of the widest. */
const SHELF_WIDTH = 100;

/** Where each part goes: on shelves from left to right, in order. */
export function packParts(sizes: readonly Size[]): { readonly x: number; readonly y: number }[] {
  const widthMax = sizes.reduce((max, size) => Math.max(max, size.width), SHELF_WIDTH);
  let x = 0;
  let y = 0;
  let shelfHeight = 0;
  return sizes.map((size) => {
    if (x > 0 && x + size.width > widthMax) {
      y += shelfHeight + BETWEEN_SHELVES;
      x = 0;
      shelfHeight = 0;
    }
    const place = { x, y };
    x += size.width + BETWEEN_PARTS;
    shelfHeight = Math.max(shelfHeight, size.height);
    return place;
  });
}
