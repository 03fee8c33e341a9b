import { createHash } from 'node:crypto';
import { sanitizeText } from '../../graph/text.ts';
import type { Outcome } from '../../model/event.ts';
import type { NodeName } from '../../model/ids.ts';
import type { Attempt, NodeState, Run } from '../../model/state.ts';
import { isFinal } from '../../model/state.ts';
import { attemptSpanId, roundSpanId, traceOf } from '../../model/trace.ts';
import type { RunTrace } from '../../model/trace.ts';

/** A span as it will be exported, before any library knows of it. */
export type SpanRecord = {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly events: readonly SpanEvent[];
  /** Spans of the same trace that had to end before this one could begin. */
  readonly links: readonly string[];
  /** What went wrong; undefined: nothing did. */
  readonly error: string | undefined;
};

export type SpanEvent = {
  readonly name: string;
  readonly atMs: number;
  readonly attributes: Readonly<Record<string, string | number>>;
};

/** The SDK keeps no more of either. */
const LINKS_MAX = 128;
export const SPAN_EVENTS_MAX = 128;
const NAMES_MAX = 5;

export function runTrace(run: Run): RunTrace {
  return traceOf(run, sha256);
}

/** An attempt that has ended. What the command wrote stays out of it, and so does the line of it that an error quotes. */
export function attemptSpan(run: Run, index: number, attempt: Attempt): SpanRecord {
  const { traceId, spanId: parentId } = runTrace(run);
  const node = run.definition.dag.nodes[index]?.name ?? ('' as NodeName);
  const outcome = attempt.outcome ?? { is: 'lost', error: 'nobody knows' };
  const startMs = attempt.startedMs ?? attempt.dispatchedMs;
  const endMs = Math.max(startMs, attempt.finishedMs ?? startMs);
  const failed = outcome.is === 'failed' ? outcome : undefined;
  return {
    name: sanitizeText(`${run.dag}/${node}`),
    traceId,
    spanId: attemptSpanId(traceId, { run: run.id, node, attempt: attempt.number }, sha256),
    parentId,
    startMs,
    endMs,
    attributes: {
      ...runAttributes(run),
      'dagtop.node': sanitizeText(node),
      'dagtop.attempt': attempt.number,
      'dagtop.server': sanitizeText(attempt.server),
      'dagtop.epoch': attempt.epoch,
      'dagtop.outcome': outcome.is,
      ...(failed?.exitCode === undefined ? {} : { 'process.exit.code': failed.exitCode }),
      ...(failed?.signal === undefined ? {} : { 'dagtop.signal': sanitizeText(failed.signal) }),
      ...(isError(outcome) ? { 'error.type': outcome.is } : {}),
    },
    events: [
      { name: 'dispatched', atMs: attempt.dispatchedMs, attributes: {} },
      ...retryEvents(run, index, attempt, endMs),
    ],
    links: linksOf(run, index, traceId),
    error: errorOf(outcome),
  };
}

/** A run that has ended: its root span the first time, else the time in which it was open again. */
export function runSpan(run: Run, round: number, startMs: number, events: readonly SpanEvent[]): SpanRecord {
  const trace = runTrace(run);
  const outcome = run.end?.outcome ?? 'canceled';
  return {
    name: sanitizeText(round === 1 ? run.dag : `${run.dag} (again)`),
    traceId: trace.traceId,
    spanId: round === 1 ? trace.spanId : roundSpanId(trace.traceId, run.id, round, sha256),
    parentId: round === 1 ? trace.parentId : trace.spanId,
    startMs,
    endMs: Math.max(startMs, run.end?.atMs ?? startMs),
    attributes: {
      ...runAttributes(run),
      'dagtop.hash': sanitizeText(run.definition.hash),
      'dagtop.nodes': run.nodes.length,
      'dagtop.outcome': outcome,
      ...(outcome === 'failed' ? { 'error.type': outcome } : {}),
    },
    events,
    links: [],
    error: outcome === 'failed' ? badNodes(run) : undefined,
  };
}

function runAttributes(run: Run): Record<string, string> {
  return { 'dagtop.dag': sanitizeText(run.dag), 'dagtop.run': sanitizeText(run.id) };
}

/** The newest attempt of each node that this one depends on. */
function linksOf(run: Run, index: number, traceId: string): string[] {
  const upstream = run.definition.upstream[index] ?? [];
  return upstream.slice(0, LINKS_MAX).flatMap((source) => {
    const node = run.definition.dag.nodes[source]?.name;
    const number = run.nodes[source]?.attempts.at(-1)?.number;
    if (node === undefined || number === undefined) return [];
    return [attemptSpanId(traceId, { run: run.id, node, attempt: number }, sha256)];
  });
}

function retryEvents(run: Run, index: number, attempt: Attempt, atMs: number): SpanEvent[] {
  const node = run.nodes[index];
  if (node === undefined || node.attempts.at(-1) !== attempt || isFinal(node.status.is)) return [];
  const delayMs = node.status.is === 'retrying' ? node.status.delayMs : 0;
  return [{ name: 'retry', atMs, attributes: { 'dagtop.retry.delay_ms': Math.round(delayMs) } }];
}

function isError({ is }: Outcome): boolean {
  return is === 'failed' || is === 'timed_out' || is === 'lost';
}

function errorOf(outcome: Outcome): string | undefined {
  switch (outcome.is) {
    case 'succeeded':
    case 'canceled':
      return undefined;
    case 'failed':
      if (outcome.exitCode !== undefined) return `exit code ${outcome.exitCode}`;
      return outcome.signal === undefined ? 'failed' : `ended by ${sanitizeText(outcome.signal)}`;
    case 'timed_out':
    case 'lost':
      return sanitizeText(outcome.error);
  }
}

function badNodes(run: Run): string {
  const bad = run.definition.dag.nodes.filter((_, at) => isBad(run.nodes[at]?.status.is));
  const names = bad.slice(0, NAMES_MAX).map(({ name }) => sanitizeText(name));
  const more = bad.length > names.length ? ` and ${bad.length - names.length} more` : '';
  return names.length === 0 ? 'failed' : `failed: ${names.join(', ')}${more}`;
}

function isBad(state: NodeState | undefined): boolean {
  return state === 'failed' || state === 'timed_out' || state === 'lost';
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
