import { ruleAnswer, upstreamKind } from '../../src/engine/node-change.ts';
import { isFinal } from '../../src/model/state.ts';
import type { Run, State } from '../../src/model/state.ts';

/** What is wrong with a state by the invariants of `engine/fold.ts` (7, 8, 9, 12), recomputed from scratch; empty when all hold. */
export function brokenInvariants(state: State): string[] {
  const broken: string[] = [];
  for (const run of state.runs.values())
    broken.push(...brokenIn(state, run).map((what) => `${run.id}: ${what}`));
  for (const agent of state.agents.values()) {
    const open = [...state.openRuns].flatMap((run) =>
      [...run.active].filter((index) => {
        const hasCommand = run.definition.dag.nodes[index]?.command !== undefined;
        return hasCommand && run.nodes[index]?.attempts.at(-1)?.server === agent.server;
      }),
    );
    if (agent.load !== open.length)
      broken.push(`${agent.server}: load ${agent.load}, and ${open.length} are open (9)`);
  }
  return broken;
}

function brokenIn(state: State, run: Run): string[] {
  const broken: string[] = [];
  const expect = (holds: boolean, what: string): void => {
    if (!holds) broken.push(what);
  };
  let unsettled = 0;
  for (const [index, node] of run.nodes.entries()) {
    const { is } = node.status;
    const name = run.definition.dag.nodes[index]?.name ?? '?';
    if (!isFinal(is)) unsettled += 1;
    expect(
      node.attempts.every(({ number }, at) => number === at + 1),
      `${name}: gaps in the attempts (7)`,
    );
    expect(
      node.attempts.slice(0, -1).every(({ outcome }) => outcome !== undefined),
      `${name}: two open attempts (7)`,
    );
    const isOpen = node.attempts.at(-1)?.outcome === undefined && node.attempts.length > 0;
    expect(
      isOpen === (is === 'queued' || is === 'running'),
      `${name}: ${is} with an attempt that is ${isOpen ? 'open' : 'ended'} (8)`,
    );
    expect(run.active.has(index) === (is === 'queued' || is === 'running'), `${name}: active (9)`);
    expect(run.retrying.has(index) === (is === 'retrying'), `${name}: retrying (9)`);
    expect(
      run.ready.has(index) === (is === 'waiting' && ruleAnswer(run, index) !== 'wait'),
      `${name}: ready (9)`,
    );
    const counts = { succeeded: 0, failed: 0, skipped: 0 };
    for (const source of run.definition.upstream[index] ?? []) {
      // What a run does not execute counts for nobody.
      if (run.scope?.inside.has(source) === false) continue;
      const kind = upstreamKind(run.nodes[source]?.status.is ?? 'waiting');
      if (kind !== undefined) counts[kind] += 1;
    }
    expect(JSON.stringify(counts) === JSON.stringify(node.upstream), `${name}: upstream counts (9)`);
  }
  expect(run.unsettled === unsettled, `unsettled ${run.unsettled}, and ${unsettled} are (9)`);
  expect(run.end === undefined || unsettled === 0, 'ended with open nodes (12)');
  expect(state.openRuns.has(run) === (run.end === undefined), 'open or not (12)');
  expect(state.finishedRuns.has(run.id) === (run.end !== undefined), 'finished or not (12)');
  return broken;
}
