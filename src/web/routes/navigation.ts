import { useSyncExternalStore } from 'react';
import { readRoute, routeHref } from './route.ts';
import type { Route } from './route.ts';

const watchers = new Set<() => void>();
let known: { readonly href: string; readonly route: Route } | undefined;

addEventListener('popstate', tell);

/** Goes there; `replace` leaves no step to go back to. */
export function navigate(route: Route, how: 'push' | 'replace' = 'push'): void {
  const href = routeHref(route);
  if (href === `${location.pathname}${location.search}`) return;
  if (how === 'push') history.pushState(null, '', href);
  else history.replaceState(null, '', href);
  tell();
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, current);
}

function subscribe(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

function current(): Route {
  const href = `${location.pathname}${location.search}`;
  if (known?.href !== href) known = { href, route: readRoute(location.pathname, location.search) };
  return known.route;
}

function tell(): void {
  for (const watcher of watchers) watcher();
}
