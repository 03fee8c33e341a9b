import type { Focus } from './place.ts';

/** A rectangle of the screen, in cells from its top left corner. */
export type Rect = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** Where everything stands. What is undefined has no room now. The first row of a pane is its title. */
export type Regions = {
  readonly header: Rect;
  readonly notice: Rect;
  readonly footer: Rect;
  readonly runs: Rect | undefined;
  readonly servers: Rect | undefined;
  readonly graph: Rect | undefined;
  readonly facts: Rect | undefined;
  readonly log: Rect | undefined;
  /** Columns of lines between panes. */
  readonly separators: readonly Rect[];
};

export const SCREEN_MIN = { width: 60, height: 15 } as const;
/** From here on the list of runs stays beside an opened run, and from there the facts stand beside the drawing. */
const MEDIUM_WIDTH = 100;
const WIDE_WIDTH = 180;

/**
 * Divides a screen of at least `SCREEN_MIN`. `focus` matters on narrow screens, where an opened run takes the whole width;
 * `full` gives the log, or the view in the middle, everything.
 */
export function regionsOf(
  width: number,
  height: number,
  focus: Focus,
  full: 'log' | 'view' | undefined,
  serverCount: number,
): Regions {
  const bars = {
    header: { x: 0, y: 0, width, height: 1 },
    notice: { x: 0, y: height - 2, width, height: 1 },
    footer: { x: 0, y: height - 1, width, height: 1 },
  };
  const main: Rect = { x: 0, y: 1, width, height: height - 3 };
  const none = { runs: undefined, servers: undefined, graph: undefined, facts: undefined, log: undefined };
  if (full === 'view') return { ...bars, ...none, graph: main, separators: [] };
  if (full === 'log') return { ...bars, ...none, log: main, separators: [] };
  if (width < MEDIUM_WIDTH && focus !== 'runs') return { ...bars, ...none, ...opened(main) };
  const leftWidth = width >= WIDE_WIDTH ? 38 : width >= MEDIUM_WIDTH ? 32 : 27;
  const left: Rect = { ...main, width: leftWidth };
  const separator: Rect = { ...main, x: leftWidth, width: 1 };
  const right: Rect = { ...main, x: leftWidth + 1, width: width - leftWidth - 1 };
  const serversHeight = Math.min(Math.max(serverCount, 1) + 1, Math.floor(main.height / 3));
  const [runs, servers] = splitRows(left, main.height - serversHeight);
  const rest = width >= WIDE_WIDTH ? wide(right) : width >= MEDIUM_WIDTH ? opened(right) : preview(right);
  return { ...bars, ...none, runs, servers, ...rest, separators: [separator, ...rest.separators] };
}

type Part = Pick<Regions, 'separators'> & Partial<Pick<Regions, 'graph' | 'facts' | 'log'>>;

/** The drawing over facts and log side by side. */
function opened(area: Rect): Part {
  const [graph, below] = splitRows(area, Math.ceil(area.height * 0.6));
  const factsWidth = Math.floor((area.width - 1) / 2);
  const facts = { ...below, width: factsWidth };
  const log = { ...below, x: below.x + factsWidth + 1, width: area.width - factsWidth - 1 };
  return { graph, facts, log, separators: [{ ...below, x: below.x + factsWidth, width: 1 }] };
}

/** The drawing, and beside it facts over log. */
function wide(area: Rect): Part {
  const sideWidth = Math.floor(area.width * 0.36);
  const graph = { ...area, width: area.width - sideWidth - 1 };
  const side = { ...area, x: area.x + graph.width + 1, width: sideWidth };
  const [facts, log] = splitRows(side, Math.floor(side.height * 0.4));
  return { graph, facts, log, separators: [{ ...area, x: area.x + graph.width, width: 1 }] };
}

/** Beside the list on a narrow screen: the drawing over a few facts. */
function preview(area: Rect): Part {
  const [graph, facts] = splitRows(area, area.height - 6);
  return { graph, facts, separators: [] };
}

function splitRows(area: Rect, upperHeight: number): [Rect, Rect] {
  return [
    { ...area, height: upperHeight },
    { ...area, y: area.y + upperHeight, height: area.height - upperHeight },
  ];
}
