import type { Stats } from '../../api/contract/history.ts';
import { sanitizeText } from '../../graph/text.ts';
import { durationText } from '../../view/duration.ts';
import { roundUp } from './chart-scale.ts';

const SHOWN_MAX = 40;

/** How long each node takes, usually and at worst, and how often it fails. */
export function NodeBars({ nodes }: { readonly nodes: Stats['nodes'] }) {
  const sorted = [...nodes].sort((a, b) => (b.took.p95Ms ?? 0) - (a.took.p95Ms ?? 0)).slice(0, SHOWN_MAX);
  const top = roundUp(Math.max(...sorted.map(({ took }) => took.p95Ms ?? 0)));
  return (
    <section className="card" aria-label="Durations of the nodes">
      <h3>
        Nodes, slowest first{nodes.length > sorted.length ? ` (${sorted.length} of ${nodes.length})` : ''}
      </h3>
      <div className="table-frame">
        <table className="table node-bars">
          <thead>
            <tr>
              <th scope="col">Node</th>
              <th scope="col" className="wide-only">
                <span className="spoken">Picture of median and p95</span>
              </th>
              <th scope="col" className="end">
                p50
              </th>
              <th scope="col" className="end">
                p95
              </th>
              <th scope="col" className="end">
                Failed
              </th>
            </tr>
          </thead>
          <tbody>
            {sorted.map(({ node, took: { p50Ms, p95Ms }, attempts, failed, timedOut, lost }) => (
              <tr key={node}>
                <td className="name-cell">{sanitizeText(node)}</td>
                <td className="wide-only bar-cell">
                  <svg viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true">
                    <rect
                      className="strip strip-tail tone-busy"
                      width={((p95Ms ?? 0) / top) * 1_000}
                      y="4"
                      height="4"
                    />
                    <rect
                      className="strip strip-run tone-busy"
                      width={((p50Ms ?? 0) / top) * 1_000}
                      y="1"
                      height="10"
                    />
                  </svg>
                </td>
                <td className="end numeric">{p50Ms === undefined ? '–' : durationText(p50Ms)}</td>
                <td className="end numeric">{p95Ms === undefined ? '–' : durationText(p95Ms)}</td>
                <td className={`end numeric ${failed + timedOut + lost > 0 ? 'tone-bad' : 'muted'}`}>
                  {failed + timedOut + lost}/{attempts}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
