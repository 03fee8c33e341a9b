/**
 * What a leading scheduler should append now. Pure: the state, the time and the silence of agents are inputs. It proposes only what
 * `fold` accepts on the same state, proposes it again as long as it is not in the log, and comes to rest when nothing is due.
 */
import type { Decision } from '../model/event.ts';
import type { EventId, Incarnation } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import type { Run, State } from '../model/state.ts';
import { takesSlot } from './attempt-end.ts';
import { ruleAnswer } from './node-change.ts';
import { runOutcome } from './run-outcome.ts';
import { ServerChoice } from './server-choice.ts';
import { settled } from './settlement.ts';

export type Decisions = {
  readonly events: readonly Decision[];
  /** When to look again though nothing happens: the next backoff or deadline. Undefined: never. */
  readonly wakeAtMs: number | undefined;
};

/** After its timeout an agent gets this long to report before the attempt is declared overdue. */
export const OVERDUE_AFTER_MS = 60_000;
/** A backoff that ends this much later than it should tells of clocks that disagree, not of patience. */
const CLOCK_SKEW_MAX_MS = 5_000;

/** `silent`: incarnations without a heartbeat for the grace period. `by` signs the events. */
export function decide(state: State, nowMs: number, silent: ReadonlySet<Incarnation>, by: string): Decisions {
  const round = new Round(state, nowMs, by);
  for (const agent of state.agents.values()) {
    const there = agent.presence === 'present' || agent.presence === 'draining';
    if (there && silent.has(agent.incarnation)) round.lose(agent.server, agent.incarnation);
  }
  // What the lost agents had is free only once that is in the log.
  if (round.events.length === 0) {
    for (const run of state.openRuns) round.decideRun(run);
    round.dispatch();
  }
  return { events: round.events, wakeAtMs: round.wakeAtMs };
}

class Round {
  readonly events: Decision[] = [];
  wakeAtMs: number | undefined;
  readonly #state: State;
  readonly #nowMs: number;
  readonly #by: string;
  readonly #startable: { run: Run; index: number; priority: number }[] = [];
  #priorities = false;

  constructor(state: State, nowMs: number, by: string) {
    this.#state = state;
    this.#nowMs = nowMs;
    this.#by = by;
  }

  lose(server: Extract<Decision, { type: 'agent.lost' }>['server'], incarnation: Incarnation): void {
    this.events.push({ ...this.#envelope(`lost/${incarnation}`), type: 'agent.lost', server, incarnation });
  }

  decideRun(run: Run): void {
    if (run.unsettled === 0) {
      const id = `end/${run.id}/${run.lastEventMs}`;
      const outcome = runOutcome(run);
      this.events.push({ ...this.#envelope(id), type: 'run.finished', dag: run.dag, run: run.id, outcome });
      return;
    }
    for (const { index, to } of settled(run)) {
      const node = run.definition.dag.nodes[index]?.name;
      if (node === undefined) continue;
      const envelope = this.#envelope(`${to}/${run.id}/${node}`);
      this.events.push({ ...envelope, type: `node.${to}`, dag: run.dag, run: run.id, node });
    }
    this.#deadlines(run);
    if (run.paused) return;
    for (const index of run.ready) {
      if (ruleAnswer(run, index) === 'start') this.#propose(run, index);
    }
    for (const index of run.retrying) {
      const status = run.nodes[index]?.status;
      // A retry by hand of what it depends on may have taken the ground from under it: then it waits, or is settled.
      if (status?.is !== 'retrying' || ruleAnswer(run, index) !== 'start') continue;
      const leftMs = status.dueMs - this.#nowMs;
      if (leftMs <= 0 || leftMs > status.delayMs * 2 + CLOCK_SKEW_MAX_MS) this.#propose(run, index);
      else this.#wake(status.dueMs);
    }
  }

  /** Places what may start, by priority and then by the age of the run, until servers are full. */
  dispatch(): void {
    if (this.#priorities) this.#startable.sort((a, b) => b.priority - a.priority);
    const choice = new ServerChoice(this.#state);
    for (const { run, index } of this.#startable) {
      if (this.events.length >= limits.decisionsMax) {
        this.#wake(this.#nowMs);
        return;
      }
      const node = run.definition.dag.nodes[index];
      const state = run.nodes[index];
      if (node === undefined || state === undefined) continue;
      const attempt = state.attempts.length + 1;
      const keyOf = (): string => `${run.id}/${node.name}/${attempt}`;
      const agent = choice.choose(run.dag, node.name, takesSlot(run, index), keyOf);
      if (agent === undefined) continue;
      this.events.push({
        ...this.#envelope(`try/${keyOf()}`),
        type: 'attempt.dispatched',
        dag: run.dag,
        run: run.id,
        node: node.name,
        attempt,
        server: agent.server,
        incarnation: agent.incarnation,
      });
    }
  }

  #propose(run: Run, index: number): void {
    const priority = run.definition.dag.nodes[index]?.priority ?? 0;
    if (priority !== 0) this.#priorities = true;
    this.#startable.push({ run, index, priority });
  }

  /** Attempts whose agent is alive and yet silent about them long after their time. */
  #deadlines(run: Run): void {
    for (const index of run.active) {
      const node = run.definition.dag.nodes[index];
      const attempt = run.nodes[index]?.attempts.at(-1);
      if (node?.timeoutMs === undefined || attempt?.startedMs === undefined) continue;
      const dueMs = attempt.startedMs + node.timeoutMs + OVERDUE_AFTER_MS;
      if (this.#nowMs < dueMs) {
        this.#wake(dueMs);
        continue;
      }
      const { number, server } = attempt;
      const envelope = this.#envelope(`overdue/${run.id}/${node.name}/${number}`);
      const where = { dag: run.dag, run: run.id, node: node.name, attempt: number, server };
      this.events.push({ ...envelope, ...where, type: 'attempt.overdue' });
    }
  }

  #wake(atMs: number): void {
    this.wakeAtMs = Math.min(this.wakeAtMs ?? Number.POSITIVE_INFINITY, atMs);
  }

  #envelope(what: string) {
    const { epoch } = this.#state;
    return { id: `${epoch}/${what}` as EventId, atMs: this.#nowMs, by: this.#by, epoch };
  }
}
