import { cellsOf, fitText } from '../../graph/text.ts';
import type { Filter } from '../../view/filter.ts';
import { rowSlices } from '../../view/log-rows.ts';
import type { LogRow } from '../../view/log-rows.ts';
import type { LogLine, LogSource } from '../../view/log-text.ts';
import type { Tone } from '../../view/look.ts';
import { nodeLabel } from '../log-sheet.ts';
import type { LogColumns } from '../log-sheet.ts';
import type { LogWish } from '../log-wish.ts';
import { span } from '../span.ts';
import type { Line, Span } from '../span.ts';

export type LineLook = {
  readonly columns: LogColumns;
  readonly wish: LogWish;
  readonly startMs: number;
  readonly search: Filter | undefined;
  readonly timeText: (atMs: number) => string;
};

const TONES: Readonly<Record<LogLine['stream'], Tone>> = {
  stdout: 'plain',
  stderr: 'warning',
  note: 'muted',
};
/** Streams are told apart by a mark, not by colour alone. */
const MARKS: Readonly<Record<LogLine['stream'], string>> = { stdout: ' ', stderr: '!', note: '-' };

/** Twelve looks for the names of nodes, in the order in which they come. */
const NAME_TONES: readonly Tone[] = ['busy', 'good', 'accent', 'waiting', 'warning', 'plain'];

/** A row of the log: when, who, and a row's worth of the text; only the first row of a wrapped line says when and who. */
export function logLine({ line, row }: LogRow, look: LineLook): Line {
  const { columns, wish } = look;
  const isFound = line.id === wish.found;
  const mark = row > 0 ? '  ' : `${MARKS[line.stream]}${isFound ? '▸' : ' '}`;
  return [
    ...(columns.time === 0 ? [] : [timeSpan(line, row, look)]),
    ...(columns.node === 0 ? [] : nameSpans(line.source, row, columns)),
    span(mark, isFound ? 'accent' : TONES[line.stream]),
    ...textSpans(line, row, look, isFound),
  ];
}

function timeSpan({ atMs }: LogLine, row: number, { columns, wish, startMs, timeText }: LineLook): Span {
  const text =
    atMs === undefined || row > 0
      ? ''
      : wish.times === 'day'
        ? clockText(atMs, timeText)
        : sinceText(atMs - startMs);
  const width = columns.time - 1;
  return span(`${wish.times === 'day' ? text.padEnd(width) : text.padStart(width)} `, 'muted');
}

/** `12:03:07.250` */
function clockText(atMs: number, timeText: (atMs: number) => string): string {
  return `${timeText(atMs)}.${String(atMs % 1_000).padStart(3, '0')}`;
}

/** `+2.250`, `+3:02.250`, `+1:03:02.2`; `-` where a server's clock is behind. */
function sinceText(spanMs: number): string {
  const ms = Math.abs(spanMs);
  const seconds = Math.floor(ms / 1_000);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const twoDigits = (value: number): string => String(value).padStart(2, '0');
  const head =
    hours > 0
      ? `${hours}:${twoDigits(minutes)}:${twoDigits(seconds % 60)}`
      : minutes > 0
        ? `${minutes}:${twoDigits(seconds % 60)}`
        : String(seconds);
  const rest = String(ms % 1_000).padStart(3, '0');
  return `${spanMs < 0 ? '-' : '+'}${head}.${hours > 0 ? rest[0] : rest}`;
}

function nameSpans(source: LogSource | undefined, row: number, { server, node }: LogColumns): Line {
  if (source === undefined || row > 0) return [span(' '.repeat(server + node + 2))];
  const tone = NAME_TONES[source.number % NAME_TONES.length] ?? 'plain';
  const isBold = Math.floor(source.number / NAME_TONES.length) % 2 === 1;
  return [
    span(`${fitText(source.server, server)} `, 'muted'),
    { text: `${fitText(nodeLabel(source), node)} `, tone, isBold },
  ];
}

function textSpans(
  line: LogLine,
  row: number,
  { columns, wish, search }: LineLook,
  isFound: boolean,
): Span[] {
  const [start, end] = sliceOf(line.text, row, columns.text, wish);
  const tone = TONES[line.stream];
  const spans: Span[] = [];
  let at = start;
  for (const [from, to] of search?.spansIn(line.text) ?? []) {
    const [first, last] = [Math.max(at, from), Math.min(to, end)];
    if (first >= last) continue;
    spans.push(span(line.text.slice(at, first), tone));
    spans.push({ text: line.text.slice(first, last), tone, isInverse: true, isBold: isFound });
    at = last;
  }
  return [...spans, span(line.text.slice(at, end), tone)].filter(({ text }) => text !== '');
}

/** Begin and end of what a row shows of a text; a row that is not wrapped goes to the end, and is cut by the pane. */
function sliceOf(
  text: string,
  row: number,
  width: number,
  { isWrapped, left }: LogWish,
): readonly [number, number] {
  if (isWrapped) return rowSlices(text, width)[row] ?? [text.length, text.length];
  return [left === 0 ? 0 : cellsOf(text).slice(0, left).join('').length, text.length];
}
