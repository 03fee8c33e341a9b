import type { DagName, NodeName } from '../model/ids.ts';
import { maybeWholeOf, textCell, textOf, wholeOf } from './cells.ts';
import { Conditions } from './conditions.ts';
import type {
  DagFigures,
  DayFigures,
  HistoryStats,
  NodeFigures,
  Outcomes,
  Quantiles,
  StatsQuery,
} from './port/history.ts';
import { statement } from './port/sql.ts';
import type { Database, Row } from './port/sql.ts';
import { summaryOf } from './run-rows.ts';

const DAY_MS = 86_400_000;
const SLOWEST_RUNS = 5;
/** Of all dags, the slowest and as many of the flakiest. */
const NODES_SHOWN = 10;

/** Figures of the finished runs that `query` chooses. */
export async function readStats(database: Database, query: StatsQuery): Promise<HistoryStats> {
  const where = new Conditions()
    .when('', () => ['ended_ms IS NOT NULL'])
    .when(query.dag, (dag) => ['dag = ?', textCell(dag)])
    .when(query.sinceMs, (ms) => ['triggered_ms >= ?', ms])
    .when(query.untilMs, (ms) => ['triggered_ms < ?', ms]);
  const read = (text: string): Promise<readonly Row[]> => database.rows(statement(text, ...where.cells));
  const [dags, days, nodes, slowest] = [
    await read(runFigures('dag', where.text)),
    await read(runFigures(`triggered_ms / ${DAY_MS}`, where.text)),
    await read(nodeFigures(where.text)),
    await read(slowestRuns(where.text)),
  ];
  const all = nodes.map(nodeOf);
  return {
    dags: dags.map((row): DagFigures => ({ dag: textOf(row, 'label') as DagName, ...figuresOf(row) })),
    days: days.map((row): DayFigures => ({ dayMs: wholeOf(row, 'label') * DAY_MS, ...figuresOf(row) })),
    nodes: query.dag === undefined ? mostTelling(all) : all,
    slowest: slowest.map(summaryOf),
  };
}

/** The value at or below which so many of 100 are: of `count` values in order, the one at `place` `ceil(percent × count / 100)`. */
function quantile(percent: number, value: string): string {
  return `max(CASE WHEN place = (${percent} * measured + 99) / 100 THEN ${value} END)`;
}

/** Runs by `label`, with the times of those that succeeded. */
function runFigures(label: string, where: string): string {
  const took = "CASE WHEN state = 'succeeded' THEN ended_ms - triggered_ms END";
  return `
    WITH chosen AS (SELECT ${label} AS label, state, ${took} AS took FROM runs ${where}),
    ranked AS (
      SELECT label, state, took, count(took) OVER (PARTITION BY label) AS measured,
        row_number() OVER (PARTITION BY label, took IS NULL ORDER BY took) AS place
      FROM chosen)
    SELECT label, count(*) AS runs,
      sum(CASE WHEN state = 'succeeded' THEN 1 ELSE 0 END) AS succeeded,
      sum(CASE WHEN state = 'failed' THEN 1 ELSE 0 END) AS failed,
      sum(CASE WHEN state = 'canceled' THEN 1 ELSE 0 END) AS canceled,
      ${quantile(50, 'took')} AS p50_ms, ${quantile(95, 'took')} AS p95_ms, max(took) AS max_ms
    FROM ranked GROUP BY label ORDER BY label`;
}

