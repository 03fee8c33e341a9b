import { estimateOf } from '../../view/estimate.ts';
import { nodeMatcher } from '../../view/node-filter.ts';
import { timelineOf } from '../../view/timeline.ts';
import { waitsOf } from '../../view/waits.ts';
import type { Rect } from '../regions.ts';
import type { Block, Scene } from '../scene.ts';
import { dimLine, invertLine, span } from '../span.ts';
import type { Line } from '../span.ts';
import { filterText } from '../ui-state.ts';
import type { Subject } from '../ui-state.ts';
import { titleSpans } from './breadcrumbs.ts';
import { wishSpans } from './filter-spans.ts';
import { centeredTop, framePane } from './frame.ts';
import { runTitle } from './run-title.ts';
import { chartLegend, TimelineChart } from './timeline-chart.ts';

/** When what ran: a row for each node, in the order in which they were sent to servers, what it waited for, the chain that decides the end, and what is expected. */
export function timelinePane(scene: Scene, subject: Subject | undefined, rect: Rect): Block {
  const isFocused = scene.ui.focus === 'graph';
  if (subject?.run === undefined) {
    const lines: Line[] = [[], [span('  There is no run to show: t runs a dag.', 'muted')]];
    return framePane(rect, titleSpans(scene.ui, subject, 'timeline'), lines, isFocused);
  }
  const { run, index } = subject;
  const timeline = timelineOf(run, scene.nowMs, estimateOf(scene.state, run, scene.nowMs));
  const chart = new TimelineChart(timeline, rect.width, scene.ascii);
  const waits = waitsOf(scene.state, run, scene.nowMs);
  const filter = filterText(scene.ui);
  const matches = nodeMatcher(run.definition, run, filter);
  const isOut = (node: number): boolean => filter !== '' && !matches(node);
  const height = Math.max(0, rect.height - 2);
  const at = timeline.rows.findIndex((row) => row.index === index);
  const top = centeredTop(at, height, timeline.rows.length);
  const rows = timeline.rows.slice(top, top + height).map((row) => {
    const line = chart.row(row, waits(row.index));
    const shown = isOut(row.index) ? dimLine(line) : line;
    return row.index === index ? invertLine(shown) : shown;
  });
  // What the marks mean stands at the bottom where there is room.
  const blanks = Array.from({ length: Math.max(0, height - rows.length - 1) }, (): Line => []);
  const legend = rows.length < height ? [...blanks, chartLegend(scene.ascii)] : [];
  const title: Line = [...runTitle(scene, subject, 'timeline'), ...wishSpans(scene.ui)];
  return framePane(rect, title, [chart.axis(), ...rows, ...legend], isFocused);
}
