import { fitText, textWidth } from '../../graph/text.ts';
import { durationText } from '../../view/duration.ts';
import { lookText, nodeLook } from '../../view/look.ts';
import { nodeMatcher } from '../../view/node-filter.ts';
import { axisStepMs, timelineOf } from '../../view/timeline.ts';
import type { Bar, Timeline, TimelineRow } from '../../view/timeline.ts';
import type { Rect } from '../regions.ts';
import type { Block, Scene } from '../scene.ts';
import { dimLine, invertLine, span } from '../span.ts';
import type { Line, Span } from '../span.ts';
import { filterText } from '../ui-state.ts';
import type { Subject } from '../ui-state.ts';
import { titleSpans } from './breadcrumbs.ts';
import { wishSpans } from './filter-spans.ts';
import { centeredTop, framePane } from './frame.ts';
import { runTitle } from './run-title.ts';

const NAME_MAX = 24;
/** ` 12m05s` and ` idle 12m05s`. */
const TOOK_WIDTH = 8;
const IDLE_WIDTH = 13;
const IDLE_FROM_WIDTH = 70;
/** What is shorter is the ordinary way through the broker. */
const IDLE_MIN_MS = 500;
/** Columns between two marks of the axis. */
const MARK_WIDTH = 12;

const GLYPHS = { queued: '·', running: '█', failed: '░', critical: '◆' };
const ASCII = { queued: '.', running: '=', failed: '-', critical: '*' };

/** When what ran: a row for each node, in the order in which they were sent to servers, and the chain that decides the end. */
export function timelinePane(scene: Scene, subject: Subject | undefined, rect: Rect): Block {
  const isFocused = scene.ui.focus === 'graph';
  if (subject?.run === undefined) {
    const lines: Line[] = [[], [span('  There is no run to show: t runs a dag.', 'muted')]];
    return framePane(rect, titleSpans(scene.ui, subject, 'timeline'), lines, isFocused);
  }
  const { run, index } = subject;
  const timeline = timelineOf(run, scene.nowMs);
  const chart = new Chart(timeline, rect.width, scene.ascii);
  const filter = filterText(scene.ui);
  const matches = nodeMatcher(run.definition, run, filter);
  const isOut = (node: number): boolean => filter !== '' && !matches(node);
  const height = Math.max(0, rect.height - 2);
  const at = timeline.rows.findIndex((row) => row.index === index);
  const top = centeredTop(at, height, timeline.rows.length);
  const rows = timeline.rows.slice(top, top + height).map((row) => {
    const line = isOut(row.index) ? dimLine(chart.row(row)) : chart.row(row);
    return row.index === index ? invertLine(line) : line;
  });
  const title: Line = [...runTitle(scene, subject, 'timeline'), ...wishSpans(scene.ui)];
  return framePane(rect, title, [chart.axis(), ...rows], isFocused);
}

class Chart {
  readonly #timeline: Timeline;
  readonly #ascii: boolean;
  readonly #nameWidth: number;
  readonly #width: number;
  readonly #withIdle: boolean;
  readonly #stepMs: number;
  readonly #msPerCell: number;

  constructor(timeline: Timeline, width: number, ascii: boolean) {
    this.#timeline = timeline;
    this.#ascii = ascii;
    const longest = timeline.rows.reduce((most, { name }) => Math.max(most, textWidth(name)), 1);
    this.#nameWidth = Math.min(NAME_MAX, width >> 2, longest);
    this.#withIdle = width >= IDLE_FROM_WIDTH;
    const rest = TOOK_WIDTH + (this.#withIdle ? IDLE_WIDTH : 0);
    this.#width = Math.max(1, width - this.#nameWidth - 5 - rest);
    const spanMs = Math.max(1, timeline.endMs - timeline.startMs);
    const parts = Math.max(1, Math.floor(this.#width / MARK_WIDTH));
    this.#stepMs = axisStepMs(spanMs, parts);
    // While a run goes on, its bars stand still for a whole step.
    const shownMs = timeline.isOver ? spanMs : Math.ceil(spanMs / this.#stepMs) * this.#stepMs;
    this.#msPerCell = shownMs / this.#width;
  }

  axis(): Line {
    let text = ' '.repeat(this.#nameWidth + 4);
    const end = text.length + this.#width;
    for (let mark = 0; ; mark += 1) {
      const at = this.#nameWidth + 4 + Math.round((mark * this.#stepMs) / this.#msPerCell);
      const label = `${this.#ascii ? '|' : '│'}${durationText(mark * this.#stepMs)}`;
      if (at + label.length > end) break;
      text = text.padEnd(at) + label;
    }
    return [span(text, 'muted')];
  }

  row(row: TimelineRow): Line {
    const look = nodeLook(row.state);
    const glyph = (lookText(look, this.#ascii).split(' ')[0] ?? '').slice(0, 1);
    const glyphs = this.#ascii ? ASCII : GLYPHS;
    const mark = row.isCritical ? span(glyphs.critical, 'accent') : span(' ');
    const name = fitText(row.name, this.#nameWidth, this.#ascii ? '~' : '…');
    const head = [mark, span(`${glyph} `, look.tone), span(name), span(' ')];
    return [...head, ...this.#bars(row), ...this.#figures(row)];
  }

  #bars(row: TimelineRow): Span[] {
    const glyphs = this.#ascii ? ASCII : GLYPHS;
    const spans: Span[] = [];
    let at = 0;
    const draw = (toMs: number, glyph: string, tone: Span['tone'], least: number): void => {
      const to = Math.min(this.#width, Math.max(at + least, this.#cellOf(toMs)));
      if (to > at) spans.push(span(glyph.repeat(to - at), tone));
      at = Math.max(at, to);
    };
    for (const bar of row.bars) {
      draw(bar.dispatchedMs, ' ', 'plain', 0);
      draw(bar.startedMs ?? bar.finishedMs ?? this.#timeline.endMs, glyphs.queued, 'muted', 0);
      if (bar.startedMs === undefined) continue;
      const failed = bar.outcome !== undefined && bar.outcome !== 'succeeded';
      const glyph = failed ? glyphs.failed : glyphs.running;
      draw(bar.finishedMs ?? this.#timeline.endMs, glyph, this.#toneOf(bar), 1);
    }
    return [...spans, span(' '.repeat(Math.max(0, this.#width - at)))];
  }

  #toneOf(bar: Bar): Span['tone'] {
    return bar.outcome === undefined ? 'busy' : nodeLook(bar.outcome).tone;
  }

  /** How long the last attempt took, and how long the first could have run earlier. */
  #figures({ bars, idleMs }: TimelineRow): Span[] {
    const last = bars.at(-1);
    const took =
      last?.startedMs === undefined
        ? ''
        : durationText((last.finishedMs ?? this.#timeline.endMs) - last.startedMs);
    const tries = bars.length > 1 ? `#${bars.length} ` : '';
    const own = span(`${tries}${took}`.padStart(TOOK_WIDTH));
    if (!this.#withIdle) return [own];
    const idle = idleMs === undefined || idleMs < IDLE_MIN_MS ? '' : ` idle ${durationText(idleMs)}`;
    return [own, span(idle.padEnd(IDLE_WIDTH), 'warning')];
  }

  #cellOf(atMs: number): number {
    return Math.max(0, Math.round((atMs - this.#timeline.startMs) / this.#msPerCell));
  }
}
