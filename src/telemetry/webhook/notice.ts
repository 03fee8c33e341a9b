import { createHash } from 'node:crypto';
import { sanitizeText } from '../../graph/text.ts';
import type { DagName, EventId, RunId } from '../../model/ids.ts';
import { limits } from '../../model/limits.ts';
import type { NoticeKind } from '../../model/notify-target.ts';
import { isSecretName, MASK } from '../../model/secret.ts';
import type { DagNode } from '../../model/dag.ts';
import type { NodeRun, Run } from '../../model/state.ts';

/** A message about a run, ready to be signed and sent. */
export type RunNotice = {
  /** The same whoever sends it, and however often. */
  readonly id: string;
  readonly kind: NoticeKind | 'test';
  readonly dag: DagName | undefined;
  readonly atMs: number;
  readonly body: string;
};

export type Failure = { readonly run: RunId; readonly atMs: number };

export type NoticeFacts = {
  readonly kind: NoticeKind;
  readonly run: Run;
  /** The event that ended the run. */
  readonly event: { readonly id: EventId; readonly atMs: number };
  /** The run before, which failed. */
  readonly before: Failure | undefined;
  /** Where the page is, if there is one. */
  readonly publicUrl: string | undefined;
};

/** Shorter values are words that stand anywhere. */
const SECRET_MIN_LENGTH = 4;

export function noticeOf({ kind, run, event, before, publicUrl }: NoticeFacts): RunNotice {
  const bad = [...run.nodes.keys()].filter((at) => isBad(run.nodes[at]));
  let shown = bad.slice(0, limits.noticeNodesMax).flatMap((at) => nodeFacts(run, at));
  const bodyWith = (failedNodes: readonly object[]): string =>
    JSON.stringify({
      type: `run.${kind}`,
      timestamp: isoTime(event.atMs),
      data: {
        dag: run.dag,
        run: run.id,
        outcome: run.end?.outcome,
        triggeredAt: isoTime(run.triggeredMs),
        finishedAt: isoTime(event.atMs),
        durationMs: Math.max(0, event.atMs - run.triggeredMs),
        triggeredBy: sanitizeText(run.by),
        nodes: run.nodes.length,
        failed: bad.length,
        failedNodes,
        ...(before === undefined ? {} : { failedBefore: { run: before.run, at: isoTime(before.atMs) } }),
        ...(publicUrl === undefined ? {} : { url: runUrl(publicUrl, run.id) }),
      },
    });
  let body = bodyWith(shown);
  while (Buffer.byteLength(body) > limits.noticeMaxBytes && shown.length > 0) {
    shown = shown.slice(0, Math.floor(shown.length / 2));
    body = bodyWith(shown);
  }
  return { id: messageId([kind, run.dag, run.id, event.id]), kind, dag: run.dag, atMs: event.atMs, body };
}

/** What `dagtop notify test` sends. */
export function testNotice(id: string, atMs: number): RunNotice {
  const data = { message: 'dagtop can reach this address' };
  const body = JSON.stringify({ type: 'test', timestamp: isoTime(atMs), data });
  return { id: messageId(['test', id]), kind: 'test', dag: undefined, atMs, body };
}

function nodeFacts(run: Run, at: number): object[] {
  const node = run.definition.dag.nodes[at];
  const attempt = run.nodes[at]?.attempts.at(-1);
  if (node === undefined || attempt === undefined) return [];
  const { outcome, wrote } = attempt;
  const hide = maskOf(run, node);
  const tail = (wrote?.tail ?? '').split('\n').map((line) => sanitizeText(hide(line)));
  return [
    {
      node: node.name,
      state: run.nodes[at]?.status.is,
      attempt: attempt.number,
      server: sanitizeText(attempt.server),
      ...(outcome !== undefined && 'error' in outcome ? { error: sanitizeText(hide(outcome.error)) } : {}),
      ...(outcome?.is === 'failed' && outcome.exitCode !== undefined ? { exitCode: outcome.exitCode } : {}),
      tail: tail.join('\n').trim(),
    },
  ];
}

/** Puts `***` in the place of the values that the definition and the parameters call secret, where a command printed them. */
function maskOf({ definition, params }: Run, node: DagNode): (text: string) => string {
  const named = Object.entries({ ...definition.dag.env, ...params, ...node.env });
  const values = named
    .filter(([name, value]) => isSecretName(name) && String(value).length >= SECRET_MIN_LENGTH)
    .map(([, value]) => String(value))
    .sort((a, b) => b.length - a.length);
  return (text) => values.reduce((masked, value) => masked.replaceAll(value, MASK), text);
}

function isBad(node: NodeRun | undefined): boolean {
  const state = node?.status.is;
  return state === 'failed' || state === 'timed_out' || state === 'lost';
}

function runUrl(publicUrl: string, run: RunId): string {
  return `${publicUrl.replace(/\/$/, '')}/runs/${encodeURIComponent(run)}`;
}

function messageId(of: readonly string[]): string {
  return `msg_${createHash('sha256').update(JSON.stringify(of)).digest('hex').slice(0, 32)}`;
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
