import { lazy, Suspense, useEffect, useRef } from 'react';
import { useSession } from '../data/session.ts';
import { Link } from '../parts/link.tsx';
import { Empty } from '../parts/notice.tsx';
import { useRoute } from '../routes/navigation.ts';
import type { Route } from '../routes/route.ts';
import { sanitizeText } from '../../graph/text.ts';
import { ConnectionState } from './connection-state.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

const RunsPage = lazy(() => import('../pages/runs-page.tsx').then((m) => ({ default: m.RunsPage })));
const RunPage = lazy(() => import('../pages/run-page.tsx').then((m) => ({ default: m.RunPage })));
const DagsPage = lazy(() => import('../pages/dags-page.tsx').then((m) => ({ default: m.DagsPage })));
const DagPage = lazy(() => import('../pages/dag-page.tsx').then((m) => ({ default: m.DagPage })));
const ServersPage = lazy(() => import('../pages/servers-page.tsx').then((m) => ({ default: m.ServersPage })));
const AuditPage = lazy(() => import('../pages/audit-page.tsx').then((m) => ({ default: m.AuditPage })));

/** What stands around every page: where one can go, whether what is shown is the present, and who looks. */
export function Shell() {
  const route = useRoute();
  const { me, signOut } = useSession();
  const main = useRef<HTMLElement>(null);
  const title = titleOf(route);
  useEffect(() => {
    document.title = title === '' ? 'dagtop' : `${title} · dagtop`;
  }, [title]);
  return (
    <>
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the page
      </a>
      <header className="top">
        <Link to={{ at: 'runs', filters: {} }} className="brand" label="dagtop: runs">
          dagtop
        </Link>
        <nav aria-label="Pages">
          <Link to={{ at: 'runs', filters: {} }} isCurrent={route.at === 'runs' || route.at === 'run'}>
            Runs
          </Link>
          <Link to={{ at: 'dags' }} isCurrent={route.at === 'dags' || route.at === 'dag'}>
            DAGs
          </Link>
          <Link to={{ at: 'servers' }} isCurrent={route.at === 'servers'}>
            Servers
          </Link>
          {me.role === 'admin' ? (
            <Link to={{ at: 'audit' }} isCurrent={route.at === 'audit'}>
              Audit
            </Link>
          ) : null}
        </nav>
        <ConnectionState />
        <div className="who">
          <ThemeSwitch />
          <span className="who-name" title={`dagtop ${sanitizeText(me.version)}`}>
            {sanitizeText(me.name)} <span className="muted">{me.role}</span>
          </span>
          <button type="button" className="button button-quiet" onClick={signOut}>
            Sign out
          </button>
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <ErrorBoundary key={route.at}>
          <Suspense fallback={<p className="loading">Loading…</p>}>
            <Page route={route} />
          </Suspense>
        </ErrorBoundary>
      </main>
    </>
  );
}

function Page({ route }: { readonly route: Route }) {
  switch (route.at) {
    case 'runs':
      return <RunsPage filters={route.filters} />;
    case 'run':
      return <RunPage key={route.run} route={route} />;
    case 'dags':
      return <DagsPage />;
    case 'dag':
      return <DagPage key={route.dag} route={route} />;
    case 'servers':
      return <ServersPage />;
    case 'audit':
      return <AuditPage />;
    case 'nowhere':
      return (
        <Empty title="There is nothing at this address">
          <Link to={{ at: 'runs', filters: {} }}>To the runs</Link>
        </Empty>
      );
  }
}

function titleOf(route: Route): string {
  switch (route.at) {
    case 'runs':
      return 'Runs';
    case 'run':
      return sanitizeText(route.run);
    case 'dags':
      return 'DAGs';
    case 'dag':
      return sanitizeText(route.dag);
    case 'servers':
      return 'Servers';
    case 'audit':
      return 'Audit';
    case 'nowhere':
      return '';
  }
}
