import { useState } from 'react';
import type { DagSummary } from '../../api/contract/dags.ts';
import { sanitizeText } from '../../graph/text.ts';
import { counted } from '../../view/counted.ts';
import { useLive, useMay, useNow, useSession } from '../data/session.ts';
import { Link } from '../parts/link.tsx';
import { Await, Empty } from '../parts/notice.tsx';
import { ProgressBar, summaryParts } from '../parts/progress-bar.tsx';
import { runStateLook, StateBadge } from '../parts/state-badge.tsx';
import { Ago } from '../parts/time.tsx';
import { runRoute } from '../routes/route.ts';
import { TriggerDialog } from './trigger-dialog.tsx';

/** The DAGs in force, each with its last run. */
export function DagsPage() {
  const { client } = useSession();
  const nowMs = useNow(5_000);
  const dags = useLive('dags', (signal) => client.call('listDags', {}, { signal }), {
    on: ({ type }) => type.startsWith('dag.') || type.startsWith('run.') || type.startsWith('attempt.'),
    everyMs: 1_000,
  });
  return (
    <>
      <div className="page-head">
        <h1>DAGs</h1>
      </div>
      <Await of={dags}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No DAG is in force">
              <p className="muted">
                Apply a folder of definitions: <code>dagtop apply dags</code>
              </p>
            </Empty>
          ) : (
            <ul className="cards">
              {items.map((dag) => (
                <DagCard key={dag.name} dag={dag} nowMs={nowMs} />
              ))}
            </ul>
          )
        }
      </Await>
    </>
  );
}

function DagCard({ dag, nowMs }: { readonly dag: DagSummary; readonly nowMs: number }) {
  const { lastRun } = dag;
  return (
    <li className="card">
      <div className="card-head">
        <h2>
          <Link to={{ at: 'dag', dag: dag.name, view: 'drawing' }}>{sanitizeText(dag.name)}</Link>
        </h2>
        <TriggerButton dag={dag} />
      </div>
      {dag.description === undefined ? null : <p>{sanitizeText(dag.description)}</p>}
      <p className="muted">
        {counted(dag.nodes, 'node')}, {counted(dag.edges, 'edge')}
        {dag.params.length === 0 ? '' : `, ${counted(dag.params.length, 'parameter')}`}
      </p>
      {lastRun === undefined ? (
        <p className="muted card-foot">It has not run yet.</p>
      ) : (
        <div className="last-run card-foot">
          <ProgressBar parts={summaryParts(lastRun)} total={lastRun.total} />
          <p>
            <StateBadge look={runStateLook(lastRun.state)} />{' '}
            <Link to={runRoute(lastRun.run)} label={`Last run, ${sanitizeText(lastRun.run)}`}>
              last run
            </Link>{' '}
            <span className="muted">
              <Ago at={lastRun.triggeredAt} nowMs={nowMs} />
            </span>
          </p>
        </div>
      )}
    </li>
  );
}

/** Asks what to run it with; nobody sees it who may not. */
export function TriggerButton({ dag }: { readonly dag: DagSummary }) {
  const [isAsking, setAsking] = useState(false);
  if (!useMay('operator')) return null;
  return (
    <>
      <button
        type="button"
        className="button button-primary"
        aria-label={`Run ${sanitizeText(dag.name)}`}
        onClick={() => setAsking(true)}
      >
        Run…
      </button>
      {isAsking ? <TriggerDialog dag={dag} onClose={() => setAsking(false)} /> : null}
    </>
  );
}
