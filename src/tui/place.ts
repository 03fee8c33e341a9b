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
