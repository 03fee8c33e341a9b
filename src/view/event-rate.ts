import { ageText } from './duration.ts';

const WINDOW_MS = 5_000;
const MINUTE_MS = 60_000;

type Seen = { readonly event: { readonly atMs: number } };
type Recent = { readonly events: readonly Seen[]; readonly dropped: number };

/** Events a second over the last five; where `recent` does not reach so far back, over what it reaches. */
export function eventsPerSecond({ events, dropped }: Recent, nowMs: number): number {
  let count = 0;
  let oldestMs = nowMs;
  for (let at = events.length - 1; at >= 0; at -= 1) {
    const atMs = events[at]?.event.atMs ?? 0;
    if (atMs <= nowMs - WINDOW_MS) return count / (WINDOW_MS / 1_000);
    count += 1;
    oldestMs = Math.min(oldestMs, atMs);
  }
  const spanMs = dropped === 0 ? WINDOW_MS : Math.max(1, nowMs - oldestMs);
  return count / (spanMs / 1_000);
}

/** In at most 4 characters up to a million: `0`, `<1`, `42`, `1.3k`, `12k`. */
export function rateText(perSecond: number): string {
  if (perSecond === 0) return '0';
  if (perSecond < 1) return '<1';
  if (perSecond < 999.5) return String(Math.round(perSecond));
  return perSecond < 9_950 ? `${(perSecond / 1_000).toFixed(1)}k` : `${Math.round(perSecond / 1_000)}k`;
}

/** How long ago the newest event is. Where nothing runs it does not count seconds: a screen that writes each second all night helps nobody. */
export function lastEventText({ events }: Recent, nowMs: number, isBusy: boolean): string {
  const newest = events.at(-1);
  if (newest === undefined) return '-';
  const ageMs = nowMs - newest.event.atMs;
  return !isBusy && ageMs < MINUTE_MS ? '<1m' : ageText(ageMs);
}
