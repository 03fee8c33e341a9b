import { lazy, Suspense, useEffect, useState } from 'react';
import type { Attempt } from '../../api/contract/runs.ts';
import type { Server } from '../../api/contract/servers.ts';
import { sanitizeText } from '../../graph/text.ts';
import type { NodeName } from '../../model/ids.ts';
import type { RunModel } from '../data/run-model.ts';
import { useMay, useSession } from '../data/session.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Empty } from '../parts/notice.tsx';
import { NodeBadge } from '../parts/state-badge.tsx';
import { TabPanel, Tabs } from '../parts/tabs.tsx';
import { NODE_TABS } from '../routes/route.ts';
import type { NodeTab } from '../routes/route.ts';
import { NodeFacts } from './node-facts.tsx';
import { NodeOutput } from './node-output.tsx';
import { retryOf } from './run-head.tsx';

const LogPane = lazy(() => import('../logs/log-pane.tsx').then((m) => ({ default: m.LogPane })));

const WORDS: Readonly<Record<NodeTab, string>> = { facts: 'Facts', log: 'Log', output: 'Output' };

type Props = {
  readonly model: RunModel;
  readonly servers: readonly Server[];
  readonly nowMs: number;
  readonly node: string;
  readonly tab: NodeTab;
  readonly onTab: (tab: NodeTab) => void;
  readonly onClose: () => void;
};

/** All there is to know of a node of a run. Escape closes it. */
export function NodePanel({ model, servers, nowMs, node, tab, onTab, onClose }: Props) {
  const index = model.definition.indexOf.get(node as NodeName);
  const detail = index === undefined ? undefined : model.nodes[index];
  const [number, setNumber] = useState<number>();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      // Escape of a dialog or a field of its own is not meant for the panel.
      if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open]') !== null)
        return;
      onClose();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [onClose]);
  const attempts = detail?.attempts ?? [];
  const attempt = attempts.find((one) => one.attempt === number) ?? attempts.at(-1);
  return (
    <aside className="node-panel" aria-label={`Node ${sanitizeText(node)}`}>
      <div className="panel-head">
        <h2>{sanitizeText(node)}</h2>
        {detail === undefined ? null : <NodeBadge state={detail.state} />}
        <button type="button" className="button button-quiet" onClick={onClose} aria-label="Close the node">
          <span aria-hidden="true">✕</span>
        </button>
      </div>
      {detail === undefined || index === undefined ? (
        <Empty title="This version of the DAG has no such node" />
      ) : (
        <>
          <div className="panel-bar">
            <Tabs
              label="Of the node"
              names={NODE_TABS.map((id) => ({ id, text: WORDS[id] }))}
              current={tab}
              onChoose={onTab}
              panelId="node-tab"
            />
            {attempts.length > 1 && tab !== 'facts' ? (
              <AttemptChoice attempts={attempts} value={attempt?.attempt} onChoose={setNumber} />
            ) : null}
            <RetryNode model={model} servers={servers} node={node as NodeName} />
          </div>
          <TabPanel panelId="node-tab" current={tab}>
            <TabBody {...{ model, index, nowMs, node, tab, attempt }} />
          </TabPanel>
        </>
      )}
    </aside>
  );
}

type ChoiceProps = {
  readonly attempts: readonly Attempt[];
  readonly value: number | undefined;
  readonly onChoose: (number: number) => void;
};

function AttemptChoice({ attempts, value, onChoose }: ChoiceProps) {
  return (
    <label className="field">
      <span>Attempt</span>
      <select value={value} onChange={({ target }) => onChoose(Number(target.value))}>
        {attempts.map((one) => (
          <option key={one.attempt} value={one.attempt}>
            #{one.attempt} {one.outcome?.replace('_', ' ') ?? 'going on'}
          </option>
        ))}
      </select>
    </label>
  );
}

type BodyProps = Pick<Props, 'model' | 'nowMs' | 'node' | 'tab'> & {
  readonly index: number;
  readonly attempt: Attempt | undefined;
};

function TabBody({ model, index, nowMs, node, tab, attempt }: BodyProps) {
  const { run } = model.detail;
  switch (tab) {
    case 'facts':
      return <NodeFacts model={model} index={index} nowMs={nowMs} />;
    case 'output':
      return <NodeOutput run={run} node={node} attempt={attempt} />;
    case 'log':
      if (attempt === undefined) return <Empty title="It has not been tried yet, so there is no log" />;
      return (
        <Suspense fallback={<p className="loading">Loading…</p>}>
          <LogPane
            key={attempt.attempt}
            run={run}
            node={node}
            attempt={attempt.attempt}
            server={attempt.server}
          />
        </Suspense>
      );
  }
}

type RetryProps = {
  readonly model: RunModel;
  readonly servers: readonly Server[];
  readonly node: NodeName;
};

function RetryNode({ model, servers, node }: RetryProps) {
  const { client } = useSession();
  const mayAct = useMay('operator');
  const [asked, setAsked] = useState<boolean>();
  const state = model.nodes[model.definition.indexOf.get(node) ?? -1]?.state;
  const isOver = state !== undefined && !['waiting', 'queued', 'running', 'retrying'].includes(state);
  if (!mayAct || !isOver) return null;
  const params = { run: model.detail.run, node };
  return (
    <>
      <button type="button" className="button" onClick={() => setAsked(state === 'succeeded')}>
        Retry…
      </button>
      {asked === undefined ? null : (
        <Confirm
          consequence={retryOf(model, servers, [node], asked)}
          verb="Retry"
          act={async () => void (await client.call('retryNode', { params, body: { downstream: asked } }))}
          onClose={() => setAsked(undefined)}
        >
          <label className="check">
            <input
              type="checkbox"
              checked={asked}
              disabled={state === 'succeeded'}
              onChange={({ target }) => setAsked(target.checked)}
            />
            with all that is downstream, succeeded or not
          </label>
        </Confirm>
      )}
    </>
  );
}
