import type { LogWriter } from '../broker/port/log-writer.ts';
import type { Clock } from '../model/clock.ts';
import type { Outcome } from '../model/event.ts';
import type { Replica } from '../replica/replica.ts';
import { finishedEvent } from './agent-events.ts';
import type { AgentIdentity } from './identity.ts';
import type { Executor, Finished, Journal } from './ports.ts';

export type PredecessorParts = {
  readonly clock: Clock;
  readonly executor: Executor;
  readonly identity: AgentIdentity;
  readonly journal: Journal;
  readonly replica: Replica;
  readonly writer: LogWriter;
};

/** Records what an earlier agent of this server left: what it had finished as it ended, what it had begun as lost. Ends what still runs. */
export async function settlePredecessor(parts: PredecessorParts): Promise<void> {
  const { clock, executor, identity, journal, replica, writer } = parts;
  const { begun, finished } = await journal.recover();
  if (begun.length > 0) await executor.sweep(begun);
  const lost = begun.flatMap((key): Finished[] => {
    const run = replica.state.runs.get(key.run);
    const index = run?.definition.indexOf.get(key.node);
    const attempt = index === undefined ? undefined : run?.nodes[index]?.attempts[key.attempt - 1];
    if (run === undefined || attempt === undefined || attempt.outcome !== undefined) return [];
    const outcome: Outcome = {
      is: 'lost',
      error: `the agent on ${identity.server} ended while the command ran`,
    };
    const ended = { outcome, wrote: undefined };
    return [
      finishedEvent({ ...key, dag: run.dag }, identity.server, attempt.incarnation, ended, clock.nowMs()),
    ];
  });
  await writer.append([...finished, ...lost]);
  await journal.confirm([...begun, ...finished]);
}