/** Nodes by dag, with the times of attempts that succeeded. A run is flaky where a node failed at first, and succeeded without help. */
function nodeFigures(where: string): string {
  const took = "CASE WHEN outcome = 'succeeded' THEN finished_ms - started_ms END";
  const count = (is: string): string => `sum(CASE WHEN outcome = '${is}' THEN 1 ELSE 0 END)`;
  return `
    WITH chosen AS (
      SELECT runs.dag, attempts.run, node, attempt, outcome, ${took} AS took
      FROM (SELECT run, dag FROM runs ${where}) AS runs JOIN attempts ON attempts.run = runs.run),
    ranked AS (
      SELECT dag, node, outcome, took, count(took) OVER (PARTITION BY dag, node) AS measured,
        row_number() OVER (PARTITION BY dag, node, took IS NULL ORDER BY took) AS place
      FROM chosen),
    attempted AS (
      SELECT dag, node, count(*) AS attempts, ${count('succeeded')} AS succeeded, ${count('failed')} AS failed,
        ${count('timed_out')} AS timed_out, ${count('lost')} AS lost,
        ${quantile(50, 'took')} AS p50_ms, ${quantile(95, 'took')} AS p95_ms, max(took) AS max_ms
      FROM ranked GROUP BY dag, node),
    by_run AS (
      SELECT dag, node, run, max(CASE WHEN outcome = 'succeeded' THEN 1 ELSE 0 END)
        * max(CASE WHEN outcome IN ('failed', 'timed_out') THEN 1 ELSE 0 END) AS flaky
      FROM chosen GROUP BY dag, node, run),
    in_runs AS (SELECT dag, node, count(*) AS runs, sum(flaky) AS flaky_runs FROM by_run GROUP BY dag, node)
    SELECT attempted.*, in_runs.runs, in_runs.flaky_runs FROM attempted
    JOIN in_runs ON in_runs.dag = attempted.dag AND in_runs.node = attempted.node
    ORDER BY attempted.dag, attempted.node`;
}

function slowestRuns(where: string): string {
  return `
    SELECT chosen.*, versions.hash FROM (
      SELECT * FROM runs ${where} ORDER BY ended_ms - triggered_ms DESC, run LIMIT ${SLOWEST_RUNS}) AS chosen
    JOIN versions ON versions.hash_key = chosen.hash_key ORDER BY ended_ms - triggered_ms DESC, run`;
}

function figuresOf(row: Row): Outcomes & { readonly runs: number; readonly took: Quantiles } {
  return {
    runs: wholeOf(row, 'runs'),
    succeeded: wholeOf(row, 'succeeded'),
    failed: wholeOf(row, 'failed'),
    canceled: wholeOf(row, 'canceled'),
    took: quantilesOf(row),
  };
}

function quantilesOf(row: Row): Quantiles {
  const [p50Ms, p95Ms] = [maybeWholeOf(row, 'p50_ms'), maybeWholeOf(row, 'p95_ms')];
  const maxMs = maybeWholeOf(row, 'max_ms');
  return {
    ...(p50Ms === undefined ? {} : { p50Ms }),
    ...(p95Ms === undefined ? {} : { p95Ms }),
    ...(maxMs === undefined ? {} : { maxMs }),
  };
}

function nodeOf(row: Row): NodeFigures {
  return {
    dag: textOf(row, 'dag') as DagName,
    node: textOf(row, 'node') as NodeName,
    attempts: wholeOf(row, 'attempts'),
    succeeded: wholeOf(row, 'succeeded'),
    failed: wholeOf(row, 'failed'),
    timedOut: wholeOf(row, 'timed_out'),
    lost: wholeOf(row, 'lost'),
    runs: wholeOf(row, 'runs'),
    flakyRuns: wholeOf(row, 'flaky_runs'),
    took: quantilesOf(row),
  };
}

/** The slowest and the flakiest, each in the order of `nodes`. */
function mostTelling(nodes: readonly NodeFigures[]): readonly NodeFigures[] {
  const slow = nodes.toSorted((a, b) => (b.took.p95Ms ?? -1) - (a.took.p95Ms ?? -1)).slice(0, NODES_SHOWN);
  const flaky = nodes
    .filter(({ flakyRuns }) => flakyRuns > 0)
    .sort((a, b) => b.flakyRuns / b.runs - a.flakyRuns / a.runs)
    .slice(0, NODES_SHOWN);
  const chosen = new Set([...slow, ...flaky]);
  return nodes.filter((node) => chosen.has(node));
}
