import { createState, fold } from '../engine/fold.ts';
import type { LogEvent } from '../model/event.ts';
import type { Position, RunId, SchedulerId, ServerName } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import type { Placement } from '../model/placement.ts';
import type { AgentState, Attempt, NodeRun, NodeStatus, Run, State } from '../model/state.ts';

/** How an attempt was before and after a step; it was not there before it was dispatched. */
export type AttemptChange = {
  readonly at: number;
  readonly before: Attempt | undefined;
  readonly after: Attempt;
};

export type NodeMark = Pick<NodeRun, 'failures' | 'losses'> & { readonly status: NodeStatus };

export type NodeChange = {
  readonly index: number;
  readonly before: NodeMark;
  readonly after: NodeMark;
  readonly attempts: readonly AttemptChange[];
};

export type AgentChange = {
  readonly server: ServerName;
  readonly before: AgentState | undefined;
  readonly after: AgentState;
};

export type RunMark = Pick<Run, 'paused' | 'pauses' | 'canceled' | 'end' | 'lastEventMs'>;

/** Who leads and who may work; the same object as long as nothing of it changes. */
export type Surroundings = {
  readonly epoch: number;
  readonly leader: SchedulerId | undefined;
  readonly placement: Placement;
  readonly cordoned: ReadonlySet<ServerName>;
};

/** What one event changed, so that it can be done and undone. Its first step is the trigger. */
export type TapeStep = {
  readonly event: LogEvent;
  /** By the clocks of the authors, and never before the step before. */
  readonly atMs: number;
  readonly mark: RunMark;
  readonly nodes: readonly NodeChange[];
  readonly agents: readonly AgentChange[];
  readonly surroundings: Surroundings;
  /** Since something went wrong before; undefined where nothing went wrong with this step. Infinite for the first time. */
  readonly quietMs: number | undefined;
};

export type Reading =
  | { readonly is: 'reading'; readonly part: number }
  | { readonly is: 'ready' }
  | { readonly is: 'failed'; readonly reason: string };

/**
 * The story of one run as steps, from the whole log: each event is folded as every reader folds it, and what it changed of this run is kept.
 * A step is an event that changed the run (results that came too late among them), or the servers or the leader while the run was open.
 * Bound: `replayStepsMax` steps from the trigger on.
 */
export class RunTape {
  readonly run: RunId;
  /** Set by who reads the log. */
  reading: Reading = { is: 'reading', part: 0 };
  #state = createState();
  readonly #steps: TapeStep[] = [];
  /** The run as the last step left it, in copies that nobody changes. */
  #origin: Run | undefined;
  readonly #marks: NodeMark[] = [];
  readonly #attempts: Attempt[][] = [];
  readonly #agents = new Map<ServerName, AgentState>();
  readonly #touched = new Set<ServerName>();
  #surroundings: Surroundings | undefined;
  #isOpen = false;
  #lastBadMs = Number.NEGATIVE_INFINITY;
  #isFull = false;
  #isCutOff = false;

  constructor(run: RunId) {
    this.run = run;
  }

  get steps(): readonly TapeStep[] {
    return this.#steps;
  }

  /** What the trigger made: what never changes of the run. Undefined before the trigger was read. */
  get origin(): Run | undefined {
    return this.#origin;
  }

  /** There was more than is kept. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Begins with a state instead of the beginning of the log. A run that is in it was triggered before: it has no first step. */
  begin(state: State): void {
    this.#state = state;
    this.#isCutOff = state.runs.has(this.run);
  }

