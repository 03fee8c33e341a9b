import { reloadRows } from '../../view/reload-list.ts';
import { counted } from '../../view/counted.ts';
import type { Rect } from '../regions.ts';
import type { Block, Scene } from '../scene.ts';
import { span } from '../span.ts';
import type { Line } from '../span.ts';
import { subjectOf } from '../ui-state.ts';
import { titleSpans } from './breadcrumbs.ts';
import { framePane } from './frame.ts';

/** What files changed: what came into force and what moves where, and the mistakes of files that are not in force. */
export function reloadPane({ source, ui, state, timeText }: Scene, rect: Rect): Block {
  const rows = reloadRows(source.notices, source.recent.events, timeText);
  const height = Math.max(1, rect.height - 1);
  const last = Math.max(0, rows.length - height);
  const top = Math.min(ui.reloadTop ?? last, last);
  const lines = rows.slice(top, top + height).map(({ text, tone }): Line => [span(` ${text}`, tone)]);
  const empty: Line[] = [[span(' no file was applied yet: dagtop apply FILES', 'muted')]];
  const title: Line = [
    ...titleSpans(ui, subjectOf(state, ui), 'reload'),
    span(` ${counted(rows.length, 'line')}`, 'muted'),
  ];
  return framePane(rect, title, rows.length === 0 ? empty : lines, ui.focus === 'graph');
}
