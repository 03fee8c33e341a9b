import { sanitizeText } from '../../graph/text.ts';
import { eventLine } from '../../view/event-line.ts';
import { findDag, findDagNode } from '../lookup.ts';
import { exitCodeOf, EXIT, printJson, printLine } from '../output.ts';
import { readParams } from '../params.ts';
import { withSession } from '../session.ts';
import type { BrokerFlags } from '../settings.ts';
import { localTime } from '../time.ts';
import { triggerRun } from '../trigger.ts';

type RunFlags = BrokerFlags & {
  readonly param: readonly string[];
  readonly from: readonly string[];
  readonly wait?: boolean;
  readonly json?: boolean;
};

/** Triggers a run and prints its id; with `--wait` its events too, ending with its outcome. */
export function run(name: string, options: RunFlags): Promise<number> {
  return withSession(options, async (session) => {
    const definition = findDag(session.state, name);
    const params = readParams(definition.dag, options.param);
    const waits = options.wait === true;
    const from = options.from.map((node) => findDagNode(definition, node));
    const triggered = await triggerRun(
      session,
      definition,
      { params, from },
      {
        onEvent: (event) => {
          if (!waits) return;
          if (options.json) printJson(event);
          else printLine(eventLine(event, { timeText: localTime }));
        },
        ...(waits ? { onStall: (line) => process.stderr.write(`${sanitizeText(line)}\n`) } : {}),
      },
    );
    if (waits) return exitCodeOf(await triggered.ended);
    if (options.json) printJson({ run: triggered.run, dag: definition.dag.name });
    else printLine(triggered.run);
    return EXIT.ok;
  });
}
