import type { Box, Layout } from '../graph/layout.ts';
import type { Window } from '../graph/lines.ts';
import type { Area } from './dag-drawing.ts';

export type Corner = { readonly x: number; readonly y: number };

/** How far from the border of the window the chosen box stays, if there is room, in cells. */
const MARGIN_MAX = { x: 10, y: 3 };

/**
 * The part of a layout to show in `area`, without moving it more than needed: it stays where `corner`, its top left one, was, while `box`
 * is in it and not at its very border; else `box` comes to its middle. What fits stands still: in the middle, at the top.
 */
export function windowOn(
  layout: Pick<Layout, 'width' | 'height'>,
  box: Pick<Box, 'x' | 'y' | 'width' | 'height'> | undefined,
  area: Area,
  corner: Corner | undefined,
): Window {
  const { width, height } = area;
  const x =
    layout.width <= width
      ? -((width - layout.width) >> 1)
      : startOf(box?.x ?? 0, box?.width ?? 0, width, layout.width, corner?.x, MARGIN_MAX.x);
  const y =
    layout.height <= height
      ? 0
      : startOf(box?.y ?? 0, box?.height ?? 0, height, layout.height, corner?.y, MARGIN_MAX.y);
  return { x, y, width, height };
}

/** Along one direction: where `size` cells of `total` begin, so that `own` cells from `at` on are among them. */
function startOf(
  at: number,
  own: number,
  size: number,
  total: number,
  before: number | undefined,
  marginMax: number,
): number {
  const clamped = (start: number): number => Math.min(Math.max(0, start), total - size);
  if (before !== undefined) {
    const start = clamped(before);
    const margin = Math.min(marginMax, Math.max(0, (size - own) >> 2));
    // Nothing is beyond the end of the drawing, so there the box may stand at the border.
    const isPastStart = start === 0 || at >= start + margin;
    const isBeforeEnd = start === total - size || at + own <= start + size - margin;
    if (at >= start && at + own <= start + size && isPastStart && isBeforeEnd) return start;
  }
  return clamped(at + (own >> 1) - (size >> 1));
}
