import type { ReactNode } from 'react';
import type { Attempt } from '../../api/contract/runs.ts';
import { sanitizeText } from '../../graph/text.ts';
import { durationText } from '../../view/duration.ts';
import { commandText, ruleText } from '../../view/node-text.ts';
import type { RunModel } from '../data/run-model.ts';
import { byteText } from '../parts/byte-text.ts';
import { NodeBadge, StateBadge } from '../parts/state-badge.tsx';
import { Moment, Span } from '../parts/time.tsx';
import { nodeLook } from '../../view/look.ts';

type Props = { readonly model: RunModel; readonly index: number; readonly nowMs: number };

/** Why a node is where it is, what it runs, and how its attempts went. */
export function NodeFacts({ model, index, nowMs }: Props) {
  const { definition, nodes } = model;
  const node = definition.dag.nodes[index];
  const detail = nodes[index];
  if (node === undefined || detail === undefined) return null;
  const nameOf = (at: number): string => definition.dag.nodes[at]?.name ?? '?';
  const error = detail.attempts.at(-1)?.error;
  return (
    <>
      <p className={`why tone-${nodeLook(detail.state).tone}`}>{sanitizeText(detail.reason)}</p>
      {detail.attempts.at(-1)?.tail === undefined ? null : (
        <figure className="tail">
          <figcaption className="muted">Its last lines</figcaption>
          <pre>{linesOf(detail.attempts.at(-1)?.tail ?? '')}</pre>
        </figure>
      )}
      {error === undefined || error === detail.reason ? null : <p className="why">{sanitizeText(error)}</p>}
      <Attempts attempts={detail.attempts} nowMs={nowMs} />
      <dl className="facts">
        {node.description === undefined ? null : <Fact name="What">{sanitizeText(node.description)}</Fact>}
        <Fact name="Command">
          <pre className="command">
            {linesOf(
              node.command !== undefined && 'shell' in node.command
                ? node.command.shell
                : commandText(node.command),
            )}
          </pre>
        </Fact>
        <Fact name="Depends on">
          <Names names={(definition.upstream[index] ?? []).map(nameOf)} />
        </Fact>
        <Fact name="Followed by">
          <Names names={(definition.downstream[index] ?? []).map(nameOf)} />
        </Fact>
        <Fact name="Runs when">{ruleText(node.triggerRule).replaceAll('_', ' ')}</Fact>
        {node.retry.limit === 0 ? null : (
          <Fact name="Retries">
            up to {node.retry.limit}, after {durationText(node.retry.intervalMs)}
            {node.retry.backoff === 1 ? '' : `, each time ×${node.retry.backoff}`}
          </Fact>
        )}
        {node.timeoutMs === undefined ? null : <Fact name="Timeout">{durationText(node.timeoutMs)}</Fact>}
        {Object.keys(node.env).length === 0 ? null : (
          <Fact name="Environment">
            <pre className="command">
              {Object.entries(node.env)
                .map(([name, value]) => sanitizeText(`${name}=${value}`))
                .join('\n')}
            </pre>
          </Fact>
        )}
      </dl>
    </>
  );
}

/** Several lines, each safe to paint. */
export function linesOf(text: string): string {
  return text.split('\n').map(sanitizeText).join('\n').trimEnd();
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const NAMES_MAX = 12;

function Names({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return <span className="muted">nothing</span>;
  const more = names.length - NAMES_MAX;
  const shown = names.slice(0, NAMES_MAX).map(sanitizeText).join(', ');
  return <span className="mono">{more > 0 ? `${shown} and ${more} more` : shown}</span>;
}

function Attempts({ attempts, nowMs }: { readonly attempts: readonly Attempt[]; readonly nowMs: number }) {
  if (attempts.length === 0) return <p className="muted">No attempt yet.</p>;
  return (
    <div className="table-frame">
      <table className="table table-small" aria-label="Attempts, newest first">
        <thead>
          <tr>
            <th scope="col">#</th>
            <th scope="col">State</th>
            <th scope="col">Server</th>
            <th scope="col">Started</th>
            <th scope="col" className="end">
              Took
            </th>
            <th scope="col">Exit</th>
          </tr>
        </thead>
        <tbody>
          {attempts.toReversed().map((attempt) => (
            <tr key={attempt.attempt}>
              <td className="numeric">{attempt.attempt}</td>
              <td>
                {attempt.outcome === undefined ? (
                  <NodeBadge state={attempt.startedAt === undefined ? 'queued' : 'running'} />
                ) : (
                  <StateBadge look={nodeLook(attempt.outcome)} />
                )}
              </td>
              <td>{sanitizeText(attempt.server)}</td>
              <td>
                {attempt.startedAt === undefined ? '–' : <Moment at={attempt.startedAt} nowMs={nowMs} />}
              </td>
              <td className="end">
                <Span from={attempt.startedAt} to={attempt.finishedAt} nowMs={nowMs} />
              </td>
              <td className="numeric" title={wroteText(attempt)}>
                {attempt.signal === undefined ? (attempt.exitCode ?? '') : sanitizeText(attempt.signal)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function wroteText({ stdoutBytes, stderrBytes }: Attempt): string | undefined {
  if (stdoutBytes === undefined && stderrBytes === undefined) return undefined;
  return `wrote ${byteText(stdoutBytes ?? 0)} to stdout, ${byteText(stderrBytes ?? 0)} to stderr`;
}
