import { sanitizeText } from '../../graph/text.ts';
import type { Run } from '../../model/state.ts';
import { durationText } from '../../view/duration.ts';
import { estimateOf, leftText } from '../../view/estimate.ts';
import { lookText, runLook } from '../../view/look.ts';
import { progressOf } from '../../view/progress.ts';
import type { Scene } from '../scene.ts';
import { bold, span } from '../span.ts';
import type { Line } from '../span.ts';
import { replaySpans } from './replay-spans.ts';

/** Which run it is, how it stands, how far it is, and since when it runs or how long it took. */
export function runTitle(scene: Scene, run: Run): Line {
  const { nowMs, ascii } = scene;
  const look = runLook(run);
  const { done, total } = progressOf(run);
  // A replay says which moment it is, and needs the room.
  const estimate = scene.ui.replay === undefined ? estimateOf(scene.state, run, nowMs) : undefined;
  return [
    ...replaySpans(scene),
    bold(sanitizeText(run.dag)),
    span(` ${sanitizeText(run.id)} `, 'muted'),
    span(lookText(look, ascii), look.tone),
    span(` ${done}/${total} ${durationText((run.end?.atMs ?? nowMs) - run.triggeredMs)}`),
    ...(estimate === undefined ? [] : [span(` ${leftText(estimate)}`, 'accent')]),
  ];
}
