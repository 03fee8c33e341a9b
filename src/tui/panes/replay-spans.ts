import { sanitizeText } from '../../graph/text.ts';
import { durationText } from '../../view/duration.ts';
import type { Scene } from '../scene.ts';
import { bold, span } from '../span.ts';
import { isOfPast } from '../ui-state.ts';
import type { Line } from '../span.ts';

/** That this is not live: a run of the history, or which moment it is, before the title of what is replayed. */
export function replaySpans({ state, ui, ascii, timeText }: Scene): Line {
  if (ui.replay === undefined) return isOfPast(state, ui) ? [marked('HISTORY'), span(' ')] : [];
  const { tape, at } = ui.replay;
  const step = at === undefined ? undefined : tape.steps[at];
  if (at === undefined || step === undefined) return [marked(waitText(tape.reading, ascii)), span(' ')];
  const since = durationText(step.atMs - (tape.steps[0]?.atMs ?? 0));
  const of = `${tape.steps.length}${tape.isFull ? '+' : ''}`;
  return [marked('REPLAY'), bold(` ${timeText(step.atMs)} +${since} step ${at + 1}/${of}  `, 'warning')];
}

type Tape = NonNullable<Scene['ui']['replay']>['tape'];

function waitText(reading: Tape['reading'], ascii: boolean): string {
  switch (reading.is) {
    case 'failed':
      return `REPLAY failed: ${sanitizeText(reading.reason)}`;
    case 'reading':
    case 'ready':
      return `REPLAY: reading the log ${ascii ? '...' : '…'} ${Math.floor(reading.is === 'ready' ? 100 : 100 * reading.part)} %`;
  }
}

function marked(text: string): Line[number] {
  return { ...bold(` ${text} `, 'warning'), isInverse: true };
}
