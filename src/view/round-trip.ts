/** Below this all are the same to an operator: the broker is near and well. */
const NEAR_MS = 1;

/**
 * What to show of round trips, newest last: their median, but what is shown already stays until the median has doubled or halved, since an idle screen
 * must not write. A newest one that never came back (infinite) shows at once. Undefined without any.
 */
export function steadyRoundTripMs(
  shownMs: number | undefined,
  tripsMs: readonly number[],
): number | undefined {
  const newest = tripsMs.at(-1);
  if (newest === undefined || newest === Infinity) return newest;
  const back = tripsMs.filter((tripMs) => tripMs !== Infinity).toSorted((a, b) => a - b);
  const medianMs = back[(back.length - 1) >> 1] ?? newest;
  if (shownMs === undefined || shownMs === Infinity) return medianMs;
  const hasGrown = medianMs > 2 * Math.max(shownMs, NEAR_MS);
  const hasShrunk = shownMs > NEAR_MS && medianMs < shownMs / 2;
  return hasGrown || hasShrunk ? medianMs : shownMs;
}

/** `<1ms`, `12ms`, `1.3s`, `no answer`. */
export function roundTripText(roundTripMs: number): string {
  if (roundTripMs === Infinity) return 'no answer';
  if (roundTripMs < NEAR_MS) return `<${NEAR_MS}ms`;
  return roundTripMs < 1_000 ? `${Math.round(roundTripMs)}ms` : `${(roundTripMs / 1_000).toFixed(1)}s`;
}
