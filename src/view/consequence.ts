import { retryScope } from '../engine/fold-retry.ts';
import { sanitizeText } from '../graph/text.ts';
import type { Dag } from '../model/dag.ts';
import type { RunOutcome } from '../model/event.ts';
import type { NodeName } from '../model/ids.ts';
import type { Run } from '../model/state.ts';
import { progressOf } from './progress.ts';
import { counted } from './counted.ts';

/** What an operator is about to do, and what it touches: the text of a confirmation. Texts are safe to paint. */
export type Consequence =
  | { readonly possible: true; readonly title: string; readonly lines: readonly string[] }
  | { readonly possible: false; readonly reason: string };

const NAMES_SHOWN = 8;

export function retryConsequence(run: Run, node: NodeName, downstream: boolean): Consequence {
  const scope = retryScope(run, node, downstream);
  if (typeof scope === 'string') return { possible: false, reason: sanitizeText(scope) };
  const names = scope.map((index) => run.definition.dag.nodes[index]?.name ?? '?');
  const lines = [
    `${counted(names.length, 'node')} of ${run.dag} ${run.id} will run again:`,
    `  ${nameList(names)}`,
    ...(run.end === undefined ? [] : [`The run ${endText(run.end.outcome)}; it is opened again.`]),
  ];
  return possible(`Retry ${node}${downstream ? ' with all that is downstream' : ''}?`, lines);
}

export function cancelConsequence(run: Run): Consequence {
  if (run.end !== undefined)
    return { possible: false, reason: `the run ${endText(run.end.outcome)} already` };
  if (run.canceled) return { possible: false, reason: 'the run is being canceled already' };
  const { nodes } = run.definition.dag;
  const running = [...run.active].filter((index) => run.nodes[index]?.status.is === 'running');
  const names = running.map((index) => nodes[index]?.name ?? '?');
  return possible(`Cancel ${run.dag} ${run.id}?`, [
    names.length === 0
      ? 'Nothing runs now.'
      : `${counted(names.length, 'running node')} will be stopped: ${nameList(names)}`,
    `${counted(run.unsettled - names.length, 'node')} will not run; ${progressOf(run).done} ended already.`,
  ]);
}

export function triggerConsequence(dag: Dag): Consequence {
  const params = Object.entries(dag.params).map(([name, value]) => `  ${name} = ${JSON.stringify(value)}`);
  return possible(`Run ${dag.name}?`, [
    `${counted(dag.nodes.length, 'node')} will run${params.length === 0 ? '; no parameters.' : ', with these parameters:'}`,
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
