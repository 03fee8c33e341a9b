import type { HistoryReader } from '../../src/history/port/history.ts';
import { compareRuns, isAskedFor, runSummary } from '../../src/history/port/run-summary.ts';
import type { RunCursor, RunQuery, RunSummary } from '../../src/history/port/run-summary.ts';
import type { Run } from '../../src/model/state.ts';

/** Keeps runs as a database does: pages of `pageMax`, and of what it holds nothing is in memory any more, or all. */
export function historyOf(runs: readonly Run[], pageMax = 2): Pick<HistoryReader, 'run' | 'runs' | 'runIds'> {
  const summaries: RunSummary[] = runs.map(runSummary).sort(compareRuns);
  return {
    runIds: async (beginning, limit) =>
      summaries
        .filter(({ run }) => run.startsWith(beginning))
        .slice(0, limit)
        .map(({ run }) => run),
    run: async (id) => runs.find((run) => run.id === id),
    runs: async (query: RunQuery) => {
      const { before } = query;
      const after = (item: RunCursor): boolean => before === undefined || compareRuns(before, item) < 0;
      const found = summaries.filter((item) => after(item) && isAskedFor(item, query));
      const items = found.slice(0, Math.min(pageMax, query.limit));
      const last = items.at(-1);
      return last === undefined || items.length === found.length ? { items } : { items, next: last };
    },
  };
}
