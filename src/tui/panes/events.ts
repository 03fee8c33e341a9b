import { counted } from '../../view/counted.ts';
import { eventRows } from '../../view/event-list.ts';
import type { EventRow } from '../../view/event-list.ts';
import type { MonitorSource } from '../source.ts';
import type { Rect } from '../regions.ts';
import type { Block, Scene } from '../scene.ts';
import { span } from '../span.ts';
import type { Line } from '../span.ts';
import { filterText, subjectOf } from '../ui-state.ts';
import type { UiState } from '../ui-state.ts';
import { titleSpans } from './breadcrumbs.ts';
import { filterSpans } from './filter-spans.ts';
import { framePane } from './frame.ts';

/** The rows of the list, as the filter has them. */
export function eventRowsOf(
  { recent }: MonitorSource,
  ui: UiState,
  timeText: (atMs: number) => string,
): readonly EventRow[] {
  return eventRows(recent.events, recent.dropped, ui.filters.events ?? '', timeText);
}

/** The log of all runs as it grows, newest at the bottom; what the fold ignored is marked. */
export function eventsPane({ source, ui, state, timeText }: Scene, rect: Rect): Block {
  const rows = eventRowsOf(source, ui, timeText);
  const height = Math.max(1, rect.height - 1);
  const first = firstShown(rows, ui.eventsTop, height);
  const lines = rows.slice(first, first + height).map(({ text, tone, ignored }): Line => {
    const why = ignored === undefined ? [] : [span(`  ignored: ${ignored}`, 'warning')];
    return [span(` ${text}`, tone), ...why];
  });
  const where =
    ui.eventsTop === undefined ? 'follows' : `${first + 1}–${first + lines.length} of ${rows.length}`;
  const title: Line = [
    ...titleSpans(ui, subjectOf(state, ui), 'events'),
    span(` ${counted(rows.length, 'event')}, ${where}`, 'muted'),
    ...filterSpans(ui),
  ];
  const empty: Line[] = [
    [span(filterText(ui) === '' ? ' nothing happened yet' : ' nothing matches', 'muted')],
  ];
  return framePane(rect, title, rows.length === 0 ? empty : lines, ui.focus === 'graph');
}

/** Where `top` stands in the list, so that the pane is full; the end where it is followed. */
export function firstShown(
  rows: readonly { readonly at: number }[],
  top: number | undefined,
  height: number,
): number {
  const last = Math.max(0, rows.length - height);
  if (top === undefined) return last;
  const at = rows.findIndex((row) => row.at >= top);
  return at < 0 ? last : Math.min(at, last);
}
