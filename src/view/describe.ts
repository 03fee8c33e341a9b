import { sanitizeText } from '../graph/text.ts';
import type { Attempt, Definition, Run, State } from '../model/state.ts';
import { durationText } from './duration.ts';
import { definitionNodeFacts, nodeFacts } from './node-facts.ts';
import { outcomeText } from './outcome-text.ts';

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
  const ledger = attempts.toReversed().flatMap((attempt) => attemptLines(attempt, nowMs, timeText));
  return {
    title: `${view.name}${view.look === undefined ? '' : `  ${view.look.word}`}`,
    lines: [
      ...facts,
      ...(tail.length === 0 ? [] : ['', 'last lines of its output', ...tail]),
      ...(ledger.length === 0 ? [] : ['', 'attempts, newest first', ...ledger]),
    ],
  };
}

/** `#2  12:03:07  srv-2  epoch 4  took 3.2s  failed: exit code 3` */
function attemptLines(attempt: Attempt, nowMs: number, timeText: (atMs: number) => string): string[] {
  const { number, server, epoch, dispatchedMs, startedMs, finishedMs, outcome, late } = attempt;
  const took = startedMs === undefined ? 'not started' : durationText((finishedMs ?? nowMs) - startedMs);
  const end = outcome === undefined ? 'open' : outcomeText(outcome, server);
  const line = `#${number}  ${timeText(dispatchedMs)}  ${server}  epoch ${epoch}  ${took}  ${end}`;
  return [
    sanitizeText(line),
    ...late.map(({ outcome: told, atMs }) =>
      sanitizeText(`    ${timeText(atMs)}  came too late and was ignored: ${outcomeText(told, server)}`),
    ),
  ];
}
