import type { ServerName } from '../model/ids.ts';
import type { Attempt, State } from '../model/state.ts';

/** How the attempts of a server ended, in the runs in memory. */
export type AgentRecord = {
  readonly done: number;
  readonly failed: number;
  readonly lost: number;
  /** Of those lost here: nodes that succeeded on another server later. */
  readonly moved: number;
  /** Attempts that it was sent and that have not ended: nobody else gets them while it lives. */
  readonly held: number;
};

type Counts = { -readonly [K in keyof AgentRecord]: number };

const NONE: AgentRecord = { done: 0, failed: 0, lost: 0, moved: 0, held: 0 };

const finished = new WeakMap<object, ReadonlyMap<ServerName, AgentRecord>>();

/** By agent. Costs a walk over the attempts of open runs; ended runs are counted once. */
export function agentRecords(state: State): ReadonlyMap<ServerName, AgentRecord> {
  const records = new Map<ServerName, Counts>();
  for (const run of state.runs.values()) {
    // A retry by hand opens a run again and gives it another end.
    const own = run.end === undefined ? countAttempts(run.nodes) : finished.get(run.end);
    const counted = own ?? countAttempts(run.nodes);
    if (run.end !== undefined && own === undefined) finished.set(run.end, counted);
    for (const [server, counts] of counted) {
      const sum = recordOf(records, server);
      sum.done += counts.done;
      sum.failed += counts.failed;
      sum.lost += counts.lost;
      sum.moved += counts.moved;
      sum.held += counts.held;
    }
  }
  return records;
}

function countAttempts(
  nodes: readonly { readonly attempts: readonly Attempt[] }[],
): ReadonlyMap<ServerName, AgentRecord> {
  const counts = new Map<ServerName, Counts>();
  for (const { attempts } of nodes) {
    for (const attempt of attempts) {
      const record = recordOf(counts, attempt.server);
      const { outcome } = attempt;
      if (outcome === undefined) record.held += 1;
      else if (outcome.is === 'succeeded') record.done += 1;
      else if (outcome.is === 'lost') record.lost += 1;
      else if (outcome.is === 'failed' || outcome.is === 'timed_out') record.failed += 1;
      if (outcome?.is === 'lost' && succeededElsewhere(attempts, attempt)) record.moved += 1;
    }
  }
  return counts;
}

function succeededElsewhere(attempts: readonly Attempt[], { number, server }: Attempt): boolean {
  return attempts.some(
    (later) => later.number > number && later.server !== server && later.outcome?.is === 'succeeded',
  );
}

function recordOf(counts: Map<ServerName, Counts>, server: ServerName): Counts {
  let record = counts.get(server);
  if (record === undefined) counts.set(server, (record = { ...NONE }));
  return record;
}
