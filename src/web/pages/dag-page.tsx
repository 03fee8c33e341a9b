import { lazy, Suspense, useMemo, useState } from 'react';
import type { DagDetail } from '../../api/contract/dags.ts';
import { sanitizeText } from '../../graph/text.ts';
import { counted } from '../../view/counted.ts';
import { commandText } from '../../view/node-text.ts';
import type { NodeName } from '../../model/ids.ts';
import { definitionOf } from '../data/run-model.ts';
import { useLive, useSession } from '../data/session.ts';
import { Link } from '../parts/link.tsx';
import { Await, Empty } from '../parts/notice.tsx';
import { TabPanel, Tabs } from '../parts/tabs.tsx';
import { navigate } from '../routes/navigation.ts';
import { DAG_VIEWS } from '../routes/route.ts';
import type { DagView, Route } from '../routes/route.ts';
import { TriggerButton } from './dags-page.tsx';
import { linesOf } from './node-facts.tsx';
import { RunList } from './runs-page.tsx';

const GraphView = lazy(() => import('../graph/graph-view.tsx').then((m) => ({ default: m.GraphView })));
const DagCharts = lazy(() => import('../charts/dag-charts.tsx').then((m) => ({ default: m.DagCharts })));

const WORDS: Readonly<Record<DagView, string>> = {
  drawing: 'Drawing',
  definition: 'Definition',
  charts: 'Charts',
  runs: 'Runs',
};

type DagRoute = Route & { readonly at: 'dag' };

/** A DAG: its drawing, its definition, how its runs did, and what starts one. */
export function DagPage({ route }: { readonly route: DagRoute }) {
  const { client } = useSession();
  const detail = useLive(
    `dag ${route.dag}`,
    (signal) => client.call('getDag', { params: { dag: route.dag } }, { signal }),
    { on: (event) => event.type.startsWith('dag.') || event.type.startsWith('placement.'), everyMs: 1_000 },
  );
  return <Await of={detail}>{(dag) => <LoadedDag dag={dag} route={route} />}</Await>;
}

function LoadedDag({ dag, route }: { readonly dag: DagDetail; readonly route: DagRoute }) {
  return (
    <div className="run-page">
      <div className="page-head">
        <nav aria-label="Where" className="crumbs">
          <Link to={{ at: 'dags' }}>DAGs</Link>
          <span aria-hidden="true">/</span>
        </nav>
        <h1>{sanitizeText(dag.name)}</h1>
        <span className="muted">
          {counted(dag.nodes, 'node')}, version <span className="mono">{sanitizeText(dag.hash)}</span>
        </span>
        <div className="actions">
          <TriggerButton dag={dag} />
        </div>
      </div>
      {dag.description === undefined ? null : <p className="lead">{sanitizeText(dag.description)}</p>}
      <section className="run-main" aria-label={`DAG ${sanitizeText(dag.name)}`}>
        <Tabs
          label="Views of the DAG"
          names={DAG_VIEWS.map((id) => ({ id, text: WORDS[id] }))}
          current={route.view}
          onChoose={(view) => navigate({ ...route, view }, 'replace')}
          panelId="dag-view"
        />
        <TabPanel panelId="dag-view" current={route.view}>
          <Suspense fallback={<p className="loading">Loading…</p>}>
            <DagBody dag={dag} view={route.view} />
          </Suspense>
        </TabPanel>
      </section>
    </div>
  );
}

function DagBody({ dag, view }: { readonly dag: DagDetail; readonly view: DagView }) {
  switch (view) {
    case 'drawing':
      return <DagDrawing dag={dag} />;
    case 'definition':
      return (
        <figure className="output">
          <figcaption className="muted">
            With its defaults filled in
            {dag.masked.length === 0
              ? ''
              : `; *** stands for the values of ${dag.masked.map(sanitizeText).join(', ')}`}
          </figcaption>
          <pre tabIndex={0}>{linesOf(dag.text)}</pre>
        </figure>
      );
    case 'charts':
      return <DagCharts dag={dag.name} />;
    case 'runs':
      return <RunList filters={{ dag: dag.name }} hasDag={false} />;
  }
}

/** The drawing, and of the node that was chosen what it runs and where. */
function DagDrawing({ dag }: { readonly dag: DagDetail }) {
  const [chosen, setChosen] = useState<string>();
  const definition = useMemo(
    () => definitionOf(dag),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the hash names the version
    [dag.hash],
  );
  if (typeof definition === 'string') return <Empty title={sanitizeText(definition)} />;
  const node = definition.dag.nodes[definition.indexOf.get(chosen as NodeName) ?? -1];
  const servers = dag.placement.find((one) => one.node === chosen)?.servers ?? [];
  return (
    <>
      <GraphView definition={definition} run={undefined} chosen={chosen} onChoose={setChosen} />
      {node === undefined ? null : (
        <p className="graph-caption" role="status">
          <strong>{sanitizeText(node.name)}</strong>{' '}
          {node.description === undefined ? null : <>{sanitizeText(node.description)} </>}
          <code>{commandText(node.command)}</code>
          <span className="muted">
            {' '}
            {servers.length === 0 ? 'no server has it' : `on ${servers.map(sanitizeText).join(', ')}`}
          </span>
        </p>
      )}
    </>
  );
}
