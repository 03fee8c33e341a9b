import type { View } from './place.ts';
import type { ServerName } from '../model/ids.ts';
import type { State } from '../model/state.ts';
import { filterOf } from '../view/filter.ts';
import { serverRows } from '../view/server-rows.ts';
import type { Heartbeats, ServerRow } from '../view/server-rows.ts';
import { ofOtherLog } from './log-wish.ts';
import { stepInList } from './moves.ts';
import type { Extent, Move } from './moves.ts';
import { wantMore } from './past.ts';
import { indexOfChosenRun, tableRuns } from './table-runs.ts';
import { filterText } from './ui-state.ts';
import type { UiState } from './ui-state.ts';

/** Moving through the views that are tables. */

export function isTableView(view: View): view is 'runs' | 'servers' | 'reload' {
  return view === 'runs' || view === 'servers' || view === 'reload';
}

export function moveInTable(state: State, ui: UiState, move: Move, extent: Extent): UiState {
  if (ui.view === 'runs') {
    const runs = tableRuns(state, ui, extent.nowMs);
    const to = stepInList(indexOfChosenRun(runs, state, ui), runs.length, move, extent);
    const run = runs[to];
    const past = to >= runs.length - 1 ? wantMore(ui.past) : ui.past;
    if (run === undefined) return { ...ui, past };
    return {
      ...ui,
      past,
      chosen: { is: 'run', run: run.id },
      node: undefined,
      marks: new Set(),
      log: ofOtherLog(ui.log),
    };
  }
  if (ui.view === 'servers') {
    const rows = tableServers(state, new Map(), extent.nowMs, filterText(ui));
    const at = rows.findIndex(({ host }) => host === ui.server);
    return { ...ui, server: rows[stepInList(Math.max(0, at), rows.length, move, extent)]?.host ?? ui.server };
  }
  const { reloadLines, drawing } = extent;
  const last = Math.max(0, reloadLines - drawing.height);
  const top = stepInList(Math.min(ui.reloadTop ?? last, last), last + 1, move, extent);
  return { ...ui, reloadTop: top >= last ? undefined : top };
}

/** The rows of the table of servers, as the filter has them. */
export function tableServers(
  state: State,
  heartbeats: Heartbeats,
  nowMs: number,
  filter: string,
): readonly ServerRow[] {
  const matches = filterOf(filter);
  return serverRows(state, heartbeats, nowMs).filter(({ server, look, version }) =>
    matches({ text: `${server} ${look.word} ${version}`, state: look.word, server }),
  );
}

/** The server that the table of servers has chosen. */
export function chosenServer(state: State, ui: UiState): ServerName | undefined {
  const rows = tableServers(state, new Map(), 0, ui.filters.servers ?? '');
  return (rows.find(({ host }) => host === ui.server) ?? rows[0])?.host;
}
