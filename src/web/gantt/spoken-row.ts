import { durationText } from '../../view/duration.ts';
import { nodeLook } from '../../view/look.ts';
import type { TimelineRow } from '../../view/timeline.ts';
import type { Strip } from './geometry.ts';

/** Moments that the scheduler itself takes are not worth a word. */
const LEAST_MS = 100;

/** What a row of the timeline shows, for who does not see it: `load, succeeded, no slot 1.2s, 2 attempts, ran 3.1s, on the critical path`. */
export function spokenRow({ name, state, bars, isCritical }: TimelineRow, strips: readonly Strip[]): string {
  const waitedMs = new Map<string, number>();
  let ranMs = 0;
  for (const { kind, word, fromMs, toMs } of strips) {
    if (kind === 'run') ranMs += toMs - fromMs;
    if (kind === 'wait') waitedMs.set(word, (waitedMs.get(word) ?? 0) + toMs - fromMs);
  }
  return [
    name,
    nodeLook(state).word,
    ...[...waitedMs].flatMap(([word, ms]) => (ms < LEAST_MS ? [] : [`${word} ${durationText(ms)}`])),
    ...(bars.length === 0 ? [] : [bars.length === 1 ? '1 attempt' : `${bars.length} attempts`]),
    ...(ranMs === 0 ? [] : [`ran ${durationText(ranMs)}`]),
    ...(isCritical ? ['on the critical path'] : []),
  ].join(', ');
}
