/** Spans that a list may go back, in hours. */
export const SINCE_HOURS = { '1h': 1, '24h': 24, '7d': 168, '30d': 720 } as const;

/** From when on, as the API wants it; undefined: from the beginning. */
export function sinceTime(since: string | undefined, nowMs: number): string | undefined {
  const hours = Object.entries(SINCE_HOURS).find(([name]) => name === since)?.[1];
  return hours === undefined ? undefined : new Date(nowMs - hours * 3_600_000).toISOString();
}
