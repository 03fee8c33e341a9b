import { renderDagText, renderRunText } from '../../view/run-text.ts';
import { findDagOrRun } from '../lookup.ts';
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
    const found = findDagOrRun(state, text);
    if ('hash' in found) {
      if (options.json) printJson({ hash: found.hash, ...found.dag });
      else process.stdout.write(renderDagText(found, look));
    } else if (options.json) printJson(runDetailJson(state, found, Date.now()));
    else process.stdout.write(renderRunText(state, found, Date.now(), look));
    return Promise.resolve(EXIT.ok);
  });
}
