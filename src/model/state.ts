import type { Dag, ParamValue } from './dag.ts';
import type { Outcome, OutputFacts, RunOutcome } from './event.ts';
import type {
  DagHash,
  DagName,
  EventId,
  Incarnation,
  NodeName,
  Position,
  RunId,
  SchedulerId,
  ServerName,
} from './ids.ts';
import type { Placement } from './placement.ts';

/**
 * What the fold of the event log yields. Only `engine/fold.ts` writes it; everyone else reads. It is changed in place
 * (5,000 runs are not copied per event), so a reader that must not see it move takes what it needs at once.
 */
export type State = {
  /** The highest epoch seen, and who won it; no leader after a resignation. */
  epoch: number;
  leader: SchedulerId | undefined;
  /** Which version of each dag a new run gets. */
  readonly dags: Map<DagName, DagHash>;
  /** Every version that is current or that a run in memory is pinned to. */
  readonly definitions: Map<DagHash, Definition>;
  placement: Placement;
  /** Servers that an operator took out of service, by any of their names. */
  readonly cordoned: Set<ServerName>;
  /** The newest incarnation of each server's agent, gone ones included. */
  readonly agents: Map<ServerName, AgentState>;
  /** In the order of their triggering. */
  readonly runs: Map<RunId, Run>;
  /** Runs without an outcome, in the order of their triggering. */
  readonly openRuns: Set<Run>;
  /** Finished runs, oldest first: the order in which they leave memory. */
  readonly finishedRuns: Set<RunId>;
  /** Ids of operators' events, oldest first: a second copy is dropped. */
  readonly recentIds: Set<EventId>;
  readonly checkpoints: Checkpoints;
};

/** Where in the log the state is written down, so that nobody need read what is before. */
export type Checkpoints = {
  /** Begun, and not all of it is there. */
  open: OpenCheckpoint | undefined;
  /** Oldest first. */
  complete: readonly Checkpoint[];
};

export type OpenCheckpoint = {
  readonly id: string;
  /** The event that it has the state of. */
  readonly base: Position;
  /** Its parts are 1, 2, 3 …: the last that is there. */
  readonly seen: number;
  /** As the first of them says. */
  readonly parts: number | undefined;
  readonly digest: string | undefined;
};

export type Checkpoint = {
  readonly base: Position;
  /** Its last part. */
  readonly end: Position;
  readonly atMs: number;
  readonly parts: number;
};

/** A dag with its edges as indexes, computed once a version. */
export type Definition = {
  readonly hash: DagHash;
  readonly dag: Dag;
  readonly indexOf: ReadonlyMap<NodeName, number>;
  readonly upstream: readonly (readonly number[])[];
  readonly downstream: readonly (readonly number[])[];
  /** Indexes so that each stands after all that it depends on. */
  readonly order: readonly number[];
  /** Runs in memory that are pinned to this version. */
  pins: number;
};

export type AgentState = {
  readonly server: ServerName;
  readonly incarnation: Incarnation;
  readonly names: readonly string[];
  readonly slots: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly only: readonly string[] | undefined;
  readonly journal: string;
  readonly version: string;
  readonly joinedMs: number;
  /** `draining` takes no new work; `left` ended by itself; `lost` fell silent. */
  presence: 'present' | 'draining' | 'left' | 'lost';
  /** Commands dispatched here and not ended (pass-throughs take no slot). */
  load: number;
};

export type Run = {
  readonly id: RunId;
  readonly dag: DagName;
  readonly definition: Definition;
  readonly params: Readonly<Record<string, ParamValue>>;
  /** The part of the dag that it executes; undefined: all of it. */
  readonly scope: Scope | undefined;
  readonly triggeredMs: number;
  readonly by: string;
  /** The W3C trace context of whoever triggered it. */
  readonly traceparent: string | undefined;
  paused: boolean;
  /** When it was paused, newest last; the last one goes on while `paused`. */
  readonly pauses: Pause[];
  /** An operator asked for the end; what runs is being stopped. */
  canceled: boolean;
  end: { readonly outcome: RunOutcome; readonly atMs: number } | undefined;
  /** One per node of the dag, by index. */
  readonly nodes: NodeRun[];
  /** Nodes for `decide` to look at: waiting ones whose trigger rule has an answer. */
  readonly ready: Set<number>;
  readonly retrying: Set<number>;
  /** Queued and running nodes. */
  readonly active: Set<number>;
  /** Nodes that have no final state yet; those outside its scope have one from the start. */
  unsettled: number;
  lastEventMs: number;
};

/** Some nodes of a dag and all that comes after them. */
export type Scope = {
  /** As the trigger names them, each once. */
  readonly from: readonly NodeName[];
  /** Indexes. What comes after one of them is one of them. */
  readonly inside: ReadonlySet<number>;
  /** By index, how many of the nodes that it depends on are inside. */
  readonly upstreamCounts: readonly number[];
};

export type Pause = { readonly fromMs: number; readonly toMs: number | undefined };

/** The states of a node in a run, each with what means something only there. */
export type NodeStatus =
  | { readonly is: 'waiting' }
  | { readonly is: 'queued' }
  | { readonly is: 'running' }
  /** Backing off until `dueMs`, by the clock of who reported the failure. */
  | { readonly is: 'retrying'; readonly dueMs: number; readonly delayMs: number }
  | { readonly is: FinalState };

export type FinalState =
  | 'succeeded'
  | 'failed'
  | 'timed_out'
  | 'lost'
  | 'skipped'
  | 'upstream_failed'
  | 'canceled';
export type NodeState = NodeStatus['is'];

export type NodeRun = {
  status: NodeStatus;
  /** All attempts, oldest first: attempt n stands at n − 1. */
  readonly attempts: Attempt[];
  /** Failures and losses since the trigger or the last retry by hand: what the budgets count. */
  failures: number;
  losses: number;
  /** How many of the nodes it depends on have ended, and how. */
  readonly upstream: UpstreamCounts;
};

export type UpstreamCounts = { succeeded: number; failed: number; skipped: number };

export type Attempt = {
  readonly number: number;
  readonly server: ServerName;
  incarnation: Incarnation;
  readonly epoch: number;
  readonly dispatchedMs: number;
  /** Where in the log it was dispatched. */
  readonly position: Position;
  startedMs: number | undefined;
  finishedMs: number | undefined;
  outcome: Outcome | undefined;
  wrote: OutputFacts | undefined;
  /** Outcomes that came after the recorded one: kept as evidence, without effect. */
  readonly late: { readonly outcome: Outcome; readonly atMs: number }[];
};

export type Verdict = { readonly accepted: true } | { readonly accepted: false; readonly reason: string };

export const ACCEPTED: Verdict = { accepted: true };

export function rejected(reason: string): Verdict {
  return { accepted: false, reason };
}

export function isFinal(state: NodeState): state is FinalState {
  switch (state) {
    case 'waiting':
    case 'queued':
    case 'running':
    case 'retrying':
      return false;
    case 'succeeded':
    case 'failed':
    case 'timed_out':
    case 'lost':
    case 'skipped':
    case 'upstream_failed':
    case 'canceled':
      return true;
  }
}
