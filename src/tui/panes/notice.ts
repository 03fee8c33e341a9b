import type { Tone } from '../../view/look.ts';
import type { Notice } from '../source.ts';
import type { Scene } from '../scene.ts';
import { counted } from '../../view/counted.ts';
import { readFilter } from '../../view/filter.ts';
import { commandCandidates } from '../command-line.ts';
import type { LogSheet } from '../log-sheet.ts';
import { bold, fitLine, span } from '../span.ts';
import type { Line } from '../span.ts';

/** What came of a key stands over the reason why nothing moves for so long. */
const ANSWER_MS = 4_000;
/** On a narrower screen the reason needs the room. */
const ROOMY_WIDTH = 110;
/** An error is read for so long. */
const ERROR_MS = 5_000;
const CANDIDATES_SHOWN = 12;

const TONES: Readonly<Record<Notice['level'], Tone>> = { info: 'plain', warning: 'warning', error: 'bad' };
const MARKS: Readonly<Record<Notice['level'], string>> = { info: '', warning: '! ', error: '✗ ' };

/** One line: why nothing moves any more, else the newest of what was said, be it news or what came of a key. */
export function noticeLine(
  { source, state, ui, log, message, nowMs, timeText, ascii }: Scene,
  width: number,
): Line {
  if (ui.typing?.is === 'command') {
    const { text } = ui.typing;
    const candidates = commandCandidates(state, ui, text).slice(0, CANDIDATES_SHOWN).join(' ');
    const cursor = { ...span(' '), isInverse: true };
    return fitLine([bold(' :', 'accent'), bold(text), cursor, span(`  ${candidates}`, 'muted')], width);
  }
  if (ui.typing?.is === 'logSearch') return typedLine('/', ui.log.search, log, width);
  if (ui.typing?.is === 'logFilter') return typedLine('&', ui.log.filter, log, width);
  if (source.fault !== undefined) {
    const text = ` The event log can't be followed any further: ${source.fault.message} `;
    return fitLine([{ ...bold(text, 'bad'), isInverse: true }], width);
  }
  if (source.link?.up === false) {
    const { sinceMs = Infinity } = source.link;
    if (message !== undefined && message.atMs >= sinceMs && nowMs - message.atMs < ANSWER_MS)
      return saidLine(message, { timeText, ascii }, width);
    const text = `${width < ROOMY_WIDTH ? '' : ' No link to the broker,'} this is old: ${source.link.reason}`;
    return fitLine([bold(text, 'bad')], width);
  }
  const newest = newestTelling(source.notices, nowMs);
  const said = message !== undefined && message.atMs >= (newest?.atMs ?? 0) ? message : newest;
  if (said === undefined) return fitLine([], width);
  return saidLine(said, { timeText, ascii }, width);
}

/** The newest; but news does not wipe an error away before it can be read. */
function newestTelling(notices: readonly Notice[], nowMs: number): Notice | undefined {
  const error = notices.findLast(({ level }) => level === 'error');
  return error !== undefined && nowMs - error.atMs < ERROR_MS ? error : notices.at(-1);
}

function saidLine(said: Notice, { timeText, ascii }: Pick<Scene, 'timeText' | 'ascii'>, width: number): Line {
  const mark = ascii ? MARKS[said.level].replace('✗', 'x') : MARKS[said.level];
  return fitLine(
    [span(` ${timeText(said.atMs)} `, 'muted'), span(`${mark}${said.text}`, TONES[said.level])],
    width,
  );
}

/** A search or a filter of the log while it is typed, and what comes of it. */
function typedLine(key: string, text: string, log: LogSheet | undefined, width: number): Line {
  const filter = readFilter(text, 'smart');
  const problem = filter.problem === undefined ? '' : `as plain text: ${filter.problem}`;
  const count =
    key === '&' && log !== undefined ? `${log.lines.length} of ${counted(log.total, 'line')}` : '';
  return fitLine(
    [
      bold(` ${key}`, 'accent'),
      bold(text),
      { ...span(' '), isInverse: true },
      span(`  ${problem}`, 'warning'),
      span(`  ${text === '' ? '' : count}`, 'muted'),
    ],
    width,
  );
}
