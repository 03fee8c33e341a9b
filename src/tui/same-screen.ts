import type { Grid } from '../graph/grid.ts';
import type { Block, Canvas, Screen } from './scene.ts';

/** Whether two screens look the same: then Ink, which lays out all of a frame anew, need not be asked. */
export function isSameScreen(a: Screen, b: Screen): boolean {
  return (
    a.width === b.width &&
    a.height === b.height &&
    isSameFaded(a.faded, b.faded) &&
    a.blocks.length === b.blocks.length &&
    a.blocks.every((block, at) => isSameBlock(block, b.blocks[at])) &&
    isSameBlock(a.dialog, b.dialog) &&
    isSameCanvas(a.canvas, b.canvas)
  );
}

function isSameBlock(a: Block | undefined, b: Block | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (!isSameRect(a.rect, b.rect) || a.lines.length !== b.lines.length) return false;
  return a.lines.every((line, row) => {
    const other = b.lines[row];
    return (
      line.length === other?.length &&
      line.every((part, at) => {
        const same = other[at];
        return (
          part.text === same?.text &&
          part.tone === same.tone &&
          part.isBold === same.isBold &&
          part.isInverse === same.isInverse
        );
      })
    );
  });
}

function isSameCanvas(a: Canvas | undefined, b: Canvas | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return isSameRect(a.rect, b.rect) && isSameGrid(a.grid, b.grid);
}

function isSameGrid(a: Grid, b: Grid): boolean {
  if (a.width !== b.width || a.height !== b.height) return false;
  for (let y = 0; y < a.height; y += 1) {
    for (let x = 0; x < a.width; x += 1) {
      if (a.textAt(x, y) !== b.textAt(x, y) || a.styleAt(x, y) !== b.styleAt(x, y)) return false;
    }
  }
  return true;
}

function isSameFaded(a: Screen['faded'], b: Screen['faded']): boolean {
  return a === undefined || b === undefined ? a === b : isSameRect(a, b);
}

function isSameRect(a: Block['rect'], b: Block['rect']): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}
