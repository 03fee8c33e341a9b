import { durationText } from '../../view/duration.ts';
import { estimateOf, leftText } from '../../view/estimate.ts';
import { lookText, runLook } from '../../view/look.ts';
import { progressOf } from '../../view/progress.ts';
import type { Scene } from '../scene.ts';
import { span } from '../span.ts';
import type { Line } from '../span.ts';
import type { Subject } from '../ui-state.ts';
import { titleSpans } from './breadcrumbs.ts';
import { replaySpans } from './replay-spans.ts';

/** Which run it is, in which of its views; how it stands, how far it is, and since when it runs or how long it took. */
export function runTitle(scene: Scene, subject: Subject, view: 'graph' | 'timeline'): Line {
  const { nowMs, ascii, ui } = scene;
  const { run } = subject;
  const place = titleSpans(ui, subject, view);
  if (run === undefined) return place;
  const look = runLook(run);
  const { done, total } = progressOf(run);
  // A replay says which moment it is, and needs the room.
  const estimate = scene.ui.replay === undefined ? estimateOf(scene.state, run, nowMs) : undefined;
  return [
    ...replaySpans(scene),
    ...place,
    span(' '),
    span(lookText(look, ascii), look.tone),
    span(` ${done}/${total} ${durationText((run.end?.atMs ?? nowMs) - run.triggeredMs)}`),
    ...(estimate === undefined ? [] : [span(` ${leftText(estimate)}`, 'accent')]),
  ];
}
