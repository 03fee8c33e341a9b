import { useState } from 'react';
import type { Server } from '../../api/contract/servers.ts';
import { sanitizeText } from '../../graph/text.ts';
import type { ServerName } from '../../model/ids.ts';
import { uncordonConsequence } from '../../view/consequence.ts';
import type { Consequence } from '../../view/consequence.ts';
import { drainLines } from '../../view/drain.ts';
import { useLive, useMay, useNow, useSession } from '../data/session.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Link } from '../parts/link.tsx';
import { Await, Empty } from '../parts/notice.tsx';
import { serverLook, StateBadge } from '../parts/state-badge.tsx';
import { Ago } from '../parts/time.tsx';
import { runRoute } from '../routes/route.ts';

/** Heartbeats are no events; they are asked for this often. */
const POLL_MS = 5_000;

/** The servers that run nodes: whether they are there, what they run, and what they may. */
export function ServersPage() {
  const { client } = useSession();
  const nowMs = useNow(1_000);
  const servers = useLive('servers', (signal) => client.call('listServers', {}, { signal }), {
    on: ({ type }) => !type.startsWith('run.'),
    everyMs: 1_000,
    pollMs: POLL_MS,
  });
  return (
    <>
      <div className="page-head">
        <h1>Servers</h1>
      </div>
      <Await of={servers}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No server is known">
              <p className="muted">
                Start an agent on one: <code>dagtop agent</code>
              </p>
            </Empty>
          ) : (
            <ul className="cards">
              {items.map((server) => (
                <ServerCard key={server.server} server={server} nowMs={nowMs} onChange={servers.refresh} />
              ))}
            </ul>
          )
        }
      </Await>
    </>
  );
}

type CardProps = { readonly server: Server; readonly nowMs: number; readonly onChange: () => void };

function ServerCard({ server, nowMs, onChange }: CardProps) {
  const mayAct = useMay('operator');
  const labels = Object.entries(server.labels);
  return (
    <li className="card server-card">
      <div className="card-head">
        <h2>{sanitizeText(server.server)}</h2>
        <StateBadge look={serverLook(server)} />
        {server.leads ? <span className="badge tone-accent">★ decides</span> : null}
        {server.isStandby ? <span className="badge tone-muted">standby</span> : null}
      </div>
      <Load load={server.load} slots={server.slots} />
      <dl className="facts-line">
        {server.heardAt === undefined ? null : (
          <div>
            <dt>Heard</dt>
            <dd>
              <Ago at={server.heardAt} nowMs={nowMs} />
            </dd>
          </div>
        )}
        {server.loadAverage === undefined ? null : (
          <div>
            <dt>Load average</dt>
            <dd className="numeric">{server.loadAverage.toFixed(2)}</dd>
          </div>
        )}
        {server.version === undefined ? null : (
          <div>
            <dt>Version</dt>
            <dd>{sanitizeText(server.version)}</dd>
          </div>
        )}
        {labels.length === 0 ? null : (
          <div>
            <dt>Labels</dt>
            <dd>{labels.map(([name, value]) => sanitizeText(`${name}=${value}`)).join(', ')}</dd>
          </div>
        )}
      </dl>
      <p className="server-takes">
        <span className="muted">Takes </span>
        {server.takes.length === 0 ? 'nothing' : <span className="mono">{takesText(server.takes)}</span>}
      </p>
      {server.running.length === 0 ? (
        <p className="muted">Runs nothing now.</p>
      ) : (
        <ul className="running" aria-label="Runs now">
          {server.running.map(({ run, dag, node, attempt }) => (
            <li key={`${run} ${node}`}>
              <span className="glyph tone-busy" aria-hidden="true">
                ▶
              </span>{' '}
              <Link to={runRoute(run, node)}>{sanitizeText(node)}</Link>{' '}
              <span className="muted">
                {attempt > 1 ? `#${attempt} ` : ''}of {sanitizeText(dag)}
              </span>
            </li>
          ))}
        </ul>
      )}
      {mayAct ? <Steering server={server} onChange={onChange} /> : null}
    </li>
  );
}

const TAKES_MAX = 16;

function takesText(takes: readonly string[]): string {
  const more = takes.length - TAKES_MAX;
  const shown = takes.slice(0, TAKES_MAX).map(sanitizeText).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** Slots, each taken or free. */
function Load({ load, slots }: { readonly load: number; readonly slots: number }) {
  const shown = Math.min(64, Math.max(slots, load));
  return (
    <div className="load">
      <svg
        className="load-bar"
        viewBox={`0 0 ${Math.max(1, shown) * 10} 8`}
        aria-hidden="true"
        preserveAspectRatio="xMinYMid meet"
      >
        {Array.from({ length: shown }, (_, slot) => (
          <rect
            key={slot}
            className={slot < load ? 'slot slot-taken' : 'slot'}
            x={slot * 10 + 0.5}
            y={0.5}
            width={7}
            height={7}
            rx={1.5}
          />
        ))}
      </svg>
      <span className="numeric">
        {load} of {slots} slots taken
      </span>
    </div>
  );
}

type SteeringProps = { readonly server: Server; readonly onChange: () => void };

function Steering({ server, onChange }: SteeringProps) {
  const { client } = useSession();
  const params = { server: server.server };
  const [consequence, setConsequence] = useState<Consequence>();
  const ask = async (): Promise<void> => {
    if (server.isCordoned) {
      setConsequence(uncordonConsequence(server.server as ServerName));
      return;
    }
    const dry = await client
      .call('drainServer', { params, query: { dryRun: true } })
      .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    setConsequence(
      dry instanceof Error
        ? { possible: false, reason: sanitizeText(dry.message) }
        : {
            possible: true,
            title: sanitizeText(`Take ${server.server} out of service (cordon)?`),
            lines: drainLines(dry.plan ?? { running: server.load, moves: [], stranded: [] }),
          },
    );
  };
  const act = async (): Promise<void> => {
    await client.call(server.isCordoned ? 'uncordonServer' : 'cordonServer', { params });
    onChange();
  };
  const verb = server.isCordoned ? 'Uncordon' : 'Cordon';
  return (
    <div className="card-foot">
      <button type="button" className="button" onClick={() => void ask()}>
        {verb}…
      </button>
      {consequence === undefined ? null : (
        <Confirm
          consequence={consequence}
          verb={verb}
          isDanger={!server.isCordoned}
          act={act}
          onClose={() => setConsequence(undefined)}
        />
      )}
    </div>
  );
}
