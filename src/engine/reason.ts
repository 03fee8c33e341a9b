import type { Run, State } from '../model/state.ts';
import { isFinal } from '../model/state.ts';
import { isCordoned } from './fold-server.ts';
import { takesSlot } from './attempt-end.ts';
import { ruleAnswer } from './node-change.ts';
import { upstreamOf, whyOutside } from './scope.ts';
import { candidatesFor, takesWork } from './server-choice.ts';
import type { Candidate } from './server-choice.ts';

const NAMES_SHOWN = 3;

/**
 * Why a node is where it is, in one short clause: "waits for C", "no live server has B", "backoff until 12:03:07, attempt 2 of 4",
 * "srv-1 is full, 3 ahead". `timeText` renders a time of day; the default is UTC.
 */
export function explainNode(
  state: State,
  run: Run,
  index: number,
  nowMs: number,
  timeText: (atMs: number) => string = utcTime,
): string {
  const node = run.definition.dag.nodes[index];
  const nodeRun = run.nodes[index];
  if (node === undefined || nodeRun === undefined) return 'unknown node';
  const attempt = nodeRun.attempts.at(-1);
  const tries = `attempt ${nodeRun.failures + 1} of ${node.retry.limit + 1}`;
  const { status } = nodeRun;
  const outside = whyOutside(run, index);
  if (outside !== undefined) return outside;
  switch (status.is) {
    case 'waiting':
      return explainWaiting(state, run, index);
    case 'queued':
      return `sent to ${attempt?.server ?? '?'}, not started yet`;
    case 'running':
      return `runs on ${attempt?.server ?? '?'}${run.canceled ? ', being stopped' : ''}`;
    case 'retrying':
      if (ruleAnswer(run, index) === 'wait') return `waits for ${listNames(openUpstream(run, index))}`;
      if (run.paused) return 'the run is paused';
      return status.dueMs > nowMs
        ? `backoff until ${timeText(status.dueMs)}, ${tries}`
        : explainServers(state, run, index);
    case 'upstream_failed':
    case 'skipped':
      return `its rule ${ruleText(run, index)} cannot hold: ${endedUpstream(run, index)}`;
    case 'failed':
    case 'timed_out':
    case 'lost':
      return attempt?.outcome !== undefined && 'error' in attempt.outcome ? attempt.outcome.error : status.is;
    case 'canceled':
      return 'the run was canceled';
    case 'succeeded':
      return `succeeded on ${attempt?.server ?? '?'}`;
  }
}

function explainWaiting(state: State, run: Run, index: number): string {
  const answer = ruleAnswer(run, index);
  if (answer === 'wait') return `waits for ${listNames(openUpstream(run, index))}`;
  if (run.paused) return 'the run is paused';
  if (state.leader === undefined) return 'no scheduler leads';
  if (answer !== 'start') return 'about to be settled';
  return explainServers(state, run, index);
}

function explainServers(state: State, run: Run, index: number): string {
  const node = run.definition.dag.nodes[index];
  if (node === undefined) return 'unknown node';
  const candidates = candidatesFor(state, run.dag, node.name);
  if (candidates.length === 0) return `no server has ${node.name}: list it in nodes.yaml`;
  const present = candidates.filter(({ agent }) => takesWork(state, agent));
  if (present.length === 0)
    return `no live server has ${node.name} (${listNames(candidates.map((candidate) => absence(state, candidate)))})`;
  if (!takesSlot(run, index) || present.some(({ agent, slots }) => (agent?.load ?? 0) < slots))
    return 'about to start';
  const full = listNames([...new Set(present.map(({ host }) => host))]);
  const ahead = countAhead(state, run, index);
  return `${full} ${present.length > 1 ? 'are' : 'is'} full${ahead > 0 ? `, ${ahead} ahead` : ''}`;
}

function absence(state: State, { host, agent }: Candidate): string {
  if (agent?.presence === 'present' && isCordoned(state, agent)) return `${host} is cordoned`;
  return `${host} ${agent === undefined ? 'was never seen' : `is ${agent.presence}`}`;
}

/** How many nodes that may start stand before this one for the same servers. */
function countAhead(state: State, run: Run, index: number): number {
  const hosts = new Set(hostsOf(state, run, index));
  const priority = run.definition.dag.nodes[index]?.priority ?? 0;
  let ahead = 0;
  let before = true;
  for (const other of state.openRuns) {
    if (other.paused) continue;
    for (const candidate of other.ready) {
      if (other === run && candidate === index) before = false;
      else if (ruleAnswer(other, candidate) === 'start' && takesSlot(other, candidate)) {
        const rank = other.definition.dag.nodes[candidate]?.priority ?? 0;
        const goesFirst = rank > priority || (rank === priority && before);
        if (goesFirst && hostsOf(state, other, candidate).some((host) => hosts.has(host))) ahead += 1;
      }
    }
  }
  return ahead;
}

function hostsOf(state: State, run: Run, index: number): string[] {
  const node = run.definition.dag.nodes[index];
  return node === undefined ? [] : candidatesFor(state, run.dag, node.name).map(({ host }) => host);
}

function openUpstream(run: Run, index: number): string[] {
  const upstream = upstreamOf(run, index);
  return upstream.flatMap((source) => {
    const isOpen = !isFinal(run.nodes[source]?.status.is ?? 'waiting');
    return isOpen ? [run.definition.dag.nodes[source]?.name ?? '?'] : [];
  });
}

function endedUpstream(run: Run, index: number): string {
  const upstream = upstreamOf(run, index);
  const ends = upstream.flatMap((source) => {
    const state = run.nodes[source]?.status.is ?? 'waiting';
    const name = run.definition.dag.nodes[source]?.name ?? '?';
    return isFinal(state) && state !== 'succeeded' ? [`${name} ${state}`] : [];
  });
  return ends.length === 0 ? 'all that it depends on succeeded' : listNames(ends);
}

function ruleText(run: Run, index: number): string {
  const rule = run.definition.dag.nodes[index]?.triggerRule ?? 'all_success';
  return typeof rule === 'string' ? rule : `at_least ${rule.atLeast}`;
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  return names.length > NAMES_SHOWN ? `${shown} and ${names.length - NAMES_SHOWN} more` : shown;
}

function utcTime(atMs: number): string {
  const seconds = Math.floor(atMs / 1_000) % 86_400;
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
