import { textWidth } from '../../graph/text.ts';
import { listRuns } from '../../history/port/all-runs.ts';
import type { ListedRun } from '../../history/port/all-runs.ts';
import type { RunQuery } from '../../history/port/run-summary.ts';
import { CodedError } from '../../model/coded-error.ts';
import { RUN_STATES } from '../../view/run-state.ts';
import type { RunState } from '../../view/run-state.ts';
import { didYouMean } from '../../definition/suggestion.ts';
import { openWrittenHistory } from '../history-access.ts';
import { summaryHeader, summaryRow } from '../history-text.ts';
import { EXIT, formatTable, printJson, printLine } from '../output.ts';
import { summaryJson } from '../run-json.ts';
import { withSession } from '../session.ts';
import type { BrokerFlags, HistoryFlags } from '../settings.ts';
import { readSince } from '../since.ts';
import { rebuild } from './rebuild.ts';

type HistoryCommandFlags = BrokerFlags &
  HistoryFlags & {
    readonly dag?: string;
    readonly status?: string;
    readonly since?: string;
    readonly search?: string;
    readonly limit: string;
    readonly json?: boolean;
    readonly force?: boolean;
  };

/** Lists all runs that are known, newest first: those in memory, and those that only the history has. */
export function history(verb: string | undefined, options: HistoryCommandFlags): Promise<number> {
  if (verb === 'rebuild') return rebuild(options);
  if (verb !== undefined)
    throw new CodedError('bad_usage', `history takes 'rebuild' or nothing, not '${verb}'`, {
      hint: `to list the runs of a dag: dagtop history --dag ${verb}`,
    });
  const query = readQuery(options, Date.now());
  return withSession(options, async ({ state, settings }) => {
    const written = await openWrittenHistory(settings);
    try {
      const { items, next } = await listRuns(state, written, query);
      if (options.json === true) for (const item of items) printJson(summaryJson(item));
      else printRuns(items, next !== undefined);
      if (written === undefined)
        process.stderr.write('no history is written here yet, so these are the runs in memory alone\n');
    } finally {
      await written?.close();
    }
    return EXIT.ok;
  });
}

function printRuns(items: readonly ListedRun[], hasMore: boolean): void {
  if (items.length === 0) return printLine('no such runs');
  const rows = items.map((item) => summaryRow(item, Date.now()));
  const width = process.stdout.isTTY ? process.stdout.columns : undefined;
  for (const line of formatTable(summaryHeader, rows, textWidth)) printLine(cut(line, width));
  if (hasMore) printLine('there are more: --limit, --since and --dag choose');
}

/** Errors are the last column, and may go on as long as they like where there is no end of the line. */
function cut(line: string, width: number | undefined): string {
  if (width === undefined || textWidth(line) <= width) return line;
  let text = '';
  for (const character of line) {
    if (textWidth(text + character) > width - 1) break;
    text += character;
  }
  return `${text}…`;
}

function readQuery(options: HistoryCommandFlags, nowMs: number): RunQuery {
  const { dag, status, since, search } = options;
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw new CodedError('bad_usage', `--limit takes a whole number from 1 to 10000, not '${options.limit}'`);
  const sinceMs = readSince(since, nowMs);
  return {
    limit,
    ...(dag === undefined ? {} : { dag }),
    ...(status === undefined ? {} : { states: readStates(status) }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
    ...(search === undefined ? {} : { search }),
  };
}

function readStates(text: string): RunState[] {
  return text.split(',').map((word) => {
    const state = RUN_STATES.find((one) => one === word.trim().toLowerCase());
    if (state !== undefined) return state;
    throw new CodedError('bad_usage', `no run is ever '${word}'`, {
      hint: didYouMean(word, RUN_STATES) ?? `the states are ${RUN_STATES.join(', ')}`,
    });
  });
}
