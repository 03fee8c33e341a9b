import type { NodeState } from '../../model/state.ts';
import { nodeLook } from '../../view/look.ts';

export type ProgressPart = { readonly state: NodeState; readonly count: number };

/** How far a run is, by states; what it says stands beside it in words. */
export function ProgressBar({
  parts,
  total,
}: {
  readonly parts: readonly ProgressPart[];
  readonly total: number;
}) {
  let from = 0;
  // What waits is the part of the bar that is still empty.
  const shown = parts.filter(({ state }) => state !== 'waiting').toSorted((a, b) => rankOf(a) - rankOf(b));
  return (
    <svg className="progress" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect className="progress-rest" width="100" height="4" />
      {shown.map(({ state, count }) => {
        const width = (count / Math.max(1, total)) * 100;
        const x = from;
        from += width;
        return (
          <rect key={state} className={`bar tone-${nodeLook(state).tone}`} x={x} width={width} height="4" />
        );
      })}
    </svg>
  );
}

/** What goes on stands behind what has ended: the bar grows to the right. */
function rankOf({ state }: ProgressPart): number {
  return state === 'running' || state === 'queued' || state === 'retrying' ? 1 : 0;
}

/** The parts of a summary, which knows no more than these. */
export function summaryParts(summary: {
  readonly succeeded: number;
  readonly failed: number;
  readonly ended: number;
}): readonly ProgressPart[] {
  const { succeeded, failed, ended } = summary;
  const parts: readonly ProgressPart[] = [
    { state: 'failed', count: failed },
    { state: 'succeeded', count: succeeded },
    { state: 'skipped', count: Math.max(0, ended - succeeded - failed) },
  ];
  return parts.filter(({ count }) => count > 0);
}
