import { useMemo, useState } from 'react';
import type { Server } from '../../api/contract/servers.ts';
import { retryScope } from '../../engine/fold-retry.ts';
import { sanitizeText } from '../../graph/text.ts';
import type { NodeName } from '../../model/ids.ts';
import { cancelConsequence, retryConsequence } from '../../view/consequence.ts';
import type { Consequence } from '../../view/consequence.ts';
import { durationText } from '../../view/duration.ts';
import { nodeLook } from '../../view/look.ts';
import { progressOf, stateCounts } from '../../view/progress.ts';
import type { RunModel } from '../data/run-model.ts';
import { useMay, useSession } from '../data/session.ts';
import { worldOf } from '../data/world.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Link } from '../parts/link.tsx';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { runStateLook, StateBadge } from '../parts/state-badge.tsx';
import { Moment, Span } from '../parts/time.tsx';

type Props = { readonly model: RunModel; readonly servers: readonly Server[]; readonly nowMs: number };

/** How a run stands, in figures and in words, and what can be done to it. */
export function RunHead({ model, servers, nowMs }: Props) {
  const { detail, run } = model;
  const mayAct = useMay('operator');
  const counts = useMemo(() => stateCounts(run), [run]);
  const { done, total } = progressOf(run);
  const params = Object.entries(detail.params);
  return (
    <header className="run-head">
      <div className="page-head">
        <nav aria-label="Where" className="crumbs">
          <Link to={{ at: 'runs', filters: {} }}>Runs</Link>
          <span aria-hidden="true">/</span>
          <Link to={{ at: 'dag', dag: detail.dag, view: 'drawing' }}>{sanitizeText(detail.dag)}</Link>
        </nav>
        <h1 className="id-title">{sanitizeText(detail.run)}</h1>
        <StateBadge look={runStateLook(detail.state)} isLarge />
        {mayAct ? <RunActions model={model} servers={servers} /> : null}
      </div>
      <ProgressBar parts={counts} total={run.nodes.length} />
      <dl className="facts-line">
        <div>
          <dt>Nodes</dt>
          <dd className="numeric">
            {done}/{total}
            {counts.map(({ state, count }) => (
              <span key={state} className={`count tone-${nodeLook(state).tone}`} title={nodeLook(state).word}>
                <span aria-hidden="true">{nodeLook(state).glyph}</span>
                {count}
                <span className="spoken"> {nodeLook(state).word}</span>
              </span>
            ))}
          </dd>
        </div>
        <div>
          <dt>Took</dt>
          <dd>
            <Span from={detail.triggeredAt} to={detail.endedAt} nowMs={nowMs} />
            {detail.estimate === undefined || run.end !== undefined ? null : (
              <span className="muted">
                {' '}
                {detail.estimate.isAtLeast ? 'at least' : 'about'}{' '}
                {durationText(Date.parse(detail.estimate.endAt) - nowMs)} left
              </span>
            )}
          </dd>
        </div>
        <div>
          <dt>Started</dt>
          <dd>
            <Moment at={detail.triggeredAt} nowMs={nowMs} />
            {detail.from === undefined ? null : <> from {sanitizeText(detail.from.join(', '))} on</>}
          </dd>
        </div>
        <div>
          <dt>By</dt>
          <dd>{sanitizeText(detail.by)}</dd>
        </div>
        {params.map(([name, value]) => (
          <div key={name}>
            <dt>{sanitizeText(name)}</dt>
            <dd className="mono">{sanitizeText(JSON.stringify(value))}</dd>
          </div>
        ))}
      </dl>
    </header>
  );
}

type Asking = 'cancel' | 'retry' | 'retry-all';

function RunActions({ model, servers }: { readonly model: RunModel; readonly servers: readonly Server[] }) {
  const { client } = useSession();
  const { run, detail } = model;
  const [asking, setAsking] = useState<Asking>();
  const [isBusy, setIsBusy] = useState(false);
  const params = { run: detail.run };
  const failed = failedNodes(model);
  const steer = async (verb: 'pauseRun' | 'resumeRun'): Promise<void> => {
    setIsBusy(true);
    // What it changes comes with the events; what is refused shows as no change.
    await client.call(verb, { params }).catch(() => undefined);
    setIsBusy(false);
  };
  const isOpen = run.end === undefined && !run.canceled;
  return (
    <div className="actions">
      {failed.length === 0 ? null : (
        <button type="button" className="button" onClick={() => setAsking('retry')}>
          Retry failed
        </button>
      )}
      {isOpen ? (
        <>
          <button
            type="button"
            className="button"
            disabled={isBusy}
            onClick={() => void steer(run.paused ? 'resumeRun' : 'pauseRun')}
          >
            {run.paused ? 'Resume' : 'Pause'}
          </button>
          <button type="button" className="button button-danger" onClick={() => setAsking('cancel')}>
            Cancel run
          </button>
        </>
      ) : null}
      {asking === 'cancel' ? (
        <Confirm
          consequence={cancelConsequence(run)}
          verb="Cancel run"
          cancelText="Keep it running"
          isDanger
          act={async () => void (await client.call('cancelRun', { params }))}
          onClose={() => setAsking(undefined)}
        />
      ) : null}
      {asking === 'retry' || asking === 'retry-all' ? (
        <Confirm
          consequence={retryOf(model, servers, failed, asking === 'retry-all')}
          verb="Retry"
          act={async () =>
            void (await client.call('retryRun', { params, body: { downstream: asking === 'retry-all' } }))
          }
          onClose={() => setAsking(undefined)}
        >
          <label className="check">
            <input
              type="checkbox"
              checked={asking === 'retry-all'}
              onChange={({ target }) => setAsking(target.checked ? 'retry-all' : 'retry')}
            />
            with all that is downstream, succeeded or not
          </label>
        </Confirm>
      ) : null}
    </div>
  );
}

/** Nodes that failed by themselves and can be retried. */
function failedNodes({ run, definition }: RunModel): NodeName[] {
  return definition.dag.nodes.flatMap(({ name }, index) => {
    const state = run.nodes[index]?.status.is;
    const isFailed = state === 'failed' || state === 'timed_out' || state === 'lost';
    return isFailed && typeof retryScope(run, name, false) !== 'string' ? [name] : [];
  });
}

/** What a retry touches, as the terminal says it. */
export function retryOf(
  { run }: RunModel,
  servers: readonly Server[],
  nodes: readonly NodeName[],
  downstream: boolean,
): Consequence {
  return retryConsequence(worldOf(servers, run), run, nodes, downstream);
}
