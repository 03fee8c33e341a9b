import { diffDags, formatDagDiff } from '../../definition/difference.ts';
import { sanitizeText, textWidth } from '../../graph/text.ts';
import type { Run } from '../../model/state.ts';
import { durationText } from '../../view/duration.ts';
import { nodeLook } from '../../view/look.ts';
import { runDifference } from '../../view/run-difference.ts';
import type { NodeDifference, Pair } from '../../view/run-difference.ts';
import { runState } from '../../view/run-state.ts';
import { findAnyRun } from '../history-access.ts';
import { EXIT, formatTable, printJson, printLine } from '../output.ts';
import { withSession } from '../session.ts';
import type { BrokerFlags, HistoryFlags } from '../settings.ts';

type DiffFlags = BrokerFlags & HistoryFlags & { readonly json?: boolean };

const VALUE_MAX_LENGTH = 24;
/** What differs is shown, what is the same is not; nodes are one line for each thing. */
export function diff(oneText: string, otherText: string, options: DiffFlags): Promise<number> {
  return withSession(options, async (session) => {
    const { run: one } = await findAnyRun(session, oneText);
    const { run: other } = await findAnyRun(session, otherText);
    const difference = runDifference(one, other);
    if (options.json === true) {
      printJson({ one: one.id, other: other.id, ...difference });
      return EXIT.ok;
    }
    const rows = [
      pairRow('', 'dag', one.dag, other.dag),
      pairRow('', 'state', runState(one), runState(other)),
      pairRow('', 'took', timeText(difference.tookMs.one), timeText(difference.tookMs.other)),
      ...(difference.version === undefined ? [] : [['', 'version', ...texts(difference.version)]]),
      ...difference.params.map(({ name, ...pair }) => ['', `param ${sanitizeText(name)}`, ...texts(pair)]),
      ...difference.nodes.flatMap(nodeRows),
    ];
    const header = ['NODE', 'WHAT', sanitizeText(one.id), sanitizeText(other.id)];
    for (const line of formatTable(header, rows, textWidth)) printLine(line);
    if (difference.version !== undefined && one.dag === other.dag)
      printLine(`the versions: ${versionText(one, other)}`);
    if (difference.nodes.length === 0) printLine('no node differs');
    return EXIT.ok;
  });
}

function versionText(one: Run, other: Run): string {
  return formatDagDiff(diffDags(one.definition.dag, other.definition.dag));
}

function nodeRows(difference: NodeDifference): string[][] {
  const { node, state, attempts, server, output, error, tookMs } = difference;
  const rows = [
    state && ['state', stateText(state.one), stateText(state.other)],
    tookMs && ['took', timeText(tookMs.one), timeText(tookMs.other)],
    attempts && ['attempts', ...texts(attempts)],
    server && ['server', ...texts(server)],
    error && ['error', ...texts(error)],
    output && ['output', ...texts(output)],
  ].filter((row) => row !== undefined);
  // The node's name stands once.
  return rows.map((row, at) => [at === 0 ? sanitizeText(node) : '', ...row]);
}

function stateText(state: NonNullable<NodeDifference['state']>['one']): string {
  return state === undefined ? '–' : nodeLook(state).word;
}

function texts({ one, other }: Pair<unknown>): string[] {
  return [valueText(one), valueText(other)];
}

function pairRow(node: string, what: string, one: string, other: string): string[] {
  return [node, what, sanitizeText(one), sanitizeText(other)];
}

function valueText(value: unknown): string {
  if (value === undefined) return '–';
  const text = sanitizeText(typeof value === 'string' ? value : JSON.stringify(value));
  return text.length > VALUE_MAX_LENGTH ? `${text.slice(0, VALUE_MAX_LENGTH - 1)}…` : text;
}

function timeText(ms: number | undefined): string {
  return ms === undefined ? '–' : durationText(ms);
}
