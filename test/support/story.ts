import { createState, fold } from '../../src/engine/fold.ts';
import type { Dag, DagNode } from '../../src/model/dag.ts';
import { DEFAULT_RETRY } from '../../src/model/dag.ts';
import type { LogEvent, Outcome, RunOutcome } from '../../src/model/event.ts';
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
} from '../../src/model/ids.ts';
import type { PlacementEntry } from '../../src/model/placement.ts';
import type { Run, State, Verdict } from '../../src/model/state.ts';
import type { SeenEvent } from '../../src/view/event-list.ts';

/** 2026-11-24 12:00:00 UTC. */
export const NOON_MS = Date.UTC(2026, 10, 24, 12, 0, 0);

export function utcTime(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 19);
}

/** `{ A: [], B: ['A'] }` as a dag whose nodes run `true`. */
export function dagOf(name: string, depends: Record<string, readonly string[]>): Dag {
  const nodes = Object.entries(depends).map(([node, sources]): DagNode => ({
    name: node as NodeName,
    command: { argv: ['true'] },
    depends: sources as readonly NodeName[],
    env: {},
    retry: { ...DEFAULT_RETRY, limit: 3 },
    triggerRule: 'all_success',
    maxLost: 3,
    priority: 0,
  }));
  return { name: name as DagName, params: {}, env: {}, nodes };
}

export const DIAMOND = dagOf('diamond', { A: [], B: ['A'], C: ['A'], D: ['B', 'C'], E: ['D'] });

/** 1 → `width` → 1. */
export function fanOf(name: string, width: number): Dag {
  const middle = Array.from({ length: width }, (_, at) => `part-${String(at + 1).padStart(3, '0')}`);
  const depends: Record<string, readonly string[]> = { split: [] };
  for (const part of middle) depends[part] = ['split'];
  depends['merge'] = middle;
  return dagOf(name, depends);
}

/** Events told in order and folded as they would come from the log. Each must be accepted. */
export class Story {
  readonly state: State = createState();
  /** All that was told. */
  readonly seen: SeenEvent[] = [];
  nowMs: number;
  #position = 0;
  #epoch = 0;

  constructor(nowMs = NOON_MS) {
    this.nowMs = nowMs;
  }

  later(byMs: number): this {
    this.nowMs += byMs;
    return this;
  }

  apply(dag: Dag, hash = `hash-${dag.name}`): this {
    return this.#fold({ type: 'dag.applied', hash: hash as DagHash, dag });
  }

  remove(name: string): this {
    return this.#fold({ type: 'dag.removed', name: name as DagName });
  }

  /** `{ 'srv-1': ['A', '*'] }` */
  place(servers: Record<string, readonly string[]>, standby: readonly string[] = []): this {
    const placed = Object.entries(servers).map(([host, nodes]) => ({
      host: host as ServerName,
      nodes: nodes.map((node): PlacementEntry =>
        node === '*' ? { everything: true } : { node: node as NodeName },
      ),
      labels: {},
      standby: standby.includes(host),
    }));
    return this.#fold({ type: 'placement.applied', placement: { servers: placed } });
  }

  elect(scheduler = 'sch-1'): this {
    this.#epoch += 1;
    return this.#fold({ type: 'leader.elected', epoch: this.#epoch, scheduler: scheduler as SchedulerId });
  }

