import { nodeLook } from '../../view/look.ts';
import type { Tone } from '../../view/look.ts';
import { axisStepMs } from '../../view/timeline.ts';
import type { Timeline, TimelineRow } from '../../view/timeline.ts';
import { WAIT_LOOKS } from '../../view/waits.ts';
import type { Wait } from '../../view/waits.ts';

/** Units across which a track is drawn, whatever its width. */
export const TRACK_WIDTH = 1_000;
/** Of the narrowest bar: what took no time is seen all the same. */
const LEAST = 2.5;

export type Axis = {
  readonly startMs: number;
  readonly spanMs: number;
  /** From the start, with the last at the end or before it. */
  readonly ticksMs: readonly number[];
};

/** An axis of whole steps, which does not move with each moment of a run that goes on. */
export function axisOf({ startMs, endMs, isOver }: Timeline, parts: number): Axis {
  const realMs = Math.max(100, endMs - startMs);
  const stepMs = axisStepMs(realMs, parts);
  // What is over ends where it ended; its last step may be cut.
  const spanMs = isOver ? realMs * 1.01 : Math.ceil(realMs / stepMs) * stepMs;
  const ticksMs = Array.from({ length: Math.floor(spanMs / stepMs) + 1 }, (_, index) => index * stepMs);
  return { startMs, spanMs, ticksMs };
}

export type Strip = {
  readonly kind: 'wait' | 'sent' | 'run';
  readonly x: number;
  readonly width: number;
  readonly tone: Tone;
  /** What it is, for the tooltip. */
  readonly word: string;
  readonly fromMs: number;
  readonly toMs: number;
};

/** What stands in the track of a node: what it waited for, and its attempts. */
export function stripsOf(
  row: TimelineRow,
  waits: readonly Wait[],
  axis: Axis,
  nowMs: number,
): readonly Strip[] {
  const strips: Strip[] = [];
  const add = (kind: Strip['kind'], tone: Tone, word: string, fromMs: number, toMs: number): void => {
    const x = ((fromMs - axis.startMs) / axis.spanMs) * TRACK_WIDTH;
    const width = Math.max(LEAST, ((toMs - fromMs) / axis.spanMs) * TRACK_WIDTH);
    const inside = Math.min(Math.max(0, x), TRACK_WIDTH - LEAST);
    strips.push({ kind, x: inside, width: Math.min(width, TRACK_WIDTH - inside), tone, word, fromMs, toMs });
  };
  for (const { reason, fromMs, toMs } of waits)
    if (reason !== 'sent') add('wait', WAIT_LOOKS[reason].tone, WAIT_LOOKS[reason].word, fromMs, toMs);
  for (const { number, dispatchedMs, startedMs, finishedMs, outcome } of row.bars) {
    const endMs = finishedMs ?? nowMs;
    add('sent', 'muted', `#${number} sent`, dispatchedMs, startedMs ?? endMs);
    if (startedMs === undefined) continue;
    const look = nodeLook(outcome ?? 'running');
    add('run', look.tone, `#${number} ${look.word}`, startedMs, endMs);
  }
  return strips;
}
