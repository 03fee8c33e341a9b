import type { AttemptKey } from './ids.ts';
import type { Run } from './state.ts';

/**
 * Where a run stands among the traces of other programs. Ids are derived from what the log says of the run, so that every agent and
 * whoever exports have the same ones without asking anybody, also after a restart.
 */
export type TraceContext = {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  readonly isSampled: boolean;
};

export type RunTrace = TraceContext & {
  /** The span of whoever triggered the run; undefined: the run is a trace of its own. */
  readonly parentId: string | undefined;
};

/** SHA-256 of a text, in hex. */
export type HashText = (text: string) => string;

type TracedRun = Pick<Run, 'id' | 'dag' | 'triggeredMs' | 'traceparent'>;

const TRACE_ID_LENGTH = 32;
const SPAN_ID_LENGTH = 16;
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** What a W3C `traceparent` says; undefined when it is none. One of a later version counts by the part that is known. */
export function parseTraceparent(text: string): TraceContext | undefined {
  const [, version, traceId = '', spanId = '', flags = '', rest] = TRACEPARENT.exec(text.trim()) ?? [];
  if (version === undefined || version === 'ff') return undefined;
  if (version === '00' && rest !== undefined) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export function formatTraceparent({ traceId, spanId, isSampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

/** The root span of a run: a child of the span that triggered it, if there is one, else the root of a trace of its own. */
export function traceOf(run: TracedRun, hash: HashText): RunTrace {
  const parent = run.traceparent === undefined ? undefined : parseTraceparent(run.traceparent);
  // The time tells runs of two installations apart that happen to have one id.
  const own = hash(JSON.stringify(['trace', run.dag, run.id, run.triggeredMs]));
  const traceId = parent?.traceId ?? own.slice(0, TRACE_ID_LENGTH);
  return {
    traceId,
    spanId: spanIdOf(traceId, ['run', run.id], hash),
    isSampled: parent?.isSampled ?? true,
    parentId: parent?.spanId,
  };
}

/** The span of an attempt, a child of the run's. */
export function attemptSpanId(traceId: string, { run, node, attempt }: AttemptKey, hash: HashText): string {
  return spanIdOf(traceId, ['attempt', run, node, attempt], hash);
}

/** The span of the time in which a run that had ended was open again; `round` counts its ends, the first is the run's own. */
export function roundSpanId(traceId: string, run: string, round: number, hash: HashText): string {
  return spanIdOf(traceId, ['round', run, round], hash);
}

function spanIdOf(traceId: string, of: readonly (string | number)[], hash: HashText): string {
  return hash(JSON.stringify([traceId, ...of])).slice(0, SPAN_ID_LENGTH);
}
