import type { BoxSpec, Flow } from './topology.ts';

/**
 * Distances in cells, across the flow and along it. A layout is made as if lines led down, and turned in the end where they lead to the
 * right; cells are twice as high as wide, so that takes other distances.
 */
export type Spacing = {
  /** Blanks between neighbours of a layer: two boxes, a box and a line, two lines. */
  readonly betweenBoxes: number;
  readonly besideBoxes: number;
  readonly betweenLines: number;
  /** Two lines that enter a box stand so far apart, and so far from its corners. */
  readonly entryStep: number;
  readonly entryMargin: number;
  /** Cells of a box's side that no line may enter: its corners. */
  readonly corner: number;
  /** Whether middles of boxes stand an even distance apart, so that what they share can stand right in the middle. */
  readonly isEven: boolean;
  /**
   * From one track to the next. To the right two, since in ASCII the end of a run and the beginning of the next one would seem to touch.
   */
  readonly track: number;
  /** Between a box and the first track, and between the last one and the box: room for the line and its head. */
  readonly stub: number;
  readonly head: number;
};

const DOWN: Spacing = {
  betweenBoxes: 2,
  besideBoxes: 1,
  betweenLines: 1,
  entryStep: 2,
  entryMargin: 2,
  corner: 1,
  isEven: true,
  track: 1,
  stub: 0,
  head: 1,
};

const RIGHT: Spacing = {
  ...DOWN,
  betweenBoxes: 0,
  besideBoxes: 0,
  entryStep: 1,
  entryMargin: 1,
  isEven: false,
  track: 2,
  stub: 1,
  head: 2,
};
const RIGHT_PILLS: Spacing = { ...RIGHT, entryMargin: 0, corner: 0 };

export function spacingOf(flow: Flow, boxes: readonly BoxSpec[]): Spacing {
  if (flow === 'down') return DOWN;
  return boxes.every(({ isPill }) => isPill === true) ? RIGHT_PILLS : RIGHT;
}
