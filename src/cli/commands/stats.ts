import { textWidth } from '../../graph/text.ts';
import type { DagName } from '../../model/ids.ts';
import { needHistory } from '../history-access.ts';
import { statsTables } from '../history-text.ts';
import { EXIT, formatTable, printJson, printLine } from '../output.ts';
import { readSettings } from '../settings.ts';
import type { HistoryFlags } from '../settings.ts';
import { readSince } from '../since.ts';

type StatsFlags = HistoryFlags & {
  readonly since?: string;
  readonly json?: boolean;
  readonly ascii?: boolean;
};

/** Success, times and trend of the runs that have ended, from the history alone: it needs no broker. */
export async function stats(dag: string | undefined, options: StatsFlags): Promise<number> {
  const sinceMs = readSince(options.since, Date.now());
  const history = await needHistory(await readSettings(options));
  try {
    const figures = await history.stats({
      ...(dag === undefined ? {} : { dag: dag as DagName }),
      ...(sinceMs === undefined ? {} : { sinceMs }),
    });
    if (options.json === true) {
      printJson(figures);
      return EXIT.ok;
    }
    const tables = statsTables(figures, dag !== undefined, options.ascii === true);
    if (tables.length === 0)
      printLine(dag === undefined ? 'no run has ended yet' : `no run of ${dag} has ended`);
    for (const [at, { title, header, rows }] of tables.entries()) {
      if (at > 0) printLine('');
      printLine(title);
      for (const line of formatTable(header, rows, textWidth)) printLine(`  ${line}`);
    }
    return EXIT.ok;
  } finally {
    await history.close();
  }
}
