import type { RunSummary } from '../history/port/run-summary.ts';
import type { RunId } from '../model/ids.ts';
import type { Run, State } from '../model/state.ts';
import { filterOf } from '../view/filter.ts';
import { sortedRuns } from '../view/run-rows.ts';
import { filterText, subjectOf } from './ui-state.ts';
import type { UiState } from './ui-state.ts';

/** A row of the table of runs. */
export type TableRun =
  | { readonly is: 'live'; readonly id: RunId; readonly run: Run }
  | { readonly is: 'past'; readonly id: RunId; readonly summary: RunSummary };

/** The runs in memory as the filter and the order have them, then those of the history, newest first. */
export function tableRuns(state: State, ui: UiState, nowMs: number): readonly TableRun[] {
  const filter = filterText(ui);
  const live = sortedRuns(state, filter, ui.runSort, nowMs);
  const matches = filterOf(filter);
  const past = ui.past.rows.filter(
    ({ run, dag, by, state: word }) =>
      !state.runs.has(run) && matches({ text: `${dag} ${run} ${by} ${word}`, state: word }),
  );
  return [
    ...live.map((run): TableRun => ({ is: 'live', id: run.id, run })),
    ...past.map((summary): TableRun => ({ is: 'past', id: summary.run, summary })),
  ];
}

/** Which of them is chosen; −1 when none is. */
export function indexOfChosenRun(runs: readonly TableRun[], state: State, ui: UiState): number {
  const { chosen } = ui;
  const at = chosen?.is === 'run' ? runs.findIndex(({ id }) => id === chosen.run) : -1;
  const shown = subjectOf(state, ui)?.run?.id;
  return at >= 0 ? at : runs.findIndex(({ id }) => id === shown);
}
