import type { RunId } from '../../model/ids.ts';
import type { Run, State } from '../../model/state.ts';
import type { HistoryReader, Page } from './history.ts';
import { compareRuns, isAskedFor, runSummary } from './run-summary.ts';
import type { RunCursor, RunQuery, RunSummary } from './run-summary.ts';

/** A run and where it was found: what is in memory alone can be changed. */
export type FoundRun = { readonly run: Run; readonly from: 'memory' | 'history' };
export type ListedRun = RunSummary & { readonly from: 'memory' | 'history' };

/** The run of that id: from memory, else from the history, where there is one. Rejects as the history does. */
export async function findRun(
  state: State,
  history: Pick<HistoryReader, 'run'> | undefined,
  id: RunId,
): Promise<FoundRun | undefined> {
  const live = state.runs.get(id);
  if (live !== undefined) return { run: live, from: 'memory' };
  const run = await history?.run(id);
  return run === undefined ? undefined : { run, from: 'history' };
}

/**
 * A page of all runs, newest first: those in memory as they are there, the others from the history. Costs a walk over the nodes of the runs in
 * memory that are asked for. Rejects as the history does.
 */
export async function listRuns(
  state: State,
  history: Pick<HistoryReader, 'runs'> | undefined,
  query: RunQuery,
): Promise<Page<ListedRun, RunCursor>> {
  const items: ListedRun[] = [];
  for (const run of state.runs.values()) {
    const cursor = { triggeredMs: run.triggeredMs, run: run.id };
    if (query.before !== undefined && compareRuns(query.before, cursor) >= 0) continue;
    const summary = runSummary(run);
    if (isAskedFor(summary, query)) items.push({ ...summary, from: 'memory' });
  }
  // One more than asked for tells whether there is another page.
  const wanted = query.limit + 1;
  let before = query.before;
  for (let found = 0; history !== undefined && found < wanted;) {
    const page = await history.runs({ ...query, limit: wanted, ...(before === undefined ? {} : { before }) });
    for (const summary of page.items) {
      if (state.runs.has(summary.run)) continue;
      items.push({ ...summary, from: 'history' });
      found += 1;
    }
    before = page.next;
    if (before === undefined) break;
  }
  items.sort(compareRuns);
  const shown = items.slice(0, query.limit);
  const last = shown.at(-1);
  if (last === undefined || items.length <= query.limit) return { items: shown };
  return { items: shown, next: { triggeredMs: last.triggeredMs, run: last.run } };
}
