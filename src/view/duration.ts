const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A span of time in at most 6 characters for the first hundred days: `0.4s`, `12s`, `3m05s`, `2h07m`, `4d03h`. Below zero it is `0.0s`. */
export function durationText(spanMs: number): string {
  const ms = Number.isFinite(spanMs) ? Math.max(0, spanMs) : 0;
  if (ms < 10 * SECOND_MS) return `${(Math.floor(ms / 100) / 10).toFixed(1)}s`;
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)}s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)}m${twoDigits((ms % MINUTE_MS) / SECOND_MS)}s`;
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)}h${twoDigits((ms % HOUR_MS) / MINUTE_MS)}m`;
  return `${Math.floor(ms / DAY_MS)}d${twoDigits((ms % DAY_MS) / HOUR_MS)}h`;
}

/** How long ago, in one unit: `now`, `12s`, `3m`, `2h`, `4d`. */
export function ageText(ageMs: number): string {
  const ms = Math.max(0, ageMs);
  if (ms < SECOND_MS) return 'now';
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)}s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)}m`;
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)}h`;
  return `${Math.floor(ms / DAY_MS)}d`;
}

function twoDigits(value: number): string {
  return String(Math.floor(value)).padStart(2, '0');
}
