import { eventLine } from '../../view/event-line.ts';
import { findDag } from '../lookup.ts';
import { exitCodeOf, EXIT, printJson, printLine } from '../output.ts';
import { readParams } from '../params.ts';
import { followRun } from '../run-follow.ts';
import { operate, withSession } from '../session.ts';
import type { BrokerFlags } from '../settings.ts';
import { mintRunId, systemClock } from '../system-clock.ts';
import { localTime } from '../time.ts';

type RunFlags = BrokerFlags & {
  readonly param: readonly string[];
  readonly wait?: boolean;
  readonly json?: boolean;
};

/** Triggers a run and prints its id; with `--wait` its events too, ending with its outcome. */
export function run(name: string, options: RunFlags): Promise<number> {
  return withSession(options, async (session) => {
    const definition = findDag(session.state, name);
    const { dag, hash } = definition;
    const params = readParams(dag, options.param);
    const id = mintRunId(systemClock.nowMs());
    const outcome = followRun(session, id, (event) => {
      if (options.wait !== true) return;
      if (options.json) printJson(event);
      else printLine(eventLine(event, { timeText: localTime }));
    });
    if (options.json !== true) printLine(id);
    await operate(session, { type: 'run.triggered', dag: dag.name, run: id, hash, params });
    if (options.json && options.wait !== true) printJson({ run: id, dag: dag.name });
    return options.wait === true ? exitCodeOf(await outcome) : EXIT.ok;
  });
}
