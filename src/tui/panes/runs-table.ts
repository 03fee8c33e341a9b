import type { RunSummary } from '../../history/port/run-summary.ts';
import { isFinal } from '../../model/state.ts';
import type { NodeState, Run, State } from '../../model/state.ts';
import { sanitizeText } from '../../graph/text.ts';
import { ageText, durationText } from '../../view/duration.ts';
import { estimateOf } from '../../view/estimate.ts';
import { lookText, nodeLook } from '../../view/look.ts';
import { stateCounts } from '../../view/progress.ts';
import { runRow } from '../../view/run-rows.ts';
import type { Rect } from '../regions.ts';
import type { Block, Scene } from '../scene.ts';
import { bold, invertLine, span } from '../span.ts';
import type { Line } from '../span.ts';
import { indexOfChosenRun, tableRuns } from '../table-runs.ts';
import type { TableRun } from '../table-runs.ts';
import { subjectOf } from '../ui-state.ts';
import { titleSpans } from './breadcrumbs.ts';
import { filterSpans } from './filter-spans.ts';
import { centeredTop, framePane } from './frame.ts';
import { tableLines } from './table.ts';
import type { Column } from './table.ts';

const BAR_WIDTH = 12;
const COLUMNS: readonly Column[] = [
  { title: 'STATE' },
  { title: 'DAG' },
  { title: 'RUN' },
  { title: 'PROGRESS' },
  { title: 'NODES', alignsRight: true },
  { title: 'TOOK', alignsRight: true },
  { title: 'LEFT', alignsRight: true },
  { title: 'AGE', alignsRight: true, fromWidth: 70 },
  { title: 'BY', fromWidth: 100 },
];

/** All runs in memory, and those of the history that were read, as the filter and the order have them; only those that are seen are worked out. */
export function runsTable(scene: Scene, rect: Rect): Block {
  const { state, ui, nowMs, ascii } = scene;
  const runs = tableRuns(state, ui, nowMs);
  const subject = subjectOf(state, ui);
  const height = Math.max(1, rect.height - 2);
  const at = indexOfChosenRun(runs, state, ui);
  const top = centeredTop(Math.max(0, at), height, runs.length);
  const shown = runs.slice(top, top + height);
  const { header, rows } = tableLines(
    COLUMNS,
    shown.map((row) =>
      row.is === 'live' ? cellsOfRun(state, row.run, nowMs, ascii) : cellsOfPast(row.summary, nowMs, ascii),
    ),
    rect.width,
  );
  const lines = rows.map((line, row) => (top + row === at ? invertLine(line) : line));
  const title: Line = [
    ...titleSpans(ui, subject, 'runs'),
    span(` ${countText(runs, state)}, ${ui.runSort} first`, 'muted'),
    ...filterSpans(ui),
  ];
  const none: Line = [
    span(state.runs.size === 0 ? ' no run yet: t runs a dag' : ' nothing matches', 'muted'),
  ];
  return framePane(rect, title, [header, ...(runs.length === 0 ? [none] : lines)], ui.focus === 'graph');
}

/** `12 of 40`, `12 of 40 + 100 of the history`. */
function countText(runs: readonly TableRun[], { runs: live }: State): string {
  const past = runs.filter(({ is }) => is === 'past').length;
  return `${runs.length - past} of ${live.size}${past === 0 ? '' : ` + ${past} of the history`}`;
}

function cellsOfPast(summary: RunSummary, nowMs: number, ascii: boolean): Line[] {
  const { dag, run, state, ended, nodes, triggeredMs, endedMs, by } = summary;
  const look = isFinal(state as NodeState) ? nodeLook(state as NodeState) : nodeLook('running');
  return [
    [span(lookText(look, ascii), look.tone)],
    [bold(sanitizeText(dag))],
    [span(sanitizeText(run), 'muted')],
    bar({ good: summary.succeeded, bad: summary.failed }, nodes, ascii),
    [span(`${ended}/${nodes}`)],
    [span(durationText((endedMs ?? nowMs) - triggeredMs))],
    [span('history', 'muted')],
    [span(ageText(nowMs - triggeredMs), 'muted')],
    [span(sanitizeText(by), 'muted')],
  ];
}

function cellsOfRun(state: State, run: Run, nowMs: number, ascii: boolean): Line[] {
  const { look, dag, progress, took, age, by } = runRow(run, nowMs);
  const estimate = estimateOf(state, run, nowMs);
  // Of what is over, the seconds would be written anew each second.
  const shownAge = run.end !== undefined && /^(now|\d+s)$/u.test(age) ? '<1m' : age;
  return [
    [span(lookText(look, ascii), look.tone)],
    [bold(dag)],
    [span(sanitizeText(run.id), 'muted')],
    progressBar(run, ascii),
    [span(`${progress.done}/${progress.total}`)],
    [span(took)],
    [
      span(
        estimate === undefined ? '' : `${estimate.isAtLeast ? '>' : '~'}${durationText(estimate.leftMs)}`,
        'accent',
      ),
    ],
    [span(shownAge, 'muted')],
    [span(by, 'muted')],
  ];
}

/** What succeeded, what ended otherwise, what runs, and what is left, in cells. */
function progressBar(run: Run, ascii: boolean): Line {
  const counts: Partial<Record<string, number>> = {};
  for (const { state, count } of stateCounts(run)) {
    const { tone } = nodeLook(state);
    const kind = tone === 'warning' && state === 'upstream_failed' ? 'bad' : tone;
    counts[kind] = (counts[kind] ?? 0) + count;
  }
  return bar(counts, run.nodes.length, ascii);
}

function bar(counts: Partial<Record<string, number>>, nodes: number, ascii: boolean): Line {
  const total = Math.max(1, nodes);
  let seen = 0;
  let drawn = 0;
  const parts = BAR_PARTS.map(({ tone, glyph, plain }) => {
    seen += counts[tone] ?? 0;
    const end = Math.round((seen / total) * BAR_WIDTH);
    const part = span((ascii ? plain : glyph).repeat(end - drawn), tone);
    drawn = end;
    return part;
  });
  return [...parts, span((ascii ? '.' : '·').repeat(BAR_WIDTH - drawn), 'muted')];
}

const BAR_PARTS = [
  { tone: 'good', glyph: '█', plain: '#' },
  { tone: 'bad', glyph: '▚', plain: 'x' },
  { tone: 'busy', glyph: '▒', plain: '>' },
] as const;
