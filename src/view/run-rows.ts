import { sanitizeText } from '../graph/text.ts';
import type { DagName, RunId } from '../model/ids.ts';
import type { Run, State } from '../model/state.ts';
import { filterOf } from './filter.ts';
import { ageText, durationText } from './duration.ts';
import { runLook } from './look.ts';
import type { Look } from './look.ts';
import { progressOf } from './progress.ts';
import type { Progress } from './progress.ts';

/** A run as a line of a list. Texts are safe to paint. */
export type RunRow = {
  readonly run: RunId;
  readonly dag: string;
  readonly look: Look;
  readonly progress: Progress;
  /** Since the trigger: `12s`. */
  readonly age: string;
  /** How long it has run, or ran: `3m05s`. */
  readonly took: string;
  readonly by: string;
};

export function runRow(run: Run, nowMs: number): RunRow {
  return {
    run: run.id,
    dag: sanitizeText(run.dag),
    look: runLook(run),
    progress: progressOf(run),
    age: ageText(nowMs - run.triggeredMs),
    took: durationText((run.end?.atMs ?? nowMs) - run.triggeredMs),
    by: sanitizeText(run.by),
  };
}

/** `dagtop runs`: of `runs`, which are in the order of their triggering, the newest `limit`, newest first. */
export function runTable(
  runs: readonly Run[],
  nowMs: number,
  limit: number,
): { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] } {
  const newest = runs.slice(-limit).toReversed();
  return {
    header: ['RUN', 'DAG', 'STATE', 'NODES', 'AGE', 'TOOK', 'BY'],
    rows: newest.map((run) => {
      const { dag, look, progress, age, took, by } = runRow(run, nowMs);
      return [sanitizeText(run.id), dag, look.word, `${progress.done}/${progress.total}`, age, took, by];
    }),
  };
}

export const RUN_SORTS = ['newest', 'dag', 'state', 'longest'] as const;
export type RunSort = (typeof RUN_SORTS)[number];

/** The runs in memory that `filter` (see `filter.ts`) lets through, in the order of `sort`; what is equal has the newest first. */
export function sortedRuns(state: State, filter: string, sort: RunSort, nowMs: number): readonly Run[] {
  const matches = filterOf(filter);
  const runs = [...state.runs.values()].toReversed().filter((run) => {
    const { word } = runLook(run);
    return matches({ text: `${run.dag} ${run.id} ${run.by} ${word}`, state: word });
  });
  const took = (run: Run): number => (run.end?.atMs ?? nowMs) - run.triggeredMs;
  switch (sort) {
    case 'newest':
      return runs;
    case 'dag':
      return runs.sort((a, b) => (a.dag < b.dag ? -1 : a.dag > b.dag ? 1 : 0));
    case 'state':
      return runs.sort((a, b) => RUN_RANKS.indexOf(rankOf(a)) - RUN_RANKS.indexOf(rankOf(b)));
    case 'longest':
      return runs.sort((a, b) => took(b) - took(a));
  }
}

/** What needs a look first. */
const RUN_RANKS = ['failed', 'open', 'canceled', 'succeeded'] as const;

function rankOf(run: Run): (typeof RUN_RANKS)[number] {
  return run.end === undefined ? 'open' : run.end.outcome;
}

/** What can be chosen in the list of dags and runs. */
export type ListItem =
  | { readonly is: 'dag'; readonly dag: DagName; readonly isCurrent: boolean; readonly older: number }
  | { readonly is: 'run'; readonly run: RunId; readonly dag: DagName };

/** Ended runs listed under a dag; those that go on are always listed. */
const ENDED_SHOWN = 8;

/** Dags by name, and under each its runs, newest first. A dag that was removed stays while runs of it are in memory. */
export function listItems(state: State, expanded: ReadonlySet<DagName> = new Set()): readonly ListItem[] {
  const byDag = new Map<DagName, Run[]>([...state.dags.keys()].map((dag) => [dag, []]));
  for (const run of state.runs.values()) {
    const runs = byDag.get(run.dag);
    if (runs === undefined) byDag.set(run.dag, [run]);
    else runs.push(run);
  }
  const names = [...byDag.keys()].toSorted((a, b) => (a < b ? -1 : 1));
  const items: ListItem[] = [];
  for (const dag of names) {
    const shown: ListItem[] = [];
    let older = 0;
    let ended = 0;
    for (const run of (byDag.get(dag) ?? []).toReversed()) {
      if (run.end !== undefined) ended += 1;
      const isHidden = run.end !== undefined && ended > ENDED_SHOWN && !expanded.has(dag);
      if (isHidden) older += 1;
      else shown.push({ is: 'run', run: run.id, dag });
    }
    items.push({ is: 'dag', dag, isCurrent: state.dags.has(dag), older }, ...shown);
  }
  return items;
}
