import { sanitizeText } from '../../graph/text.ts';
import { counted } from '../../view/counted.ts';
import { readFilter } from '../../view/filter.ts';
import type { Filter } from '../../view/filter.ts';
import { bytesText } from '../../view/node-facts.ts';
import { rowsFrom } from '../../view/log-rows.ts';
import type { LogRow } from '../../view/log-rows.ts';
import { columnsOf, newLines, placeIn, windowOf } from '../log-sheet.ts';
import type { LogSheet, UnreadOutput } from '../log-sheet.ts';
import type { Rect } from '../regions.ts';
import type { Block, Scene } from '../scene.ts';
import { bold, span } from '../span.ts';
import type { Line } from '../span.ts';
import type { Subject, UiState } from '../ui-state.ts';
import { titleSpans } from './breadcrumbs.ts';
import { framePane } from './frame.ts';
import { logLine } from './log-line.ts';
import type { LineLook } from './log-line.ts';

export function logPane(scene: Scene, subject: Subject | undefined, rect: Rect): Block {
  const { ui, log, timeText } = scene;
  const isFocused = ui.focus === 'log';
  if (subject?.run === undefined || log === undefined)
    return framePane(
      rect,
      titleSpans(ui, subject, 'log'),
      [[span(` ${whyNone(subject, ui)}`, 'muted')]],
      isFocused,
    );
  const window = windowOf(log, ui.log, rect.width, rect.height - 1);
  const rows = rowsFrom(placeIn(log, ui.log, window), window);
  const look: LineLook = {
    columns: columnsOf(log, ui.log, rect.width),
    wish: ui.log,
    startMs: log.startMs,
    search: ui.log.search === '' ? undefined : readFilter(ui.log.search, 'smart'),
    timeText,
  };
  const title = [
    ...titleSpans(ui, subject, 'log'),
    span(scopeText(subject, ui, log)),
    ...whereSpans(ui, log, rows),
    ...wishSpans(ui),
  ];
  const lines = log.unread === undefined ? rows.map((row) => logLine(row, look)) : [];
  return framePane(rect, title, lines.length === 0 ? emptyLines(log, rect.height - 1) : lines, isFocused);
}

function emptyLines(log: LogSheet, height: number): readonly Line[] {
  if (log.unread === undefined) return [[span(` ${whyEmpty(log)}`, 'muted')]];
  return unreadLines(log.unread, height);
}

/** What is known of an output without its agent, who has it. */
function unreadLines({ bytes, server, tail, notes }: UnreadOutput, height: number): readonly Line[] {
  const found = notes.length === 0 ? ['nothing of it came from there yet'] : notes;
  const told: Line[] = [
    [span(` ${bytesText(bytes)} written, on ${sanitizeText(server)}`)],
    ...found.map((text): Line => [span(` ${sanitizeText(text)}`, 'warning')]),
  ];
  const last = tail.replace(/\n$/, '').split('\n');
  if (tail === '') return told;
  const room = Math.max(1, height - told.length - 1);
  return [
    ...told,
    [span(' its last lines, as they were recorded:', 'muted')],
    ...last.slice(-room).map((text): Line => [span(`   ${sanitizeText(text)}`)]),
  ];
}

function whyNone(subject: Subject | undefined, ui: UiState): string {
  if (subject?.run === undefined) return 'not run';
  if (ui.log.scope !== 'node') return 'none of these nodes has started';
  const isCommand = subject.definition.dag.nodes[subject.index]?.command !== undefined;
  return isCommand ? 'it has not started' : 'a pass-through runs nothing';
}

function whyEmpty({ total, isSifting, isOpen }: LogSheet): string {
  if (isSifting) return 'filtering …';
  if (total > 0) return `none of ${counted(total, 'line')} matches`;
  return isOpen ? 'nothing written yet' : 'nothing was written';
}

/** Behind the name of the node, or of the dag. */
function scopeText(
  subject: Subject,
  { log: { scope, attempt } }: UiState,
  { nodes, followed }: LogSheet,
): string {
  const of = followed < nodes ? `(${followed} of ${nodes} nodes followed)` : `(${counted(nodes, 'node')})`;
  switch (scope) {
    case 'node': {
      const count = subject.run?.nodes[subject.index]?.attempts.length ?? 0;
      return attempt === undefined ? `#${count}` : `#${attempt} of ${count}`;
    }
    case 'upstream':
    case 'downstream':
      return ` and ${scope} ${of}`;
    case 'run':
      return ` on all servers ${of}`;
  }
}

function whereSpans(ui: UiState, log: LogSheet, rows: readonly LogRow[]): Line {
  const { lines } = log;
  const [first, last] = [rows[0], rows.at(-1)];
  const isFollowing = ui.log.top === undefined || ui.log.top.id < log.firstId;
  if (isFollowing || first === undefined || last === undefined)
    return [span(` ${log.isOpen ? 'follows' : counted(lines.length, 'line')}`, 'muted')];
  const range = `${lines.indexOf(first.line) + 1}–${lines.indexOf(last.line) + 1}`;
  const fresh = newLines(log, ui.log);
  return [
    span(` ${range} of ${lines.length}`, 'muted'),
    ...(fresh > 0 ? [bold(`  ${fresh} new ↓`, 'accent')] : []),
  ];
}

/** What is looked for and what is left out. */
function wishSpans({ log: { search, filter } }: UiState): Line {
  return [...wishOf('&', filter), ...wishOf('/', search)];
}

function wishOf(key: string, text: string): Line {
  if (text === '') return [];
  const problem = problemOf(readFilter(text, 'smart'));
  return [span(`  ${key}`, 'accent'), bold(text, 'accent'), ...problem];
}

function problemOf({ problem }: Filter): Line {
  return problem === undefined ? [] : [span(' (as plain text)', 'warning')];
}
