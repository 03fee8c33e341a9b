import { useState } from 'react';
import type { Stats } from '../../api/contract/history.ts';
import { sanitizeText } from '../../graph/text.ts';
import { counted } from '../../view/counted.ts';
import { durationText } from '../../view/duration.ts';
import { SINCE_HOURS, sinceTime } from '../data/since.ts';
import { useLive, useSession } from '../data/session.ts';
import { Await, Empty } from '../parts/notice.tsx';
import { wholeDays } from './chart-scale.ts';
import { DayBars } from './day-bars.tsx';
import { NodeBars } from './node-bars.tsx';

const DAYS_MAX = 60;

/** How a DAG's runs and nodes did, from the history. */
export function DagCharts({ dag }: { readonly dag: string }) {
  const { client } = useSession();
  const [since, setSince] = useState<string>('30d');
  const stats = useLive(
    `stats ${dag} ${since}`,
    (signal) => {
      const from = sinceTime(since, Date.now());
      return client.call(
        'getStats',
        { query: { dag, ...(from === undefined ? {} : { since: from }) } },
        { signal },
      );
    },
    { on: (event) => event.type === 'run.finished' && event.dag === dag, everyMs: 5_000 },
  );
  return (
    <div className="charts">
      <label className="field">
        <span>Of the last</span>
        <select value={since} onChange={({ target }) => setSince(target.value)}>
          {Object.keys(SINCE_HOURS).map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <Await of={stats}>
        {(value) =>
          value.dags.every(({ runs }) => runs === 0) ? (
            <Empty title="No run of it ended in this time" />
          ) : (
            <Figures stats={value} />
          )
        }
      </Await>
    </div>
  );
}

function Figures({ stats }: { readonly stats: Stats }) {
  const days = wholeDays(stats.days, new Date().toISOString().slice(0, 10), DAYS_MAX);
  const [all] = stats.dags;
  if (all === undefined) return null;
  const { runs, failed, canceled, successRate, took } = all;
  return (
    <>
      <dl className="figures">
        <Figure name="Runs" value={String(runs)} note={`${failed} failed, ${canceled} canceled`} />
        <Figure
          name="Succeeded"
          value={successRate === undefined ? '–' : percent(successRate)}
          note="of those not canceled"
        />
        <Figure
          name="Usually takes"
          value={took.p50Ms === undefined ? '–' : durationText(took.p50Ms)}
          note="median"
        />
        <Figure
          name="At worst"
          value={took.p95Ms === undefined ? '–' : durationText(took.p95Ms)}
          note="p95"
        />
      </dl>
      <div className="chart-grid">
        <DayBars
          title="Runs a day"
          days={days}
          parts={[
            { name: 'succeeded', tone: 'good', of: (day) => day.succeeded },
            { name: 'failed', tone: 'bad', of: (day) => day.failed },
            { name: 'canceled', tone: 'muted', of: (day) => day.canceled },
          ]}
          text={(value) => (Number.isInteger(value) ? String(value) : '')}
        />
        <DayBars
          title="Median duration a day"
          days={days}
          parts={[{ name: 'median', tone: 'busy', of: (day) => day.took.p50Ms ?? 0 }]}
          text={durationText}
        />
      </div>
      <NodeBars nodes={stats.nodes} />
      <Flakiest nodes={stats.flakiest} />
    </>
  );
}

const FLAKY_MAX = 5;

function Flakiest({ nodes }: { readonly nodes: Stats['flakiest'] }) {
  const flaky = nodes.filter(({ flakyRuns }) => flakyRuns > 0).slice(0, FLAKY_MAX);
  if (flaky.length === 0) return null;
  const texts = flaky.map(
    ({ node, flakyRuns, runs }) => `${sanitizeText(node)} (in ${flakyRuns} of ${counted(runs, 'run')})`,
  );
  return <p className="muted">Failed at first and succeeded later: {texts.join(', ')}</p>;
}

function percent(rate: number): string {
  const value = rate * 100;
  return `${value === 100 || value === 0 ? value : value.toFixed(1)} %`;
}

function Figure({
  name,
  value,
  note,
}: {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}) {
  return (
    <div className="card figure">
      <dt>{name}</dt>
      <dd>
        <span className="figure-value">{value}</span>
        <span className="muted">{note}</span>
      </dd>
    </div>
  );
}
