import { fitText, textWidth } from '../../graph/text.ts';
import { durationText } from '../../view/duration.ts';
import { lookText, nodeLook } from '../../view/look.ts';
import type { Tone } from '../../view/look.ts';
import { axisStepMs } from '../../view/timeline.ts';
import type { Bar, Timeline, TimelineRow } from '../../view/timeline.ts';
import { WAIT_LOOKS } from '../../view/waits.ts';
import type { Wait } from '../../view/waits.ts';
import { span } from '../span.ts';
import type { Line, Span } from '../span.ts';

const NAME_MAX = 24;
/** ` 12m05s` and ` 12m05s no server`. */
const TOOK_WIDTH = 8;
const WAIT_WIDTH = 17;
const WAIT_FROM_WIDTH = 70;
/** What is shorter is the ordinary way through the broker. */
const WAIT_MIN_MS = 500;
/** Columns between two marks of the axis. */
const MARK_WIDTH = 12;
/** Cells before the name and after it. */
const HEAD_WIDTH = 4;

const GLYPHS = { waited: '─', sent: '·', ran: '█', failed: '░', expected: '╌', critical: '◆', next: '◇' };
const ASCII = { waited: '_', sent: '.', ran: '=', failed: '-', expected: '~', critical: '*', next: '+' };

/** What the marks mean. */
export function chartLegend(ascii: boolean): Line {
  const glyphs = ascii ? ASCII : GLYPHS;
  const words = [
    [glyphs.waited, 'could have run'],
    [glyphs.sent, 'sent'],
    [glyphs.ran, 'ran'],
    [glyphs.failed, 'failed'],
    [glyphs.expected, 'expected'],
    [`${glyphs.critical}${glyphs.next}`, 'decide the end'],
  ] as const;
  return [span(` ${words.map(([glyph, word]) => `${glyph} ${word}`).join('  ')}`, 'muted')];
}

/** A piece of a row in time; `least` cells are drawn of it however short it is. */
type Piece = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly glyph: string;
  readonly tone: Tone;
  readonly least: number;
};

/** The rows and the axis of a timeline in a given width. */
export class TimelineChart {
  readonly #timeline: Timeline;
  readonly #ascii: boolean;
  readonly #nameWidth: number;
  readonly #width: number;
  readonly #withWaits: boolean;
  readonly #stepMs: number;
  readonly #msPerCell: number;

