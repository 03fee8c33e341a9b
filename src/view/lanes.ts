import { explainNode } from '../engine/reason.ts';
import type { AttemptKey } from '../model/ids.ts';
import type { NodeState, Run, State } from '../model/state.ts';
import { serverRows } from './server-rows.ts';
import type { Heartbeats, ServerRow } from './server-rows.ts';

/** An attempt that a server has now. */
export type LaneWork = AttemptKey & {
  readonly dag: string;
  readonly server: string;
  readonly state: NodeState;
  /** Since when it runs; undefined while it is only sent. */
  readonly startedMs: number | undefined;
};

/** A server and what it does now, what began first on top. */
export type Lane = { readonly server: ServerRow; readonly work: readonly LaneWork[] };

/** Nodes that could run and do not, for the same reason. */
export type Waiting = { readonly reason: string; readonly count: number; readonly first: string };

export type Lanes = { readonly lanes: readonly Lane[]; readonly waiting: readonly Waiting[] };

/** Nodes whose reasons are looked up; thousands wait for the same servers. */
const EXPLAINED_MAX = 300;

/** What each server does, and what waits for servers, over all runs. Costs a walk over what runs and may run. */
export function lanesOf(
  state: State,
  heartbeats: Heartbeats,
  nowMs: number,
  timeText?: (atMs: number) => string,
  hearingUntilMs?: number,
): Lanes {
  const workOf = new Map<string, LaneWork[]>();
  for (const run of state.openRuns) {
    for (const index of run.active) {
      const attempt = run.nodes[index]?.attempts.at(-1);
      const node = run.definition.dag.nodes[index]?.name;
      if (attempt === undefined || node === undefined) continue;
      const { number, server, startedMs } = attempt;
      const status = run.nodes[index]?.status.is ?? 'queued';
      const work = { dag: run.dag, run: run.id, server, node, attempt: number, state: status, startedMs };
      const known = workOf.get(server);
      if (known === undefined) workOf.set(server, [work]);
      else known.push(work);
    }
  }
  const lanes = serverRows(state, heartbeats, nowMs, hearingUntilMs).map((server): Lane => {
    const work = server.agent === undefined ? [] : (workOf.get(server.agent) ?? []);
    const startOf = ({ startedMs }: LaneWork): number => startedMs ?? Number.MAX_SAFE_INTEGER;
    return { server, work: work.sort((a, b) => startOf(a) - startOf(b)) };
  });
  return { lanes, waiting: waitingOf(state, nowMs, timeText) };
}

function waitingOf(state: State, nowMs: number, timeText?: (atMs: number) => string): Waiting[] {
  const groups = new Map<string, { count: number; first: string }>();
  let explained = 0;
  let others = 0;
  for (const run of state.openRuns) {
    for (const index of [...run.ready, ...run.retrying]) {
      if (explained >= EXPLAINED_MAX) {
        others += 1;
        continue;
      }
      explained += 1;
      const name = run.definition.dag.nodes[index]?.name ?? '?';
      const reason = reasonOf(explainNode(state, run, index, nowMs, timeText), name);
      const known = groups.get(reason);
      if (known === undefined) groups.set(reason, { count: 1, first: nameOf(run, index) });
      else known.count += 1;
    }
  }
  const waiting = [...groups].map(([reason, { count, first }]) => ({ reason, count, first }));
  return others === 0 ? waiting : [...waiting, { reason: 'not looked at', count: others, first: '' }];
}

/** Without what differs from node to node: how many are ahead, and its own name. */
function reasonOf(text: string, name: string): string {
  return text.replace(/, \d+ ahead$/, '').replace(` ${name}`, ' it');
}

function nameOf(run: Run, index: number): string {
  return `${run.dag}/${run.definition.dag.nodes[index]?.name ?? '?'}`;
}
