import { textWidth } from '../../graph/text.ts';
import { CodedError } from '../../model/coded-error.ts';
import { listRuns } from '../../history/port/all-runs.ts';
import type { ListedRun } from '../../history/port/all-runs.ts';
import type { DagName } from '../../model/ids.ts';
import type { State } from '../../model/state.ts';
import { runTable } from '../../view/run-rows.ts';
import { withWrittenHistory } from '../history-access.ts';
import { summaryRow } from '../history-text.ts';
import { EXIT, formatTable, printJson, printLine } from '../output.ts';
import { runJson, summaryJson } from '../run-json.ts';
import { withSession } from '../session.ts';
import type { BrokerFlags, HistoryFlags, Settings } from '../settings.ts';

/** Lists runs, newest first. */
export function runs(
  dag: string | undefined,
  options: BrokerFlags & HistoryFlags & { readonly limit: string; readonly json?: boolean },
): Promise<number> {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1) {
    throw new CodedError('bad_usage', `--limit takes a whole number from 1 on, not '${options.limit}'`);
  }
  return withSession(options, async ({ state, settings }) => {
    const chosen = [...state.runs.values()].filter(
      (run) => dag === undefined || run.dag === (dag as DagName),
    );
    const older = await olderRuns(settings, state, dag, limit - chosen.length);
    if (options.json) {
      for (const run of chosen.slice(-limit).toReversed()) printJson(runJson(run));
      for (const run of older) printJson(summaryJson(run));
    } else if (chosen.length + older.length === 0)
      printLine(dag === undefined ? 'no runs yet' : `no runs of ${dag}`);
    else {
      const nowMs = Date.now();
      const { header, rows } = runTable(chosen, nowMs, limit);
      const more = older.map((run) => summaryRow(run, nowMs).slice(0, header.length));
      for (const line of formatTable(header, [...rows, ...more], textWidth)) printLine(line);
    }
    return EXIT.ok;
  });
}

/** Of the runs that have left memory the newest `limit`. */
function olderRuns(
  settings: Settings,
  state: State,
  dag: string | undefined,
  limit: number,
): Promise<readonly ListedRun[]> {
  if (limit <= 0) return Promise.resolve([]);
  return withWrittenHistory(settings, async (history) => {
    const query = { ...(dag === undefined ? {} : { dag }), limit: limit + state.runs.size };
    const { items } = await listRuns(state, history, query);
    return items.filter(({ from }) => from === 'history').slice(0, limit);
  });
}
