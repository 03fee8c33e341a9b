/** Where the operator is: all of it stands in the address, so that it can be bookmarked and sent to others. */
export type Route =
  | { readonly at: 'runs'; readonly filters: RunFilters }
  | {
      readonly at: 'run';
      readonly run: string;
      readonly view: RunView;
      readonly node: string | undefined;
      readonly tab: NodeTab;
    }
  | { readonly at: 'dags' }
  | { readonly at: 'dag'; readonly dag: string; readonly view: DagView }
  | { readonly at: 'servers' }
  | { readonly at: 'audit' }
  | { readonly at: 'nowhere'; readonly path: string };

export const RUN_VIEWS = ['graph', 'timeline', 'nodes', 'events'] as const;
export type RunView = (typeof RUN_VIEWS)[number];
export const NODE_TABS = ['facts', 'log', 'output'] as const;
export type NodeTab = (typeof NODE_TABS)[number];
export const DAG_VIEWS = ['drawing', 'definition', 'charts', 'runs'] as const;
export type DagView = (typeof DAG_VIEWS)[number];

/** What the list of runs is cut down to; what is missing is not asked for. */
export type RunFilters = {
  readonly dag?: string;
  readonly state?: string;
  /** `1h`, `24h`, `7d`, `30d`. */
  readonly since?: string;
  readonly search?: string;
};
const FILTER_NAMES = ['dag', 'state', 'since', 'search'] as const;

/** The route of an address; what it does not know it takes for the default. */
export function readRoute(pathname: string, search: string): Route {
  const [first = '', second, ...rest] = pathname.split('/').slice(1).map(decoded);
  const query = new URLSearchParams(search);
  const nowhere = { at: 'nowhere', path: pathname } as const;
  if (rest.some((part) => part !== '')) return nowhere;
  const name = second === '' ? undefined : second;
  switch (first) {
    case '':
    case 'runs':
      if (name === undefined) return { at: 'runs', filters: readFilters(query) };
      return {
        at: 'run',
        run: name,
        view: oneOf(RUN_VIEWS, query.get('view')),
        node: query.get('node') ?? undefined,
        tab: oneOf(NODE_TABS, query.get('tab')),
      };
    case 'dags':
      return name === undefined
        ? { at: 'dags' }
        : { at: 'dag', dag: name, view: oneOf(DAG_VIEWS, query.get('view')) };
    case 'servers':
      return name === undefined ? { at: 'servers' } : nowhere;
    case 'audit':
      return name === undefined ? { at: 'audit' } : nowhere;
    default:
      return nowhere;
  }
}

/** The address of a route; defaults are left out. */
export function routeHref(route: Route): string {
  switch (route.at) {
    case 'runs':
      return `/runs${queryOf(FILTER_NAMES.map((name) => [name, route.filters[name]]))}`;
    case 'run':
      return `/runs/${encodeURIComponent(route.run)}${queryOf([
        ['view', route.view === 'graph' ? undefined : route.view],
        ['node', route.node],
        ['tab', route.node === undefined || route.tab === 'facts' ? undefined : route.tab],
      ])}`;
    case 'dags':
      return '/dags';
    case 'dag':
      return `/dags/${encodeURIComponent(route.dag)}${queryOf([
        ['view', route.view === 'drawing' ? undefined : route.view],
      ])}`;
    case 'servers':
      return '/servers';
    case 'audit':
      return '/audit';
    case 'nowhere':
      return route.path;
  }
}

/** The page of a run as it opens first. */
export function runRoute(run: string, node?: string, tab: NodeTab = 'facts'): Route {
  return { at: 'run', run, view: 'graph', node, tab };
}

function readFilters(query: URLSearchParams): RunFilters {
  const entries = FILTER_NAMES.flatMap((name) => {
    const value = query.get(name);
    return value === null || value === '' ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

function queryOf(entries: readonly (readonly [string, string | undefined])[]): string {
  const query = new URLSearchParams();
  for (const [name, value] of entries) if (value !== undefined && value !== '') query.set(name, value);
  return query.size === 0 ? '' : `?${query.toString()}`;
}

function oneOf<const W extends readonly string[]>(words: W, text: string | null): W[number] {
  return words.find((word) => word === text) ?? words[0] ?? '';
}

/** A part of a path; one that is encoded wrongly stands for itself. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
