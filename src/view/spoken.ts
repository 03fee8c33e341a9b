import { explainNode } from '../engine/reason.ts';
import { sanitizeText } from '../graph/text.ts';
import type { LogEvent } from '../model/event.ts';
import type { Definition, Run, State } from '../model/state.ts';
import { counted } from './counted.ts';
import { durationText } from './duration.ts';
import { eventLine } from './event-line.ts';
import { nodeLook, runLook } from './look.ts';
import { outcomeText } from './outcome-text.ts';
import { progressOf } from './progress.ts';
import { runRow } from './run-rows.ts';
import type { ServerRow } from './server-rows.ts';

/** What happens and what is chosen, as sentences for somebody who hears them. Texts are free of control bytes. */

const NAMES_SAID = 4;

/** `Node merge: running, runs on srv-1. After count-0 and count-1. Before report. 6 of 7.` */
export function spokenNode(
  state: State,
  subject: { readonly run: Run | undefined; readonly definition: Definition; readonly index: number },
  nowMs: number,
  timeText: (atMs: number) => string,
): string {
  const { run, definition, index } = subject;
  const { nodes } = definition.dag;
  const node = nodes[index];
  if (node === undefined) return 'There is no node.';
  const status = run?.nodes[index]?.status.is;
  const isHow =
    run === undefined || status === undefined
      ? 'not run'
      : howText(nodeLook(status).word, explainNode(state, run, index, nowMs, timeText));
  const before = (definition.downstream[index] ?? []).map((target) => nodes[target]?.name ?? '');
  return sanitizeText(
    [
      `Node ${node.name}: ${isHow}.`,
      node.depends.length === 0 ? 'After nothing.' : `After ${namesText(node.depends)}.`,
      before.length === 0 ? 'Before nothing.' : `Before ${namesText(before)}.`,
      `${definition.order.indexOf(index) + 1} of ${nodes.length}.`,
    ].join(' '),
  );
}

/** `Run 6fk9a5-wzqh of words: running for 3.9s. 5 of 7 done.` */
export function spokenRun(run: Run, nowMs: number): string {
  const { took } = runRow(run, nowMs);
  const time = run.end === undefined ? `for ${took}` : `after ${took}`;
  return sanitizeText(`Run ${run.id} of ${run.dag}: ${runLook(run).word} ${time}. ${doneText(run)}`);
}

export function spokenServer({ server, look, isSilent, used, slots, heard }: ServerRow): string {
  const use = slots === 0 ? '' : `, ${used} of ${slots} slots in use`;
  return `Server ${server}: ${isSilent ? `silent for ${heard}` : look.word}${use}.`;
}

/** How everything stands, for the start. */
export function spokenState(state: State, nowMs: number): string[] {
  const open = [...state.openRuns];
  const first = `${counted(state.dags.size, 'dag')}, ${counted(open.length, 'run')} under way, ${counted(state.agents.size, 'server')}.`;
  return [first, ...open.slice(-NAMES_SAID).map((run) => spokenRun(run, nowMs))];
}

export type SpokenEvent = {
  readonly text: string;
  /** Rather said than others where not all can be. */
  readonly isTelling: boolean;
};

/** What an event is worth saying; undefined where it is not. `state` has it folded already. */
export function spokenEvent(state: State, event: LogEvent): SpokenEvent | undefined {
  const said = (text: string, isTelling = false): SpokenEvent => ({ text: sanitizeText(text), isTelling });
  switch (event.type) {
    case 'attempt.started':
      return said(`${runText(event)}: node ${event.node} runs on ${event.server}.`);
    case 'attempt.finished': {
      const run = state.runs.get(event.run);
      const node = run?.nodes[run.definition.indexOf.get(event.node) ?? -1];
      const attempt = node?.attempts.find(({ number }) => number === event.attempt);
      const ran =
        attempt?.startedMs === undefined ? '' : ` after ${durationText(event.atMs - attempt.startedMs)}`;
      const isBad = event.outcome.is !== 'succeeded' && event.outcome.is !== 'canceled';
      const end = `node ${event.node} ${outcomeText(event.outcome, event.server)}${ran}.`;
      return said(`${runText(event)}: ${end}${run === undefined ? '' : ` ${doneText(run)}`}`, isBad);
    }
    case 'run.finished': {
      const run = state.runs.get(event.run);
      const took = run === undefined ? '' : ` after ${durationText(event.atMs - run.triggeredMs)}`;
      return said(`${runText(event)}: the run ${event.outcome}${took}.`, true);
    }
    case 'node.skipped':
      return said(`${runText(event)}: node ${event.node} is skipped.`);
    case 'node.upstream_failed':
      return said(`${runText(event)}: node ${event.node} can't run, upstream failed.`);
    case 'run.triggered':
    case 'run.canceled':
    case 'run.paused':
    case 'run.resumed':
    case 'agent.lost':
    case 'server.cordoned':
    case 'server.uncordoned':
      return said(`${eventLine(event, { timeText: () => '' }).trim()}.`, true);
    case 'agent.joined':
    case 'agent.draining':
    case 'agent.left':
    case 'attempt.overdue':
    case 'node.retried':
    case 'dag.applied':
    case 'dag.removed':
    case 'placement.applied':
      return said(`${eventLine(event, { timeText: () => '' }).trim()}.`);
    case 'attempt.dispatched':
    case 'leader.elected':
    case 'leader.resigned':
    case 'checkpoint.begun':
    case 'checkpoint.part':
      return undefined;
  }
}

/** At most `most` of the lines, those that tell most, in their order; and how many more there were. */
export function sumUp(lines: readonly SpokenEvent[], most: number): string[] {
  if (lines.length <= most) return lines.map(({ text }) => text);
  const telling = lines.filter(({ isTelling }) => isTelling).slice(-most);
  const others = lines.filter(({ isTelling }) => !isTelling).slice(0, most - telling.length);
  const kept = new Set([...telling, ...others]);
  return [
    ...lines.filter((line) => kept.has(line)).map(({ text }) => text),
    `And ${lines.length - kept.size} more.`,
  ];
}

/** The run by the beginning of its id, which is how people call it. */
function runText({ dag, run }: { readonly dag: string; readonly run: string }): string {
  return `${dag} ${run.split('-')[0] ?? run}`;
}

function doneText(run: Run): string {
  const { done, total } = progressOf(run);
  return `${done} of ${total} done.`;
}

function howText(word: string, why: string): string {
  return why.startsWith(word) ? why : `${word}, ${why}`;
}

function namesText(names: readonly string[]): string {
  const said = names.slice(0, NAMES_SAID).join(', ');
  return names.length > NAMES_SAID ? `${said} and ${names.length - NAMES_SAID} more` : said;
}
