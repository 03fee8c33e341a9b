import { sanitizeText } from '../graph/text.ts';
import type { ListedRun } from '../history/port/all-runs.ts';
import type {
  DagFigures,
  DayFigures,
  HistoryStats,
  NodeFigures,
  Outcomes,
  Quantiles,
} from '../history/port/history.ts';
import type { RunSummary } from '../history/port/run-summary.ts';
import { ageText, durationText } from '../view/duration.ts';

export type TextTable = {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

export const summaryHeader = ['RUN', 'DAG', 'STATE', 'NODES', 'AGE', 'TOOK', 'BY', 'ERROR'];

/** As `dagtop runs` shows a run, and why it failed. */
export function summaryRow(summary: RunSummary | ListedRun, nowMs: number): string[] {
  const { run, dag, state, ended, nodes, triggeredMs, endedMs, by, error } = summary;
  return [
    sanitizeText(run),
    sanitizeText(dag),
    state,
    `${ended}/${nodes}`,
    ageText(nowMs - triggeredMs),
    durationText((endedMs ?? nowMs) - triggeredMs),
    sanitizeText(by),
    sanitizeText((error ?? '').split('\n')[0] ?? ''),
  ];
}

const DAYS_SHOWN = 14;
const NODES_SHOWN = 5;
const BAR_WIDTH = 20;

/** What `dagtop stats` prints, table by table; those without rows are left out. */
export function statsTables(stats: HistoryStats, isOneDag: boolean, ascii: boolean): TextTable[] {
  const days = stats.days.slice(-DAYS_SHOWN);
  const longestMs = Math.max(1, ...days.map(({ took }) => took.p50Ms ?? 0));
  const tables: TextTable[] = [
    {
      title: 'runs that have ended',
      header: ['DAG', 'RUNS', 'OK', 'FAILED', 'CANCELED', 'P50', 'P95', 'LONGEST'],
      rows: stats.dags.map((dag) => [sanitizeText(dag.dag), ...figures(dag), timeText(dag.took.maxMs)]),
    },
    {
      title: 'by day (UTC)',
      header: ['DAY', 'RUNS', 'OK', 'FAILED', 'CANCELED', 'P50', 'P95', 'P50 AS A BAR'],
      rows: days.map((day) => [
        new Date(day.dayMs).toISOString().slice(0, 10),
        ...figures(day),
        (ascii ? '#' : '█').repeat(Math.round((BAR_WIDTH * (day.took.p50Ms ?? 0)) / longestMs)),
      ]),
    },
    ...nodeTables(stats.nodes, isOneDag),
    {
      title: 'the longest runs',
      header: ['RUN', 'DAG', 'STATE', 'TOOK', 'WHEN (UTC)'],
      rows: stats.slowest.map(({ run, dag, state, triggeredMs, endedMs }) => [
        sanitizeText(run),
        sanitizeText(dag),
        state,
        timeText(endedMs === undefined ? undefined : endedMs - triggeredMs),
        new Date(triggeredMs).toISOString().slice(0, 16).replace('T', ' '),
      ]),
    },
  ];
  return tables.filter(({ rows }) => rows.length > 0);
}

function nodeTables(nodes: readonly NodeFigures[], isOneDag: boolean): TextTable[] {
  const slow = nodes.toSorted((a, b) => (b.took.p95Ms ?? -1) - (a.took.p95Ms ?? -1));
  const flaky = nodes
    .filter(({ flakyRuns }) => flakyRuns > 0)
    .sort((a, b) => b.flakyRuns / b.runs - a.flakyRuns / a.runs || b.flakyRuns - a.flakyRuns);
  const nameOf = ({ dag, node }: NodeFigures): string => sanitizeText(isOneDag ? node : `${dag}/${node}`);
  return [
    {
      title: isOneDag ? 'its nodes, the slowest first' : 'the slowest nodes',
      header: ['NODE', 'TRIES', 'FAILED', 'TIMED OUT', 'LOST', 'P50', 'P95', 'LONGEST'],
      rows: (isOneDag ? slow : slow.slice(0, NODES_SHOWN)).map((node) => [
        nameOf(node),
        ...[node.attempts, node.failed, node.timedOut, node.lost].map(String),
        ...timesOf(node.took),
        timeText(node.took.maxMs),
      ]),
    },
    {
      title: 'flaky: failed at first and succeeded later',
      header: ['NODE', 'RUNS', 'FLAKY', 'RATE'],
      rows: flaky
        .slice(0, NODES_SHOWN)
        .map((node) => [
          nameOf(node),
          String(node.runs),
          String(node.flakyRuns),
          percentText(node.flakyRuns, node.runs),
        ]),
    },
  ];
}

function figures(of: DagFigures | DayFigures): string[] {
  const { runs, failed, canceled } = of;
  return [String(runs), successText(of), String(failed), String(canceled), ...timesOf(of.took)];
}

/** Of the runs that nobody canceled. */
function successText({ succeeded, failed }: Outcomes): string {
  return percentText(succeeded, succeeded + failed);
}

function percentText(part: number, whole: number): string {
  return whole === 0 ? '–' : `${Math.floor((100 * part) / whole)}%`;
}

function timesOf({ p50Ms, p95Ms }: Quantiles): string[] {
  return [timeText(p50Ms), timeText(p95Ms)];
}

function timeText(ms: number | undefined): string {
  return ms === undefined ? '–' : durationText(ms);
}