  join(server: string, slots = 4): this {
    return this.#fold({
      type: 'agent.joined',
      server: server as ServerName,
      incarnation: `${server}/1` as Incarnation,
      names: [server],
      slots,
      labels: {},
      journal: `${server}-journal`,
      version: '0.1.0',
    });
  }

  cordon(server: string): this {
    return this.#fold({ type: 'server.cordoned', server: server as ServerName });
  }

  lose(server: string): this {
    const ids = { server: server as ServerName, incarnation: `${server}/1` as Incarnation };
    return this.#fold({ type: 'agent.lost', epoch: this.#epoch, ...ids });
  }

  trigger(
    dag: string,
    run: string,
    by = 'op:ann@desk',
    from: readonly string[] = [],
    traceparent?: string,
  ): this {
    const hash = this.state.dags.get(dag as DagName);
    return this.#fold({
      type: 'run.triggered',
      ...ids(dag, run),
      hash: hash ?? ('' as DagHash),
      params: {},
      by,
      ...(from.length === 0 ? {} : { from: from as NodeName[] }),
      ...(traceparent === undefined ? {} : { traceparent }),
    });
  }

  /** Of these nodes and what comes after them. */
  triggerFrom(dag: string, run: string, ...from: readonly string[]): this {
    return this.trigger(dag, run, 'op:ann@desk', from);
  }

  dispatch(run: string, node: string, server: string): this {
    const attempt = this.#attempts(run, node) + 1;
    const incarnation = `${server}/1` as Incarnation;
    const key = { ...this.#ofNode(run, node), attempt, server: server as ServerName, incarnation };
    return this.#fold({ type: 'attempt.dispatched', epoch: this.#epoch, ...key });
  }

  start(run: string, node: string, server: string): this {
    this.dispatch(run, node, server);
    return this.#fold({ type: 'attempt.started', ...this.#newest(run, node) });
  }

  /** What was dispatched starts. */
  begin(run: string, node: string): this {
    return this.#fold({ type: 'attempt.started', ...this.#newest(run, node) });
  }

  /** A result of the newest attempt that the fold only keeps as evidence. */
  late(run: string, node: string, outcome: Outcome): this {
    this.#tell({ type: 'attempt.finished', ...this.#newest(run, node), outcome });
    return this;
  }

  finish(run: string, node: string, outcome: Outcome, tail = ''): this {
    const wrote = { stdoutBytes: tail.length, stderrBytes: 0, droppedBytes: 0, tail };
    return this.#fold({ type: 'attempt.finished', ...this.#newest(run, node), outcome, wrote });
  }

  succeed(run: string, node: string, server: string): this {
    return this.start(run, node, server).later(400).finish(run, node, { is: 'succeeded' });
  }

  fail(run: string, node: string, server: string, error = 'exit code 1', tail = ''): this {
    return this.start(run, node, server)
      .later(400)
      .finish(run, node, { is: 'failed', error, exitCode: 1 }, tail);
  }

  /** `node.skipped` */
  skip(run: string, node: string): this {
    return this.#fold({ type: 'node.skipped', epoch: this.#epoch, ...this.#ofNode(run, node) });
  }

  /** `node.upstream_failed` */
  upstreamFailed(run: string, node: string): this {
    return this.#fold({ type: 'node.upstream_failed', epoch: this.#epoch, ...this.#ofNode(run, node) });
  }

  end(run: string, outcome: RunOutcome): this {
    const { dag } = this.run(run);
    return this.#fold({ type: 'run.finished', epoch: this.#epoch, dag, run: run as RunId, outcome });
  }

  retry(run: string, node: string, downstream = false): this {
    return this.#fold({ type: 'node.retried', ...this.#ofNode(run, node), downstream });
  }

  steer(type: 'run.canceled' | 'run.paused' | 'run.resumed', run: string): this {
    return this.#fold({ type, dag: this.run(run).dag, run: run as RunId });
  }

  run(run: string): Run {
    const found = this.state.runs.get(run as RunId);
    if (found === undefined) throw new Error(`no run ${run}`);
    return found;
  }

  #ofNode(run: string, node: string) {
    return { dag: this.run(run).dag, run: run as RunId, node: node as NodeName };
  }

  #attempts(run: string, node: string): number {
    const found = this.run(run);
    return found.nodes[found.definition.indexOf.get(node as NodeName) ?? -1]?.attempts.length ?? 0;
  }

  #newest(run: string, node: string) {
    const found = this.run(run);
    const attempt = found.nodes[found.definition.indexOf.get(node as NodeName) ?? -1]?.attempts.at(-1);
    if (attempt === undefined) throw new Error(`${node} has no attempt`);
    const { number, server, incarnation } = attempt;
    return { ...this.#ofNode(run, node), attempt: number, server, incarnation };
  }

  #fold(event: Body): this {
    const verdict = this.#tell(event);
    if (!verdict.accepted) throw new Error(`${event.type}: ${verdict.reason}`);
    return this;
  }

  #tell(event: Body): Verdict {
    this.#position += 1;
    const id = `e${this.#position}` as EventId;
    const whole: LogEvent = { by: 'test', id, atMs: this.nowMs, ...event };
    const verdict = fold(this.state, whole, this.#position as Position);
    this.seen.push({ event: whole, verdict });
    return verdict;
  }
}

type Body = {
  [T in LogEvent['type']]: Omit<Extract<LogEvent, { type: T }>, 'id' | 'atMs' | 'by'> & { by?: string };
}[LogEvent['type']];

function ids(dag: string, run: string) {
  return { dag: dag as DagName, run: run as RunId };
}
