import { explainNode } from '../engine/reason.ts';
import { sanitizeText } from '../graph/text.ts';
import type { DagNode } from '../model/dag.ts';
import type { OutputFacts } from '../model/event.ts';
import type { Attempt, Definition, NodeRun, Run, State } from '../model/state.ts';
import { durationText } from './duration.ts';
import { estimateOf, estimateText, usualText } from './estimate.ts';
import { nodeLook } from './look.ts';
import type { Look, Tone } from './look.ts';
import { commandText, ruleText } from './node-text.ts';
import { outcomeText } from './outcome-text.ts';

export type Fact = { readonly label: string; readonly value: string; readonly tone: Tone };

/** What there is to know about a node, most telling first. Texts are safe to paint. */
export type NodeFacts = {
  readonly name: string;
  /** Undefined without a run. */
  readonly look: Look | undefined;
  readonly facts: readonly Fact[];
  /** The last lines that a failed command wrote. */
  readonly tail: readonly string[];
};

const ATTEMPTS_SHOWN = 5;
const TAIL_LINES_SHOWN = 6;

export function nodeFacts(
  state: State,
  run: Run,
  index: number,
  nowMs: number,
  timeText?: (atMs: number) => string,
): NodeFacts {
  const node = run.definition.dag.nodes[index];
  const nodeRun = run.nodes[index];
  if (node === undefined || nodeRun === undefined) return { name: '?', look: undefined, facts: [], tail: [] };
  const look = nodeLook(nodeRun.status.is);
  const attempt = nodeRun.attempts.at(-1);
  const reason = explainNode(state, run, index, nowMs, timeText);
  const facts = [
    fact('why', reason, look.tone === 'good' ? 'plain' : look.tone),
    // The reason of a failed command mostly is its exit code.
    ...(attempt === undefined ? [] : attemptFacts(node, nodeRun, attempt, nowMs)).filter(
      ({ label, value }) => label !== 'exit' || !reason.includes(value),
    ),
    ...expectedFacts(state, run, index, nowMs, timeText),
    ...definitionFacts(run.definition, index),
    ...historyFacts(nodeRun),
  ];
  return { name: sanitizeText(node.name), look, facts, tail: tailLines(attempt) };
}

/** The same of a dag that is not run. */
export function definitionNodeFacts(definition: Definition, index: number): NodeFacts {
  const name = sanitizeText(definition.dag.nodes[index]?.name ?? '?');
  return { name, look: undefined, facts: definitionFacts(definition, index), tail: [] };
}

/** What earlier runs tell of the node, and of how long the run goes on. */
function expectedFacts(
  state: State,
  run: Run,
  index: number,
  nowMs: number,
  timeText: ((atMs: number) => string) | undefined,
): Fact[] {
  const usual = usualText(state, run, index, nowMs);
  const estimate = estimateOf(state, run, nowMs);
  return [
    ...(usual === undefined ? [] : [fact('usually', usual.text, usual.isSlow ? 'warning' : 'plain')]),
    ...(estimate === undefined || timeText === undefined
      ? []
      : [fact('run', estimateText(estimate, timeText))]),
  ];
}

function attemptFacts(node: DagNode, nodeRun: NodeRun, attempt: Attempt, nowMs: number): Fact[] {
  const { outcome, startedMs, finishedMs, wrote } = attempt;
  const isLate = attempt.late.length > 0;
  // Losses and retries by hand give tries beyond the limit: then there is no honest "of n".
  const ofLimit = nodeRun.attempts.length <= node.retry.limit + 1 ? ` of ${node.retry.limit + 1}` : '';
  const took = startedMs === undefined ? undefined : (finishedMs ?? nowMs) - startedMs;
  return [
    fact('try', `#${attempt.number}${ofLimit} on ${attempt.server}`),
    ...(took === undefined ? [] : [fact('took', durationText(took))]),
    ...(outcome?.is === 'failed' ? [fact('exit', exitText(outcome), 'bad')] : []),
    ...(wrote === undefined ? [] : [fact('wrote', wroteText(wrote))]),
    ...(isLate
      ? [fact('late', `reported ${attempt.late.at(-1)?.outcome.is ?? ''} afterwards`, 'warning')]
      : []),
    ...(outcome?.is === 'succeeded' && outcome.output !== undefined
      ? [fact('output', JSON.stringify(outcome.output) ?? '')]
      : []),
  ];
}

function definitionFacts(definition: Definition, index: number): Fact[] {
  const node = definition.dag.nodes[index];
  if (node === undefined) return [];
  const after = (definition.downstream[index] ?? []).map(
    (target) => definition.dag.nodes[target]?.name ?? '?',
  );
  return [
    ...(node.description === undefined ? [] : [fact('about', node.description)]),
    ...(node.depends.length === 0 ? [] : [fact('after', nameList(node.depends))]),
    ...(after.length === 0 ? [] : [fact('before', nameList(after))]),
    ...(node.triggerRule === 'all_success' ? [] : [fact('rule', ruleText(node.triggerRule))]),
    fact('runs', commandText(node.command)),
    ...(node.timeoutMs === undefined ? [] : [fact('timeout', durationText(node.timeoutMs))]),
  ];
}

/** Earlier attempts, newest first. */
function historyFacts({ attempts }: NodeRun): Fact[] {
  return attempts
    .slice(0, -1)
    .toReversed()
    .slice(0, ATTEMPTS_SHOWN)
    .map(({ number, server, outcome }) => {
      const end = outcome === undefined ? `open on ${server}` : outcomeText(outcome, server);
      return fact(`#${number}`, end, 'muted');
    });
}

function fact(label: string, value: string, tone: Tone = 'plain'): Fact {
  return { label, value: sanitizeText(value), tone };
}

function exitText(outcome: { readonly exitCode?: number; readonly signal?: string }): string {
  if (outcome.exitCode !== undefined) return `code ${outcome.exitCode}`;
  return outcome.signal === undefined ? 'it did not start' : `signal ${outcome.signal}`;
}

function wroteText({ stdoutBytes, stderrBytes, droppedBytes }: OutputFacts): string {
  const dropped = droppedBytes === 0 ? '' : `, ${bytesText(droppedBytes)} not kept`;
  return `${bytesText(stdoutBytes)} stdout, ${bytesText(stderrBytes)} stderr${dropped}`;
}

/** In B, KiB or MiB. */
export function bytesText(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  if (bytes < 1_024 * 1_024) return `${(bytes / 1_024).toFixed(1)} KiB`;
  return `${(bytes / 1_024 / 1_024).toFixed(1)} MiB`;
}

function nameList(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

function tailLines(attempt: Attempt | undefined): string[] {
  if (attempt?.outcome === undefined || attempt.outcome.is === 'succeeded') return [];
  return (attempt.wrote?.tail ?? '')
    .split('\n')
    .map(sanitizeText)
    .filter((line) => line.trim() !== '')
    .slice(-TAIL_LINES_SHOWN);
}
