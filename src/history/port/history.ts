import type { EventType, LogEvent } from '../../model/event.ts';
import type { DagName, NodeName, Position, RunId, ServerName } from '../../model/ids.ts';
import type { Run } from '../../model/state.ts';
import type { RunCursor, RunQuery, RunSummary } from './run-summary.ts';

/**
 * What one may ask of the history: the log as it was recorded into a database. It may lag behind the log, and it knows the runs that are in
 * memory too, as they were when they were recorded: whoever has a `State` asks that first (`findRun`, `listRuns`).
 * All methods reject with a `CodedError` when the database does not answer.
 */
export type HistoryReader = {
  /** Runs, the one that was triggered last first. */
  runs(query: RunQuery): Promise<Page<RunSummary, RunCursor>>;
  /** The run as it was folded, with its definition and every attempt; undefined when it is not there. Shares nothing with any state. */
  run(id: RunId): Promise<Run | undefined>;
  /** Ids that begin with `beginning`, newest first, at most `limit`. */
  runIds(beginning: string, limit: number): Promise<readonly RunId[]>;
  /** The accepted events of a run after `after`, in the order of the log; at most `limit`. */
  events(run: RunId, after: EventCursor | undefined, limit: number): Promise<readonly RecordedEvent[]>;
  /** What operators did or tried to, newest first. */
  audit(query: AuditQuery): Promise<Page<AuditRecord, EventCursor>>;
  /** Figures of the finished runs that the query chooses. */
  stats(query: StatsQuery): Promise<HistoryStats>;
  /** Up to where the log is recorded; undefined when nothing is. */
  recorded(): Promise<Recorded | undefined>;
  /** Never rejects; idempotent. */
  close(): Promise<void>;
};

/** `next` is absent on the last page. */
export type Page<Item, Cursor> = { readonly items: readonly Item[]; readonly next?: Cursor };

export type Recorded = {
  /** Of the log, as `EventLog.identity` says it. */
  readonly log: string;
  readonly position: Position;
};

/** Names an event of the log: a record holds several. */
export type EventCursor = { readonly position: Position; readonly index: number };
export type RecordedEvent = EventCursor & { readonly event: LogEvent };

export type AuditQuery = {
  readonly dag?: DagName;
  readonly run?: RunId;
  /** Only what somebody whose name contains this did. */
  readonly by?: string;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  readonly limit: number;
  readonly before?: EventCursor;
};

/** The events of operators and of whoever applies files. */
export type AuditAction = Extract<
  EventType,
  | 'dag.applied'
  | 'dag.removed'
  | 'placement.applied'
  | 'run.triggered'
  | 'run.canceled'
  | 'run.paused'
  | 'run.resumed'
  | 'node.retried'
  | 'server.cordoned'
  | 'server.uncordoned'
>;

export type AuditRecord = EventCursor & {
  readonly atMs: number;
  /** `op:alice@host`, `api:NAME@ADDRESS`: who, and from where. */
  readonly by: string;
  readonly action: AuditAction;
  readonly dag?: DagName;
  readonly run?: RunId;
  readonly node?: NodeName;
  readonly server?: ServerName;
  /** What else the event said, in a few words: parameters, versions. */
  readonly detail?: string;
  /** Why it had no effect; absent when it had. */
  readonly refusal?: string;
};

export type StatsQuery = {
  readonly dag?: DagName;
  /** Of runs triggered from then on, and before then. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
};

export type HistoryStats = {
  /** By name. */
  readonly dags: readonly DagFigures[];
  /** With a dag: all its nodes. Without: the slowest and the flakiest of all. By name. */
  readonly nodes: readonly NodeFigures[];
  /** Days (UTC) on which runs were triggered, oldest first. */
  readonly days: readonly DayFigures[];
  /** The runs that took longest, longest first. */
  readonly slowest: readonly RunSummary[];
};

/** Of times: half are at most `p50Ms`, 95 of 100 at most `p95Ms`; absent when nothing was measured. */
export type Quantiles = { readonly p50Ms?: number; readonly p95Ms?: number; readonly maxMs?: number };
export type Outcomes = { readonly succeeded: number; readonly failed: number; readonly canceled: number };

/** Times are those of runs that succeeded, from trigger to end. */
export type DagFigures = Outcomes & {
  readonly dag: DagName;
  readonly runs: number;
  readonly took: Quantiles;
};
export type DayFigures = Outcomes & {
  /** Its first moment. */
  readonly dayMs: number;
  readonly runs: number;
  readonly took: Quantiles;
};

/** Times are those of attempts that succeeded, from start to end. */
export type NodeFigures = {
  readonly dag: DagName;
  readonly node: NodeName;
  readonly attempts: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly lost: number;
  /** Runs in which it was tried, and those in which it failed at first and succeeded later: the flaky ones. */
  readonly runs: number;
  readonly flakyRuns: number;
  readonly took: Quantiles;
};
