import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAG_VIEWS, NODE_TABS, readRoute, routeHref, RUN_VIEWS } from '../../src/web/routes/route.ts';
import type { Route } from '../../src/web/routes/route.ts';

const name = fc
  .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
  .filter((text) => text !== '.' && text !== '..');
const routes: fc.Arbitrary<Route> = fc.oneof(
  fc.record({
    at: fc.constant('runs' as const),
    filters: fc.record({ dag: name, state: name, since: name, search: name }, { requiredKeys: [] }),
  }),
  fc
    .record({
      at: fc.constant('run' as const),
      run: name,
      view: fc.constantFrom(...RUN_VIEWS),
      node: fc.option(name, { nil: undefined }),
      tab: fc.constantFrom(...NODE_TABS),
    })
    // A tab is one of a node.
    .map((route) => (route.node === undefined ? { ...route, tab: 'facts' as const } : route)),
  fc.record({ at: fc.constant('dag' as const), dag: name, view: fc.constantFrom(...DAG_VIEWS) }),
  fc.constantFrom<Route>({ at: 'dags' }, { at: 'servers' }, { at: 'audit' }),
);

function read(href: string): Route {
  const { pathname, search } = new URL(href, 'http://x');
  return readRoute(pathname, search);
}

describe('an address of the page', () => {
  it('leads back to what it was made of, whatever the names are', () => {
    fc.assert(
      fc.property(routes, (route) => {
        expect(read(routeHref(route))).toEqual(route);
      }),
    );
  });

  it('stays within the page: a name never becomes a host or a scheme', () => {
    const href = routeHref({ at: 'dag', dag: '//evil.example/javascript:alert(1)', view: 'drawing' });
    expect(new URL(href, 'http://here').host).toBe('here');
    expect(href).toMatch(/^\/dags\/%2F/);
  });

  it('is short: what is usual is left out', () => {
    expect(routeHref({ at: 'run', run: '1-a', view: 'graph', node: undefined, tab: 'facts' })).toBe(
      '/runs/1-a',
    );
    expect(read('/')).toEqual({ at: 'runs', filters: {} });
  });

  it.each([
    ['/runs/a?view=nonsense&tab=x', { at: 'run', run: 'a', view: 'graph', node: undefined, tab: 'facts' }],
    ['/runs/a/b', { at: 'nowhere', path: '/runs/a/b' }],
    ['/elsewhere', { at: 'nowhere', path: '/elsewhere' }],
    ['/dags/%E0%A4%A', { at: 'dag', dag: '%E0%A4%A', view: 'drawing' }],
  ])('%s means the nearest to it', (href, route) => {
    expect(read(href)).toEqual(route);
  });
});
