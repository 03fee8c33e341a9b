import { textWidth } from '../../graph/text.ts';
import { CodedError } from '../../model/coded-error.ts';
import type { DagName } from '../../model/ids.ts';
import { runTable } from '../../view/run-rows.ts';
import { EXIT, formatTable, printJson, printLine } from '../output.ts';
import { runJson } from '../run-json.ts';
import { withSession } from '../session.ts';
import type { BrokerFlags } from '../settings.ts';

/** Lists runs, newest first. */
export function runs(
  dag: string | undefined,
  options: BrokerFlags & { readonly limit: string; readonly json?: boolean },
): Promise<number> {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1) {
    throw new CodedError('bad_usage', `--limit takes a whole number from 1 on, not '${options.limit}'`);
  }
  return withSession(options, ({ state }) => {
    const chosen = [...state.runs.values()].filter(
      (run) => dag === undefined || run.dag === (dag as DagName),
    );
    if (options.json) {
      for (const run of chosen.slice(-limit).toReversed()) printJson(runJson(run));
    } else if (chosen.length === 0) printLine(dag === undefined ? 'no runs yet' : `no runs of ${dag}`);
    else {
      const { header, rows } = runTable(chosen, Date.now(), limit);
      for (const line of formatTable(header, rows, textWidth)) printLine(line);
    }
    return Promise.resolve(EXIT.ok);
  });
}
