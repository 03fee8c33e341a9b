/** Where the operator is: which pane has the keys, and which view stands in the middle. */

export type Focus = 'runs' | 'graph' | 'log';

/** Where keys go: the list of runs, the log, or the view in the middle. */
export type Context = 'list' | 'log' | View;

/** What stands where the drawing is otherwise. */
export type View = 'runs' | 'graph' | 'lanes' | 'timeline' | 'servers' | 'events' | 'reload';

/** In the order of their number keys. */
export const VIEWS: readonly View[] = ['runs', 'graph', 'lanes', 'timeline', 'servers', 'events', 'reload'];

/** Views that take the whole width: nothing else of a run stands beside them. */
const WIDE_VIEWS: ReadonlySet<View> = new Set(['runs', 'servers', 'events', 'reload']);

export function isWide({ view, focus }: { readonly view: View; readonly focus: Focus }): boolean {
  return WIDE_VIEWS.has(view) && focus === 'graph';
}

export function contextOf({ focus, view }: { readonly focus: Focus; readonly view: View }): Context {
  return focus === 'runs' ? 'list' : focus === 'log' ? 'log' : view;
}

/** How far in each place is: from the list over the table of runs and a run to its other views, and to the log. */
const DEPTHS: Readonly<Record<Context, number>> = {
  list: 0,
  runs: 1,
  graph: 2,
  lanes: 3,
  timeline: 3,
  servers: 3,
  events: 3,
  reload: 3,
  log: 4,
};

/**
 * The places through which one is in `place`, after having been in those of `walked`: always from the list inwards, and each at most once, however
 * often one went to and fro. A timeline is one of a run, so the run's drawing stands before it.
 */
export function wayTo(place: Context, walked: readonly Context[]): readonly Context[] {
  const way = walked.filter((one) => DEPTHS[one] < DEPTHS[place]);
  if (place === 'timeline' && !way.includes('graph')) way.push('graph');
  return way[0] === 'list' || place === 'list' ? way : ['list', ...way];
}
