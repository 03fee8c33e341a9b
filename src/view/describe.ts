import type { Definition, Run, State } from '../model/state.ts';
import { attemptLedger } from './attempt-ledger.ts';
import { definitionNodeFacts, nodeFacts } from './node-facts.ts';

export type Description = { readonly title: string; readonly lines: readonly string[] };

const LABEL_WIDTH = 10;

/** All there is to know about a node: the facts, and its ledger with every attempt, late results included. Texts are safe to paint. */
export function describeNode(
  state: State,
  subject: { readonly run: Run | undefined; readonly definition: Definition; readonly index: number },
  nowMs: number,
  timeText: (atMs: number) => string,
): Description {
  const { run, definition, index } = subject;
  const view =
    run === undefined
      ? definitionNodeFacts(definition, index)
      : nodeFacts(state, run, index, nowMs, timeText);
  const facts = view.facts
    // The ledger has them in full.
    .filter(({ label }) => !/^#\d+$/u.test(label))
    .map(({ label, value }) => `${label.padEnd(LABEL_WIDTH)}${value}`);
  const tail = view.tail.map((line) => `  ${line}`);
  const attempts = run?.nodes[index]?.attempts ?? [];
  const ledger = attemptLedger(attempts, nowMs, timeText);
  return {
    title: `${view.name}${view.look === undefined ? '' : `  ${view.look.word}`}`,
    lines: [
      ...facts,
      ...(tail.length === 0 ? [] : ['', 'last lines of its output', ...tail]),
      ...(ledger.length === 0 ? [] : ['', 'attempts, newest first', ...ledger]),
    ],
  };
}
