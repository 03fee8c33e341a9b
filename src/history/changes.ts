import type { EventOf, EventType, LogEvent } from '../model/event.ts';
import type { DagHash, DagName, NodeName, Position, RunId } from '../model/ids.ts';
import type { Definition, Run, State } from '../model/state.ts';
import type { Folded } from '../replica/replica.ts';
import type { EventCursor } from './port/history.ts';

/** What of a run is to be written. */
export type RunChange = {
  readonly run: Run;
  /** Where it was triggered, in these events: what is recorded under its id before that is of another one, which memory has forgotten. */
  readonly newAt: EventCursor | undefined;
  /** All its attempts, since it may have been dropped from the history meanwhile. */
  isWhole: boolean;
  /** By the index of a node, the number of the first attempt that changed; later ones count as changed. */
  readonly attempts: Map<number, number>;
};

export type VersionChange = { readonly definition: Definition } & Origin;
export type DagChange = { readonly hash: DagHash | undefined } & Origin;
type Origin = { readonly position: Position; readonly atMs: number; readonly by: string };

/** An event with its place, and why it had no effect. */
export type Told<E extends LogEvent = LogEvent> = EventCursor & {
  readonly event: E;
  readonly refusal?: string;
};

/**
 * What events changed, gathered until it is written: the rows that come of it depend on the state after the last event alone, so that it does not matter
 * where batches end, and writing more than changed does no harm.
 */
export class Changes {
  readonly runs = new Map<RunId, RunChange>();
  readonly versions = new Map<DagHash, VersionChange>();
  readonly dags = new Map<DagName, DagChange>();
  /** What operators did, and what had no effect. */
  readonly commands: Told<CommandEvent>[] = [];
  readonly placements: Told[] = [];
  /** What happened to runs. */
  readonly events: Told[] = [];
  #position = 0;
  #index = 0;

  get isEmpty(): boolean {
    return (
      this.runs.size + this.versions.size + this.dags.size + this.commands.length + this.events.length === 0
    );
  }

  /** Hears of each event once the fold has seen it, before the next one: a run that it names may be gone after that. */
  add({ event, verdict, position }: Folded, state: State): void {
    this.#index = position === this.#position ? this.#index + 1 : 0;
    this.#position = position;
    const told: Told = { position, index: this.#index, event };
    if (verdict.accepted) this.#accept(told, state);
    else if (verdict.reason !== 'seen before' && isCommand(event))
      this.commands.push({ ...told, event, refusal: verdict.reason });
    // A late result is refused, and kept as evidence all the same.
    if (!verdict.accepted && event.type === 'attempt.finished') this.#changeAttempt(event, state);
  }

  /** Everything in `state`, when what led to it is not known. */
  addAll(state: State, position: Position): void {
    for (const [dag, hash] of state.dags) this.dags.set(dag, { hash, position, atMs: 0, by: '' });
    for (const definition of state.definitions.values())
      this.versions.set(definition.hash, { definition, position, atMs: 0, by: '' });
    for (const run of state.runs.values()) this.#change(run).isWhole = true;
  }

  #accept(told: Told, state: State): void {
    const { event, position } = told;
    if (isCommand(event)) this.commands.push({ ...told, event });
    if ('run' in event) this.events.push(told);
    switch (event.type) {
      case 'dag.applied': {
        const { atMs, by } = event;
        const definition = state.definitions.get(event.hash);
        if (definition !== undefined) this.versions.set(event.hash, { definition, position, atMs, by });
        this.dags.set(event.dag.name, { hash: event.hash, position, atMs, by });
        return;
      }
      case 'dag.removed':
        this.dags.set(event.name, { hash: undefined, position, atMs: event.atMs, by: event.by });
        return;
      case 'placement.applied':
        this.placements.push(told);
        return;
      case 'run.triggered': {
        const run = state.runs.get(event.run);
        if (run !== undefined)
          this.runs.set(run.id, { run, newAt: told, isWhole: false, attempts: new Map() });
        return;
      }
      case 'run.canceled':
        return this.#changeEnded(state.runs.get(event.run), event.atMs);
      case 'node.retried':
        return this.#changeWhole(state.runs.get(event.run));
      case 'run.paused':
      case 'run.resumed':
      case 'node.skipped':
      case 'node.upstream_failed':
      case 'run.finished': {
        const run = state.runs.get(event.run);
        if (run !== undefined) this.#change(run);
        return;
      }
      case 'attempt.dispatched':
      case 'attempt.started':
      case 'attempt.finished':
      case 'attempt.overdue':
        return this.#changeAttempt(event, state);
      case 'agent.joined':
      case 'agent.left':
      case 'agent.lost':
        // Ends or moves what its predecessor, or it, had open.
        for (const run of state.openRuns) this.#changeOn(run, event.server, event.atMs);
        return;
      case 'agent.draining':
      case 'server.cordoned':
      case 'server.uncordoned':
      case 'leader.elected':
      case 'leader.resigned':
      case 'checkpoint.begun':
      case 'checkpoint.part':
        return;
    }
  }

  #change(run: Run): RunChange {
    const known = this.runs.get(run.id);
    if (known !== undefined) return known;
    const change: RunChange = { run, newAt: undefined, isWhole: false, attempts: new Map() };
    this.runs.set(run.id, change);
    return change;
  }

  #changeWhole(run: Run | undefined): void {
    if (run !== undefined) this.#change(run).isWhole = true;
  }

  #changeAttempt(event: { run: RunId; node: NodeName; attempt: number }, state: State): void {
    const run = state.runs.get(event.run);
    const index = run?.definition.indexOf.get(event.node);
    if (run === undefined || index === undefined) return;
    const change = this.#change(run);
    // It may be in the history no more, and then all of it comes back.
    if (run.end !== undefined) change.isWhole = true;
    this.#touch(change, index, event.attempt);
  }

  /** The attempts that ended at that moment: more than that does no harm. */
  #changeEnded(run: Run | undefined, atMs: number): void {
    if (run === undefined) return;
    const change = this.#change(run);
    for (const [index, { attempts }] of run.nodes.entries()) {
      const last = attempts.at(-1);
      if (last?.finishedMs === atMs) this.#touch(change, index, last.number);
    }
  }

  #changeOn(run: Run, server: string, atMs: number): void {
    for (const [index, { attempts }] of run.nodes.entries()) {
      const last = attempts.at(-1);
      if (last?.server !== server || (last.outcome !== undefined && last.finishedMs !== atMs)) continue;
      this.#touch(this.#change(run), index, last.number);
    }
  }

  #touch({ attempts }: RunChange, index: number, attempt: number): void {
    const first = attempts.get(index);
    if (first === undefined || attempt < first) attempts.set(index, attempt);
  }
}

const COMMANDS = [
  'dag.applied',
  'dag.removed',
  'placement.applied',
  'run.triggered',
  'run.canceled',
  'run.paused',
  'run.resumed',
  'node.retried',
  'server.cordoned',
  'server.uncordoned',
] as const satisfies readonly EventType[];

/** What an operator did. */
export type CommandEvent = EventOf<(typeof COMMANDS)[number]>;

function isCommand(event: LogEvent): event is CommandEvent {
  return (COMMANDS as readonly string[]).includes(event.type);
}