  constructor(timeline: Timeline, width: number, ascii: boolean) {
    this.#timeline = timeline;
    this.#ascii = ascii;
    const longest = timeline.rows.reduce((most, { name }) => Math.max(most, textWidth(name)), 1);
    this.#nameWidth = Math.min(NAME_MAX, width >> 2, longest);
    this.#withWaits = width >= WAIT_FROM_WIDTH;
    const rest = TOOK_WIDTH + (this.#withWaits ? WAIT_WIDTH : 0);
    this.#width = Math.max(1, width - this.#nameWidth - HEAD_WIDTH - 1 - rest);
    const spanMs = Math.max(1, timeline.endMs - timeline.startMs);
    const parts = Math.max(1, Math.floor(this.#width / MARK_WIDTH));
    this.#stepMs = axisStepMs(spanMs, parts);
    // While a run goes on, its bars stand still for a whole step.
    const shownMs = timeline.isOver ? spanMs : Math.ceil(spanMs / this.#stepMs) * this.#stepMs;
    this.#msPerCell = shownMs / this.#width;
  }

  axis(): Line {
    const start = this.#nameWidth + HEAD_WIDTH;
    const end = start + this.#width;
    let text = ' '.repeat(start);
    for (let mark = 0; ; mark += 1) {
      const at = start + Math.round((mark * this.#stepMs) / this.#msPerCell);
      const label = `${this.#ascii ? '|' : '│'}${durationText(mark * this.#stepMs)}`;
      if (at + label.length > end) break;
      text = text.padEnd(at) + label;
    }
    const waited = this.#withWaits ? ' waited' : '';
    return [span(`${text.padEnd(end)}${'took'.padStart(TOOK_WIDTH)}${waited}`, 'muted')];
  }

  row(row: TimelineRow, waits: readonly Wait[]): Line {
    const look = nodeLook(row.state);
    const glyph = (lookText(look, this.#ascii).split(' ')[0] ?? '').slice(0, 1);
    const glyphs = this.#ascii ? ASCII : GLYPHS;
    const critical = row.isCritical ? glyphs.critical : row.isExpectedCritical ? glyphs.next : ' ';
    const name = fitText(row.name, this.#nameWidth, this.#ascii ? '~' : '…');
    const head = [span(critical, 'accent'), span(`${glyph} `, look.tone), span(name), span(' ')];
    return [...head, ...this.#drawn(this.#pieces(row, waits)), ...this.#figures(row, waits)];
  }

  #pieces({ bars, expected, isExpectedCritical }: TimelineRow, waits: readonly Wait[]): Piece[] {
    const glyphs = this.#ascii ? ASCII : GLYPHS;
    const { nowMs } = this.#timeline;
    const pieces = waits.map(({ fromMs, toMs, reason }): Piece => {
      const glyph = reason === 'sent' ? glyphs.sent : glyphs.waited;
      return { fromMs, toMs, glyph, tone: WAIT_LOOKS[reason].tone, least: 0 };
    });
    for (const bar of bars) {
      if (bar.startedMs === undefined) continue;
      const failed = bar.outcome !== undefined && bar.outcome !== 'succeeded';
      const glyph = failed ? glyphs.failed : glyphs.ran;
      pieces.push({
        fromMs: bar.startedMs,
        toMs: bar.finishedMs ?? nowMs,
        glyph,
        tone: toneOf(bar),
        least: 1,
      });
    }
    if (expected !== undefined) {
      const tone = isExpectedCritical ? 'accent' : 'muted';
      const fromMs = Math.max(nowMs, expected.startMs);
      pieces.push({ fromMs, toMs: expected.endMs, glyph: glyphs.expected, tone, least: 0 });
    }
    return pieces.sort((a, b) => a.fromMs - b.fromMs);
  }

  #drawn(pieces: readonly Piece[]): Span[] {
    const spans: Span[] = [];
    let at = 0;
    for (const { fromMs, toMs, glyph, tone, least } of pieces) {
      const from = Math.min(this.#width, Math.max(at, this.#cellOf(fromMs)));
      const to = Math.min(this.#width, Math.max(from + least, this.#cellOf(toMs)));
      if (to <= from) continue;
      spans.push(span(' '.repeat(from - at)), span(glyph.repeat(to - from), tone));
      at = to;
    }
    return [...spans, span(' '.repeat(Math.max(0, this.#width - at)))];
  }

  /** How long the last attempt took, or is expected to; and the longest time in which the node could have run, with what it waited for. */
  #figures({ bars, expected }: TimelineRow, waits: readonly Wait[]): Span[] {
    const last = bars.at(-1);
    const tries = bars.length > 1 ? `#${bars.length} ` : '';
    const own =
      last?.startedMs === undefined
        ? expected === undefined
          ? span(tries.padStart(TOOK_WIDTH))
          : span(`~${durationText(expected.endMs - expected.startMs)}`.padStart(TOOK_WIDTH), 'muted')
        : span(
            `${tries}${durationText((last.finishedMs ?? this.#timeline.nowMs) - last.startedMs)}`.padStart(
              TOOK_WIDTH,
            ),
          );
    if (!this.#withWaits) return [own];
    const longest = waits.reduce<Wait | undefined>(
      (most, wait) => (most === undefined || spanMs(wait) > spanMs(most) ? wait : most),
      undefined,
    );
    if (longest === undefined || spanMs(longest) < WAIT_MIN_MS) return [own, span(' '.repeat(WAIT_WIDTH))];
    const { word, tone } = WAIT_LOOKS[longest.reason];
    return [own, span(` ${durationText(spanMs(longest))} ${word}`.padEnd(WAIT_WIDTH), tone)];
  }

  #cellOf(atMs: number): number {
    return Math.max(0, Math.round((atMs - this.#timeline.startMs) / this.#msPerCell));
  }
}

function spanMs({ fromMs, toMs }: Wait): number {
  return toMs - fromMs;
}

function toneOf(bar: Bar): Tone {
  return bar.outcome === undefined ? 'busy' : nodeLook(bar.outcome).tone;
}
