import type { RunQuery, RunSummary } from '../history/port/run-summary.ts';
import { CodedError } from '../model/coded-error.ts';
import type { RunId } from '../model/ids.ts';
import type { Run, State } from '../model/state.ts';
import type { MonitorSource } from './source.ts';
import { isPast } from './past.ts';
import type { Past } from './past.ts';
import { tableRuns } from './table-runs.ts';
import type { UiState } from './ui-state.ts';

const QUERY: RunQuery = { limit: 100, states: ['succeeded', 'failed', 'canceled'] };
/** Rows that are listed at most; older runs are found by their ids. */
const ROWS_MAX = 5_000;

export type PastListener = {
  /** What came, as a change of what is known; `found` was looked for by its id. */
  readonly onRead: (change: (past: Past) => Past, found: Run | undefined) => void;
  readonly onProblem: (text: string) => void;
};

/** Reads from the history what the screen asks for; each answer changes what the screen knows of it. */
export class PastReader {
  readonly #source: MonitorSource;
  readonly #listener: PastListener;
  #isReading = false;
  #looksFor: string | undefined;

  constructor(source: MonitorSource, listener: PastListener) {
    this.#source = source;
    this.#listener = listener;
  }

  /** What is chosen and not known whole, what is asked for, and rows where the table has room for `rows`. */
  follow(ui: UiState, rows: number): void {
    const { state, history } = this.#source;
    const { past } = ui;
    if (history === undefined) return;
    const chosen = this.#unread(state, ui);
    const wanted = past.asked ?? chosen;
    if (wanted !== undefined && wanted !== this.#looksFor) void this.#find(wanted, past.asked !== undefined);
    if (this.#isReading || past.reading === 'all') return;
    const hasRoom =
      ui.view === 'runs' &&
      past.reading !== 'failed' &&
      tableRuns(state, ui, this.#source.nowMs()).length < rows;
    if (past.isWanted || hasRoom) void this.#readRows(past);
  }

  /** The chosen run, when it is one of the history and not here yet. */
  #unread(state: State, { chosen, past }: UiState): RunId | undefined {
    if (chosen?.is !== 'run' || state.runs.has(chosen.run) || past.opened?.id === chosen.run)
      return undefined;
    return isPast(past, chosen.run) ? chosen.run : undefined;
  }

  async #readRows({ next, rows }: Past): Promise<void> {
    const { history } = this.#source;
    if (history === undefined) return;
    this.#isReading = true;
    try {
      const found: RunSummary[] = [];
      let before = next;
      // Those that are in memory too are listed already.
      do {
        const page = await history.runs({ ...QUERY, ...(before === undefined ? {} : { before }) });
        found.push(...page.items.filter(({ run }) => !this.#source.state.runs.has(run)));
        before = page.next;
      } while (before !== undefined && found.length === 0);
      const isAll = before === undefined || rows.length + found.length >= ROWS_MAX;
      this.#listener.onRead(
        (past) => ({
          ...past,
          rows: [...past.rows, ...found],
          next: before,
          reading: isAll ? 'all' : 'some',
          isWanted: false,
        }),
        undefined,
      );
    } catch (error) {
      // What nobody has written has no rows.
      const isNone = error instanceof CodedError && error.code === 'no_history';
      if (!isNone) this.#listener.onProblem(textOf(error));
      this.#listener.onRead(
        (past) => ({ ...past, reading: isNone ? 'all' : 'failed', isWanted: false }),
        undefined,
      );
    } finally {
      this.#isReading = false;
    }
  }

  async #find(text: string, isAsked: boolean): Promise<void> {
    const { history } = this.#source;
    if (history === undefined) return;
    this.#looksFor = text;
    let run: Run | undefined;
    let problem: string | undefined;
    try {
      run = await history.run(text as RunId);
      if (run === undefined && isAsked) {
        const ids = await history.runIds(text, 2);
        const [only] = ids;
        if (only !== undefined && ids.length === 1) run = await history.run(only);
        else problem = ids.length === 0 ? `there is no run ${text}` : `several ids begin with ${text}`;
      }
      if (run === undefined) problem ??= `the history does not have all of ${text}`;
    } catch (error) {
      const isNone = error instanceof CodedError && error.code === 'no_history';
      problem = isNone ? `there is no run ${text}` : textOf(error);
    }
    // What was chosen since is looked for itself.
    if (this.#looksFor !== text) return;
    this.#looksFor = undefined;
    const opened = run;
    if (problem !== undefined) this.#listener.onProblem(problem);
    this.#listener.onRead(
      (past) => ({ ...past, opened: opened ?? past.opened, asked: undefined }),
      isAsked ? opened : undefined,
    );
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
