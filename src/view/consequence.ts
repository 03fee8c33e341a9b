import { retryScope } from '../engine/fold-retry.ts';
import { scopeFrom, startText } from '../engine/scope.ts';
import { candidatesFor, takesWork } from '../engine/server-choice.ts';
import { sanitizeText } from '../graph/text.ts';
import type { RunOutcome } from '../model/event.ts';
import type { NodeName, ServerName } from '../model/ids.ts';
import type { Definition, Run, State } from '../model/state.ts';
import { progressOf } from './progress.ts';
import { drainLines, drainPlan } from './drain.ts';
import { counted } from './counted.ts';

/** What an operator is about to do, and what it touches: the text of a confirmation. Texts are safe to paint. */
export type Consequence =
  | { readonly possible: true; readonly title: string; readonly lines: readonly string[] }
  | { readonly possible: false; readonly reason: string };

const NAMES_SHOWN = 8;
const HOSTS_SHOWN = 3;

/** Where several nodes are named, those that can't run again are left out. */
export function retryConsequence(
  state: State,
  run: Run,
  nodes: readonly NodeName[],
  downstream: boolean,
): Consequence {
  const scopes = nodes.map((node) => retryScope(run, node, downstream));
  const touched = new Set(scopes.flatMap((scope) => (typeof scope === 'string' ? [] : scope)));
  const refusal = scopes.find((scope) => typeof scope === 'string');
  if (touched.size === 0) return { possible: false, reason: sanitizeText(refusal ?? 'nothing to retry') };
  const scope = run.definition.order.filter((index) => touched.has(index));
  const names = scope.map((index) => run.definition.dag.nodes[index]?.name ?? '?');
  const where = serversOf(run, scope);
  const lines = [
    `${counted(names.length, 'node')} of ${run.dag} ${run.id} will run again:`,
    `  ${nameList(names)}`,
    `Where: ${placesOf(state, run, scope)}.`,
    ...(where === '' ? [] : [`They last ran on ${where}.`]),
    ...(run.end === undefined ? [] : [`The run ${endText(run.end.outcome)}; it is opened again.`]),
  ];
  return possible(
    `Retry ${nodes.length === 1 ? nodes[0] : counted(nodes.length, 'node')}${downstream ? ' with all that is downstream' : ''}?`,
    lines,
  );
}

/** `5 on srv-1 or srv-2, 2 on srv-3`: the servers that would take them now; a standby only where no other does. */
function placesOf(state: State, run: Run, scope: readonly number[]): string {
  const counts = new Map<string, number>();
  for (const index of scope) {
    const node = run.definition.dag.nodes[index]?.name;
    if (node === undefined) continue;
    const present = candidatesFor(state, run.dag, node).filter(({ agent }) => takesWork(state, agent));
    const first = present.filter(({ standby }) => !standby);
    const hosts = new Set((first.length > 0 ? first : present).map(({ host }) => host));
    const place = hosts.size === 0 ? 'waiting for a server' : `on ${orList([...hosts])}`;
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return nameList([...counts].sort((a, b) => b[1] - a[1]).map(([place, count]) => `${count} ${place}`));
}

function orList(hosts: readonly string[]): string {
  return hosts.length > HOSTS_SHOWN ? `any of ${hosts.length} servers` : hosts.join(' or ');
}

/** `srv-1 (5), srv-2 (2)` */
function serversOf(run: Run, scope: readonly number[]): string {
  const counts = new Map<string, number>();
  for (const index of scope) {
    const server = run.nodes[index]?.attempts.at(-1)?.server;
    if (server !== undefined) counts.set(server, (counts.get(server) ?? 0) + 1);
  }
  return nameList([...counts].sort((a, b) => b[1] - a[1]).map(([server, count]) => `${server} (${count})`));
}

export function cordonConsequence(state: State, server: ServerName): Consequence {
  return possible(`Take ${server} out of service (cordon)?`, drainLines(drainPlan(state, server)));
}

export function uncordonConsequence(server: ServerName): Consequence {
  return possible(`Put ${server} back into service?`, ['It gets new work again.']);
}

export function cancelConsequence(run: Run): Consequence {
  if (run.end !== undefined)
    return { possible: false, reason: `the run ${endText(run.end.outcome)} already` };
  if (run.canceled) return { possible: false, reason: 'the run is being canceled already' };
  const { nodes } = run.definition.dag;
  const { order } = run.definition;
  const running = order.filter((index) => run.nodes[index]?.status.is === 'running');
  const sent = order.filter((index) => run.nodes[index]?.status.is === 'queued');
  const names = running.map((index) => nodes[index]?.name ?? '?');
  const stopped = `${counted(names.length, 'running node')} will be stopped: ${nameList(names)}`;
  return possible(`Cancel ${run.dag} ${run.id}?`, [
    ...(names.length === 0 ? ['Nothing runs now.'] : [stopped, `Where: ${serversOf(run, running)}.`]),
    ...(sent.length === 0 ? [] : [`Sent and not started: ${sent.length}, on ${serversOf(run, sent)}.`]),
    `${counted(run.unsettled - names.length, 'node')} will not run; ${progressOf(run).done} ended already.`,
  ]);
}

/** `from`: where the run starts, if not at all nodes that wait for nothing. */
export function triggerConsequence(definition: Definition, from?: readonly NodeName[]): Consequence {
  const { dag } = definition;
  const scope = from === undefined ? undefined : scopeFrom(definition, from);
  if (typeof scope === 'string') return { possible: false, reason: sanitizeText(scope) };
  const count = scope?.inside.size ?? dag.nodes.length;
  const where = scope === undefined ? '' : ` from ${startText(scope.from)} on`;
  const rest = scope === undefined ? '' : `, ${dag.nodes.length - count} before or beside will not`;
  const params = Object.entries(dag.params).map(([name, value]) => `  ${name} = ${JSON.stringify(value)}`);
  return possible(`Run ${dag.name}${where}?`, [
    `${counted(count, 'node')} will run${rest}${params.length === 0 ? '; no parameters.' : ', with these parameters:'}`,
    ...params.slice(0, NAMES_SHOWN),
    ...(params.length > NAMES_SHOWN ? [`  and ${params.length - NAMES_SHOWN} more`] : []),
  ]);
}

/** `the run …`: succeeded, failed, was canceled. */
export function endText(outcome: RunOutcome): string {
  return outcome === 'canceled' ? 'was canceled' : outcome;
}

function possible(title: string, lines: readonly string[]): Consequence {
  return { possible: true, title: sanitizeText(title), lines: lines.map(sanitizeText) };
}

function nameList(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  return names.length > NAMES_SHOWN ? `${shown} and ${names.length - NAMES_SHOWN} more` : shown;
}
