import { counted } from '../../view/counted.ts';
import { cellsOf } from '../../graph/text.ts';
import type { LogLine } from '../../view/log-text.ts';
import type { Tone } from '../../view/look.ts';
import type { Rect } from '../regions.ts';
import type { Block, Scene } from '../scene.ts';
import { span } from '../span.ts';
import type { Line } from '../span.ts';
import type { Subject } from '../ui-state.ts';
import { titleSpans } from './breadcrumbs.ts';
import { framePane } from './frame.ts';

const TONES: Readonly<Record<LogLine['stream'], Tone>> = {
  stdout: 'plain',
  stderr: 'warning',
  note: 'muted',
};
/** Streams are told apart by a mark, not by colour alone. */
const MARKS: Readonly<Record<LogLine['stream'], string>> = { stdout: '  ', stderr: '! ', note: '- ' };

export function logPane(scene: Scene, subject: Subject | undefined, rect: Rect): Block {
  const { ui, log } = scene;
  const isFocused = ui.focus === 'log';
  const attempt = subject?.run?.nodes[subject.index]?.attempts.at(-1);
  if (subject === undefined || attempt === undefined || log === undefined) {
    return framePane(
      rect,
      titleSpans(ui, subject, 'log'),
      [[span(` ${whyNone(subject)}`, 'muted')]],
      isFocused,
    );
  }
  const all = log.lines;
  const height = rect.height - 1;
  const lastTop = Math.max(0, all.length - height);
  const isFollowing = ui.logTop === undefined;
  const top = Math.min(Math.max(0, (ui.logTop ?? Infinity) - log.droppedLines), lastTop);
  const lines = all.slice(top, top + height).map((line) => shownLine(line, ui.logLeft));
  const following = attempt.outcome === undefined ? 'follows' : counted(all.length, 'line');
  const where = isFollowing ? following : `${top + 1}–${top + lines.length} of ${all.length}`;
  const title: Line = [
    ...titleSpans(ui, subject, 'log'),
    span(`#${attempt.number}`),
    span(` ${where}`, 'muted'),
  ];
  const empty: Line[] = [
    [span(attempt.outcome === undefined ? ' nothing written yet' : ' nothing was written', 'muted')],
  ];
  return framePane(rect, title, all.length === 0 ? empty : lines, isFocused);
}

function whyNone(subject: Subject | undefined): string {
  if (subject?.run === undefined) return 'not run';
  const isCommand = subject.definition.dag.nodes[subject.index]?.command !== undefined;
  return isCommand ? 'it has not started' : 'a pass-through runs nothing';
}

function shownLine({ stream, text }: LogLine, left: number): Line {
  const shown = left === 0 ? text : cellsOf(text).slice(left).join('');
  return [span(MARKS[stream], TONES[stream]), span(shown, TONES[stream])];
}