  /** Takes the next event of the log. Returns whether it was a step. */
  add(event: LogEvent, position: Position): boolean {
    if (this.#isFull || this.#isCutOff) return false;
    const before = this.#state.runs.get(this.run);
    const suspects = before === undefined ? [] : nodesTouchedBy(before, event);
    const { accepted } = fold(this.#state, event, position);
    const run = this.#state.runs.get(this.run);
    if ('server' in event) this.#touched.add(event.server);
    else if (event.type === 'run.canceled')
      for (const server of this.#agents.keys()) this.#touched.add(server);
    if (run === undefined) return false;
    this.#origin ??= this.#begin(run);
    const nodes = suspects.flatMap((index) => this.#changeOf(run, index, event));
    const isOwn = 'run' in event && event.run === this.run;
    if (!isStep(event, { accepted, isOwn, isOpen: this.#isOpen, changed: nodes.length > 0 })) return false;
    if (this.#steps.length >= limits.replayStepsMax) {
      this.#isFull = true;
      return false;
    }
    this.#keep(event, run, nodes);
    return true;
  }

  #begin(run: Run): Run {
    for (const { status } of run.nodes) {
      this.#marks.push({ status, failures: 0, losses: 0 });
      this.#attempts.push([]);
    }
    for (const server of this.#state.agents.keys()) this.#touched.add(server);
    return { ...run, nodes: [], ready: new Set(), retrying: new Set(), active: new Set() };
  }

  #keep(event: LogEvent, run: Run, nodes: readonly NodeChange[]): void {
    const atMs = Math.max(event.atMs, this.#steps.at(-1)?.atMs ?? event.atMs);
    const isBad = nodes.some(({ attempts }) => attempts.some(wentWrong));
    const { paused, canceled, end, lastEventMs } = run;
    const known = this.#steps.at(-1)?.mark;
    const pauses = known?.pauses.at(-1) === run.pauses.at(-1) ? (known?.pauses ?? []) : [...run.pauses];
    this.#steps.push({
      event,
      atMs,
      mark: { paused, pauses, canceled, end, lastEventMs },
      nodes,
      agents: this.#agentChanges(),
      surroundings: this.#surroundingsNow(),
      quietMs: isBad ? atMs - this.#lastBadMs : undefined,
    });
    if (isBad) this.#lastBadMs = atMs;
    this.#isOpen = end === undefined;
  }

  #changeOf(run: Run, index: number, event: LogEvent): NodeChange[] {
    const node = run.nodes[index];
    const before = this.#marks[index];
    const known = this.#attempts[index];
    if (node === undefined || before === undefined || known === undefined) return [];
    const last = node.attempts.length - 1;
    const named = 'attempt' in event ? event.attempt - 1 : last;
    const attempts = [...new Set([named, last])].flatMap((at): AttemptChange[] => {
      const attempt = node.attempts[at];
      if (attempt === undefined || isSame(known[at], attempt)) return [];
      const after = { ...attempt, late: [...attempt.late] };
      const change = { at, before: known[at], after };
      known[at] = after;
      return [change];
    });
    const { status, failures, losses } = node;
    const isMarked = before.status !== status || before.failures !== failures || before.losses !== losses;
    if (!isMarked && attempts.length === 0) return [];
    const after = isMarked ? { status, failures, losses } : before;
    this.#marks[index] = after;
    return [{ index, before, after, attempts }];
  }

  #agentChanges(): AgentChange[] {
    const changes = [...this.#touched].flatMap((server): AgentChange[] => {
      const agent = this.#state.agents.get(server);
      const before = this.#agents.get(server);
      if (agent === undefined || isSameAgent(before, agent)) return [];
      const after = { ...agent };
      this.#agents.set(server, after);
      return [{ server, before, after }];
    });
    this.#touched.clear();
    return changes;
  }

  #surroundingsNow(): Surroundings {
    const { epoch, leader, placement, cordoned } = this.#state;
    const known = this.#surroundings;
    if (
      known?.epoch === epoch &&
      known.leader === leader &&
      known.placement === placement &&
      known.cordoned.size === cordoned.size &&
      [...cordoned].every((server) => known.cordoned.has(server))
    )
      return known;
    this.#surroundings = { epoch, leader, placement, cordoned: new Set(cordoned) };
    return this.#surroundings;
  }
}

/** The nodes of the run that an event may change. */
function nodesTouchedBy(run: Run, event: LogEvent): readonly number[] {
  switch (event.type) {
    case 'node.retried':
    case 'run.canceled':
      return event.run === run.id ? [...run.nodes.keys()] : [];
    case 'agent.joined':
    case 'agent.left':
    case 'agent.lost':
      return [...run.active];
    case 'node.skipped':
    case 'node.upstream_failed':
    case 'attempt.dispatched':
    case 'attempt.started':
    case 'attempt.finished':
    case 'attempt.overdue': {
      const index = event.run === run.id ? run.definition.indexOf.get(event.node) : undefined;
      return index === undefined ? [] : [index];
    }
    case 'dag.applied':
    case 'dag.removed':
    case 'placement.applied':
    case 'run.triggered':
    case 'run.paused':
    case 'run.resumed':
    case 'run.finished':
    case 'server.cordoned':
    case 'server.uncordoned':
    case 'agent.draining':
    case 'leader.elected':
    case 'leader.resigned':
    case 'checkpoint.begun':
    case 'checkpoint.part':
      return [];
  }
}

function isStep(
  event: LogEvent,
  facts: {
    readonly accepted: boolean;
    readonly isOwn: boolean;
    readonly isOpen: boolean;
    readonly changed: boolean;
  },
): boolean {
  if (facts.changed) return true;
  if (!facts.accepted) return false;
  if (facts.isOwn) return true;
  const isOfServers = !('run' in event) && !event.type.startsWith('dag.') && !('checkpoint' in event);
  return isOfServers && facts.isOpen;
}

function isSame(known: Attempt | undefined, now: Attempt): boolean {
  return (
    known?.outcome === now.outcome &&
    known?.startedMs === now.startedMs &&
    known?.incarnation === now.incarnation &&
    known?.late.length === now.late.length
  );
}

function isSameAgent(known: AgentState | undefined, now: AgentState): boolean {
  return known?.load === now.load && known.presence === now.presence && known.incarnation === now.incarnation;
}

function wentWrong({ before, after }: AttemptChange): boolean {
  if (before?.outcome !== undefined || after.outcome === undefined) return false;
  return after.outcome.is !== 'succeeded' && after.outcome.is !== 'canceled';
}
