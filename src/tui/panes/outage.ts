import type { Link } from '../../broker/port/port.ts';
import { durationText } from '../../view/duration.ts';
import type { Scene } from '../scene.ts';

type Down = Extract<Link, { up: false }>;

/** Since when there is no link, and when it is tried again, counted down: `since 12:03:07, next try in 3s`. */
export function outageText({ sinceMs, retryAtMs }: Down, { nowMs, timeText }: Scene): string {
  const since = sinceMs === undefined ? [] : [`since ${timeText(sinceMs)}`];
  if (retryAtMs === undefined)
    return [...since, ...(sinceMs === undefined ? [] : [`for ${durationText(nowMs - sinceMs)}`])].join(', ');
  const leftMs = retryAtMs - nowMs;
  return [...since, leftMs <= 0 ? 'trying now' : `next try in ${Math.ceil(leftMs / 1_000)}s`].join(', ');
}
