import { lazy, Suspense, useMemo } from 'react';
import type { Server } from '../../api/contract/servers.ts';
import { stateCounts } from '../../view/progress.ts';
import { sanitizeText } from '../../graph/text.ts';
import { useRunModel } from '../data/run-data.ts';
import type { RunModel } from '../data/run-model.ts';
import { useLive, useNow, useSession } from '../data/session.ts';
import { Await } from '../parts/notice.tsx';
import { TabPanel, Tabs } from '../parts/tabs.tsx';
import { navigate } from '../routes/navigation.ts';
import { RUN_VIEWS } from '../routes/route.ts';
import type { Route, RunView } from '../routes/route.ts';
import { NodePanel } from './node-panel.tsx';
import { RunHead } from './run-head.tsx';

type RunRoute = Route & { readonly at: 'run' };

const GraphView = lazy(() => import('../graph/graph-view.tsx').then((m) => ({ default: m.GraphView })));
const GanttView = lazy(() => import('../gantt/gantt-view.tsx').then((m) => ({ default: m.GanttView })));
const NodeTable = lazy(() => import('./node-table.tsx').then((m) => ({ default: m.NodeTable })));
const RunEvents = lazy(() => import('./run-events.tsx').then((m) => ({ default: m.RunEvents })));

const WORDS: Readonly<Record<RunView, string>> = {
  graph: 'Graph',
  timeline: 'Timeline',
  nodes: 'Nodes',
  events: 'Events',
};

/** A run: how it stands, its graph, timeline, nodes and events, and beside them the node that was chosen. */
export function RunPage({ route }: { readonly route: RunRoute }) {
  const loaded = useRunModel(route.run);
  return <Await of={loaded}>{(model) => <LoadedRun model={model} route={route} />}</Await>;
}

function LoadedRun({ model, route }: { readonly model: RunModel; readonly route: RunRoute }) {
  const { client } = useSession();
  const isOpen = model.run.end === undefined;
  const nowMs = useNow(1_000, isOpen);
  const servers = useLive('servers', (signal) => client.call('listServers', {}, { signal }), {
    on: ({ type }) =>
      type.startsWith('agent.') || type.startsWith('server.') || type.startsWith('placement.'),
    everyMs: 2_000,
  });
  const choose = (node: string): void => navigate({ ...route, node });
  const known = servers.value?.items ?? NO_SERVERS;
  const hasNode = route.node !== undefined;
  return (
    <div className={`run-page${hasNode ? ' has-node' : ''}`}>
      <RunHead model={model} servers={known} nowMs={nowMs} />
      <div className="run-body">
        <section className="run-main" aria-label={`Run ${sanitizeText(route.run)}`}>
          <Tabs
            label="Views of the run"
            names={RUN_VIEWS.map((id) => ({ id, text: WORDS[id] }))}
            current={route.view}
            onChoose={(view) => navigate({ ...route, view }, 'replace')}
            panelId="run-view"
          />
          <TabPanel panelId="run-view" current={route.view}>
            <Suspense fallback={<p className="loading">Loading…</p>}>
              <RunBody {...{ model, route, nowMs, choose }} servers={known} />
            </Suspense>
          </TabPanel>
        </section>
        {route.node === undefined ? null : (
          <NodePanel
            key={route.node}
            model={model}
            servers={known}
            nowMs={nowMs}
            node={route.node}
            tab={route.tab}
            onTab={(tab) => navigate({ ...route, tab }, 'replace')}
            onClose={() => navigate({ ...route, node: undefined })}
          />
        )}
      </div>
    </div>
  );
}

const NO_SERVERS: readonly Server[] = [];

type BodyProps = {
  readonly model: RunModel;
  readonly servers: readonly Server[];
  readonly route: RunRoute;
  readonly nowMs: number;
  readonly choose: (node: string) => void;
};

function RunBody({ model, servers, route, nowMs, choose }: BodyProps) {
  const { run, definition } = model;
  const counts = useMemo(() => stateCounts(run), [run]);
  switch (route.view) {
    case 'graph':
      return <GraphView definition={definition} run={run} chosen={route.node} onChoose={choose} />;
    case 'timeline':
      return (
        <GanttView model={model} servers={servers} nowMs={nowMs} chosen={route.node} onChoose={choose} />
      );
    case 'nodes':
      return <NodeTable model={model} counts={counts} nowMs={nowMs} chosen={route.node} onChoose={choose} />;
    case 'events':
      return <RunEvents run={route.run} nowMs={nowMs} />;
  }
}
