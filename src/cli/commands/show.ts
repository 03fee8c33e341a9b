import type { DagName } from '../../model/ids.ts';
import { renderDagText, renderRunText } from '../../view/run-text.ts';
import { findRun } from '../lookup.ts';
import { EXIT, printJson } from '../output.ts';
import { runDetailJson } from '../run-json.ts';
import { withSession } from '../session.ts';
import type { BrokerFlags } from '../settings.ts';
import { localTime } from '../time.ts';

/** Into a file or a pipe: as wide as it takes. */
const UNBOUNDED_WIDTH = 10_000;

/** Draws a run or, by its name, a DAG. */
export function show(
  text: string,
  options: BrokerFlags & { readonly ascii?: boolean; readonly json?: boolean },
): Promise<number> {
  return withSession(options, ({ state }) => {
    const width = process.stdout.isTTY ? process.stdout.columns : UNBOUNDED_WIDTH;
    const look = { width, ascii: options.ascii ?? false, timeText: localTime };
    const hash = state.dags.get(text as DagName);
    const definition = hash === undefined ? undefined : state.definitions.get(hash);
    if (definition !== undefined) {
      if (options.json) printJson({ hash: definition.hash, ...definition.dag });
      else process.stdout.write(renderDagText(definition, look));
      return Promise.resolve(EXIT.ok);
    }
    const run = findRun(state, text);
    if (options.json) printJson(runDetailJson(state, run, Date.now()));
    else process.stdout.write(renderRunText(state, run, Date.now(), look));
    return Promise.resolve(EXIT.ok);
  });
}
