import { useState } from 'react';
import type { RunPage as RunPageAnswer, RunSummary } from '../../api/contract/runs.ts';
import { sanitizeText } from '../../graph/text.ts';
import { useLive, useNow, useSession } from '../data/session.ts';
import { latestRuns } from '../data/run-list.ts';
import { sinceTime } from '../data/since.ts';
import { Link } from '../parts/link.tsx';
import { Await, Empty } from '../parts/notice.tsx';
import { ProgressBar, summaryParts } from '../parts/progress-bar.tsx';
import { runStateLook, StateBadge } from '../parts/state-badge.tsx';
import { Ago, Span } from '../parts/time.tsx';
import { runRoute } from '../routes/route.ts';
import type { RunFilters } from '../routes/route.ts';
import { RunFilterBar } from './run-filter-bar.tsx';

const PAGE = 50;

/** Runs, newest first: those that go on and those of the history in one list. */
export function RunsPage({ filters }: { readonly filters: RunFilters }) {
  return (
    <>
      <div className="page-head">
        <h1>Runs</h1>
      </div>
      <RunFilterBar filters={filters} />
      <RunList key={JSON.stringify(filters)} filters={filters} />
    </>
  );
}

/** The list for some filters; also part of a DAG's page. */
export function RunList({
  filters,
  hasDag = true,
}: {
  readonly filters: RunFilters;
  readonly hasDag?: boolean;
}) {
  const { client } = useSession();
  const [shown, setShown] = useState(PAGE);
  const key = JSON.stringify({ filters, shown });
  const page = useLive<RunPageAnswer>(
    key,
    (signal) =>
      latestRuns(client, { ...filters, since: sinceTime(filters.since, Date.now()) }, shown, signal),
    {
      on: ({ type, dag }) =>
        (type.startsWith('run.') || type.startsWith('attempt.') || type.startsWith('node.')) &&
        (filters.dag === undefined || dag === filters.dag),
      everyMs: shown > PAGE ? 2_000 : 500,
    },
  );
  const [last, setLast] = useState<RunPageAnswer>();
  if (page.value !== undefined && page.value !== last) setLast(page.value);
  // More of the same list replaces what is shown only when it is here.
  const list = { ...page, value: page.value ?? last };
  return (
    <Await of={list}>
      {({ items, nextCursor }) => (
        <>
          {items.length === 0 ? <NoRuns filters={filters} /> : <RunTable runs={items} hasDag={hasDag} />}
          {nextCursor === undefined ? null : (
            <button
              type="button"
              className="button more"
              disabled={page.isLoading}
              onClick={() => setShown(items.length + PAGE)}
            >
              {page.isLoading ? 'Loading…' : 'Show earlier runs'}
            </button>
          )}
        </>
      )}
    </Await>
  );
}

function NoRuns({ filters }: { readonly filters: RunFilters }) {
  return Object.keys(filters).length === 0 ? (
    <Empty title="Nothing has run yet">
      <Link to={{ at: 'dags' }}>Choose a DAG to run</Link>
    </Empty>
  ) : (
    <Empty title="No run fits these filters">
      <Link to={{ at: 'runs', filters: {} }}>Show all</Link>
    </Empty>
  );
}

function RunTable({ runs, hasDag }: { readonly runs: readonly RunSummary[]; readonly hasDag: boolean }) {
  const isOpen = runs.some(({ endedAt }) => endedAt === undefined);
  const nowMs = useNow(isOpen ? 1_000 : 10_000);
  return (
    <div className="table-frame">
      <table className="table runs-table">
        <thead>
          <tr>
            <th scope="col">State</th>
            {hasDag ? (
              <th scope="col" className="wide-only">
                DAG
              </th>
            ) : null}
            <th scope="col">Run</th>
            <th scope="col" className="wide-only">
              Nodes
            </th>
            <th scope="col">Started</th>
            <th scope="col" className="end">
              Took
            </th>
            <th scope="col" className="wide-only">
              By
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.run}>
              <td>
                <StateBadge look={runStateLook(run.state)} />
              </td>
              {hasDag ? (
                <td className="name-cell wide-only">
                  <Link to={{ at: 'dag', dag: run.dag, view: 'drawing' }} className="quiet-link">
                    {sanitizeText(run.dag)}
                  </Link>
                </td>
              ) : null}
              <td className="id-cell">
                {hasDag ? <span className="narrow-only mono">{sanitizeText(run.dag)}</span> : null}
                <Link to={runRoute(run.run)}>{sanitizeText(run.run)}</Link>
              </td>
              <td className="wide-only nodes-cell">
                <ProgressBar parts={summaryParts(run)} total={run.total} />
                <span className="numeric muted">
                  {run.ended}/{run.total}
                  {run.failed === 0 ? null : <span className="tone-bad"> ✗{run.failed}</span>}
                </span>
              </td>
              <td>
                <Ago at={run.triggeredAt} nowMs={nowMs} />
              </td>
              <td className="end">
                <Span from={run.triggeredAt} to={run.endedAt} nowMs={nowMs} />
              </td>
              <td className="wide-only by-cell" title={sanitizeText(run.by)}>
                {sanitizeText(run.by)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
