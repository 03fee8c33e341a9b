import { decodeRecord } from '../../src/broker/port/codec.ts';
import type { StoredRecord } from '../../src/broker/port/port.ts';
import { stateOf } from '../../src/replica/checkpoint-text.ts';
import { createState, fold } from '../../src/engine/fold.ts';
import type { TriggerRule } from '../../src/model/dag.ts';
import type { EventOf, LogEvent } from '../../src/model/event.ts';
import { attemptLabel } from '../../src/model/ids.ts';
import type { AttemptKey, NodeName, SchedulerId } from '../../src/model/ids.ts';
import { isFinal } from '../../src/model/state.ts';
import type { NodeState, Run, State } from '../../src/model/state.ts';
import { canonicalState } from '../support/canonical-state.ts';
import type { World } from './world.ts';

export class Violation extends Error {}

/** Watches the log as it grows, and the machines; knows the promises in its own words, not by the engine's code. */
export class Checker {
  readonly state: State = createState();
  accepted = 0;
  rejected = 0;
  violation: Violation | undefined;
  readonly #world: World;
  readonly #leaders = new Map<number, SchedulerId>();
  readonly #dispatched = new Set<string>();
  readonly #starts = new Map<string, number>();
  readonly #outcomes = new Map<string, string>();
  readonly #said = new Set<string>();
  /** Told when a node failed for good, or the last open node of a run has ended: when an operator may step in. */
  onEnded: (run: Run) => void = () => undefined;
  /** Whether this incarnation is alive and has been awake for long: nobody may call it lost. */
  isWellKnownAlive: (incarnation: string) => boolean = () => false;
  #epoch = 0;
  readonly #runs = new Set<string>();
  /** The checkpoint that is being written: where it began, the state as of then, and its parts so far. */
  #writing: { base: number; state: string; parts: EventOf<'checkpoint.part'>[] } | undefined;
  readonly #complete = new Set<number>();

  constructor(world: World) {
    this.#world = world;
  }

  onStart(key: AttemptKey): void {
    const label = attemptLabel(key);
    const starts = (this.#starts.get(label) ?? 0) + 1;
    this.#starts.set(label, starts);
    this.#world.say(() => `start of ${label}`);
    if (starts > 1) this.fail(`${label} was started ${starts} times`);
    if (!this.#dispatched.has(label)) this.fail(`${label} was started and never dispatched`);
  }

  /** Checkpoints that are complete. */
  get checkpoints(): number {
    return this.#complete.size;
  }

  /** Whether the run was triggered, whether or not it is still in memory. */
  knows(run: string): boolean {
    return this.#runs.has(run);
  }

  onTrim(through: number): void {
    if (!this.#complete.has(through))
      this.fail(`the log is cut at ${through}, where no complete checkpoint begins`);
  }

  onRecord(record: StoredRecord): void {
    for (const event of decodeRecord(record.body).events) this.#take(event, record);
  }

  /** After everything came to rest: all has ended, and every way of reading the log gives this state. */
  atRest(records: readonly StoredRecord[], others: readonly State[], acknowledged: readonly string[]): void {
    for (const id of acknowledged) {
      if (!this.knows(id)) this.fail(`run ${id} was acknowledged and is not there`);
    }
    for (const run of this.state.runs.values()) this.#checkEnded(run);
    for (const agent of this.state.agents.values()) {
      if (agent.load !== 0) this.fail(`${agent.server} has a load of ${agent.load} with nothing open`);
    }
    const expected = canonicalState(this.state);
    for (const other of others)
      if (canonicalState(other) !== expected) this.fail('two readers fold to different states');
    if (canonicalState(replay(records, 0)) !== expected) this.fail('replaying the log gives another state');
    const split = this.#world.random.int(0, records.length);
    if (canonicalState(replay(records, split)) !== expected)
      this.fail(`resuming at ${split} gives another state`);
  }

  #take(event: LogEvent, { position }: StoredRecord): void {
    const before = this.#whyNot(event);
    const ended = this.#ended(event);
    const verdict = fold(this.state, event, position);
    this.#world.say(
      () => `log ${position} ${describe(event)}${verdict.accepted ? '' : ` REJECTED: ${verdict.reason}`}`,
    );
    if (!verdict.accepted) {
      this.rejected += 1;
      return;
    }
    this.accepted += 1;
    if (isSaidOnce(event)) {
      if (this.#said.has(event.id)) this.fail(`${describe(event)} was accepted twice`);
      this.#said.add(event.id);
    }
    if (event.type === 'attempt.dispatched') this.#dispatched.add(attemptLabel(event));
    if (event.type === 'run.triggered') this.#runs.add(event.run);
    if ('checkpoint' in event) this.#checkCheckpoint(event, position);
    if ('run' in event) this.#noticeEnd(event);
    if (before !== undefined) this.fail(`${describe(event)} was accepted: ${before}`);
    if (event.type === 'leader.elected') {
      if (event.epoch <= this.#epoch || this.#leaders.has(event.epoch))
        this.fail(`epoch ${event.epoch} has two leaders`);
      this.#epoch = event.epoch;
      this.#leaders.set(event.epoch, event.scheduler);
    } else if ('epoch' in event) {
      const leader = this.#leaders.get(event.epoch);
      if (event.epoch !== this.#epoch || event.by !== leader)
        this.fail(`${describe(event)} by ${event.by}, who does not lead`);
    }
    for (const { run, index, state } of ended) {
      if (run.nodes[index]?.status.is !== state)
        this.fail(`${describe(event)} took the end of a node back: ${state}`);
    }
    if ('run' in event) this.#checkAttempts(event.run);
  }

  /** The nodes that must be in their final state after the event too: all that have one, unless an operator retries. */
  #ended(event: LogEvent): { readonly run: Run; readonly index: number; readonly state: NodeState }[] {
    if (event.type === 'node.retried' || !('run' in event)) return [];
    const run = this.state.runs.get(event.run);
    if (run === undefined) return [];
    return run.nodes.flatMap(({ status }, index) =>
      isFinal(status.is) ? [{ run, index, state: status.is }] : [],
    );
  }

  #noticeEnd(event: LogEvent & { run: Run['id'] }): void {
    const run = this.state.runs.get(event.run);
    if (run === undefined || run.end !== undefined) return;
    const index = event.type === 'attempt.finished' ? run.definition.indexOf.get(event.node) : undefined;
    const state = index === undefined ? undefined : run.nodes[index]?.status.is;
    if (state === 'failed' || run.unsettled === 0) this.onEnded(run);
  }

  /** What speaks against this decision, in the checker's own words. */
  #whyNot(event: LogEvent): string | undefined {
    if (event.type === 'attempt.dispatched') return this.#whyNotDispatch(event);
    if (event.type === 'node.skipped' || event.type === 'node.upstream_failed')
      return this.#whyNotSettle(event);
    const isAlive = event.type === 'agent.lost' && this.isWellKnownAlive(event.incarnation);
    return isAlive ? 'it is alive, and was heard whenever it could be' : undefined;
  }

  #whyNotSettle(event: EventOf<'node.skipped'> | EventOf<'node.upstream_failed'>): string | undefined {
    const run = this.state.runs.get(event.run);
    const index = run?.definition.indexOf.get(event.node);
    if (run === undefined || index === undefined) return 'there is no such node';
    const outside = this.#whyOutside(run, event.node);
    if (outside !== undefined) return outside;
    const { rule, upstream } = this.#rule(run, index);
    return mayHold(rule, upstream)
      ? `its rule ${JSON.stringify(rule)} may still hold: ${upstream.join(', ')}`
      : undefined;
  }

  #whyNotDispatch(event: EventOf<'attempt.dispatched'>): string | undefined {
    const run = this.state.runs.get(event.run);
    const index = run?.definition.indexOf.get(event.node);
    if (run === undefined || index === undefined) return 'there is no such node';
    const node = run.nodes[index];
    const outside = this.#whyOutside(run, event.node);
    if (outside !== undefined) return outside;
    const { rule, upstream } = this.#rule(run, index);
    if (!holds(rule, upstream))
      return `its rule ${JSON.stringify(rule)} does not hold for ${upstream.join(', ')}`;
    if (node?.attempts.length !== event.attempt - 1) return `after attempt ${node?.attempts.length}`;
    if (node.attempts.some(({ outcome }) => outcome === undefined)) return 'an earlier attempt is open';
    if (run.end !== undefined || run.canceled || run.paused) return 'the run is ended, canceled or paused';
    // Agents of the simulation have one name.
    if (this.state.cordoned.has(event.server)) return `${event.server} is cordoned`;
    return undefined;
  }

  /** A run that starts at nodes has these and all that comes after them, and nothing else. */
  #whyOutside(run: Run, node: NodeName): string | undefined {
    return this.#isInside(run, node)
      ? undefined
      : `${node} does not come after ${run.scope?.from.join(', ')}`;
  }

  #isInside(run: Run, node: NodeName): boolean {
    if (run.scope === undefined || run.scope.from.includes(node)) return true;
    const depends = run.definition.dag.nodes.find(({ name }) => name === node)?.depends ?? [];
    return depends.some((source) => this.#isInside(run, source));
  }

  /** What counts for a node is what the run executes. */
  #rule(run: Run, index: number): { rule: TriggerRule; upstream: NodeState[] } {
    const node = run.definition.dag.nodes[index];
    const counting = (node?.depends ?? []).filter((source) => this.#isInside(run, source));
    const upstream = counting.map(
      (source) => run.nodes[run.definition.indexOf.get(source) ?? -1]?.status.is ?? 'waiting',
    );
    const rule = node?.triggerRule ?? 'all_success';
    const isQuorum = typeof rule === 'object';
    return { rule: isQuorum ? { atLeast: Math.min(rule.atLeast, counting.length) } : rule, upstream };
  }

  #checkAttempts(id: Run['id']): void {
    const run = this.state.runs.get(id);
    for (const [index, node] of run?.nodes.entries() ?? []) {
      for (const attempt of node.attempts) {
        const label = `${id}/${index}#${attempt.number}`;
        const outcome = attempt.outcome === undefined ? undefined : JSON.stringify(attempt.outcome);
        const known = this.#outcomes.get(label);
        if (known !== undefined && known !== outcome)
          this.fail(`the outcome of ${label} changed from ${known} to ${outcome}`);
        if (outcome !== undefined) this.#outcomes.set(label, outcome);
      }
    }
  }

  /** A checkpoint is the state at its beginning, to the last byte, in parts of which none is missing. */
  #checkCheckpoint(event: EventOf<'checkpoint.begun'> | EventOf<'checkpoint.part'>, position: number): void {
    if (event.type === 'checkpoint.begun') {
      this.#writing = { base: position, state: canonicalState(this.state), parts: [] };
      return;
    }
    const writing = this.#writing;
    if (writing?.base !== event.base || event.part !== writing.parts.length + 1) {
      this.fail(`part ${event.part} of the checkpoint of ${event.base} was accepted out of its order`);
      return;
    }
    writing.parts.push(event);
    if (event.part < event.parts) return;
    const state = stateOf(writing.parts);
    if (typeof state === 'string') this.fail(`the checkpoint of ${event.base} is none: ${state}`);
    else if (canonicalState(state) !== writing.state)
      this.fail(`the checkpoint of ${event.base} is not the state as of then`);
    this.#complete.add(event.base);
    this.#writing = undefined;
  }

  #checkEnded(run: Run): void {
    if (run.end === undefined)
      this.fail(`run ${run.id} did not end: ${run.nodes.map(({ status }) => status.is).join(', ')}`);
    for (const [index, node] of run.nodes.entries()) {
      const name = `${run.id}/${run.definition.dag.nodes[index]?.name}`;
      const nodeName = run.definition.dag.nodes[index]?.name;
      if (nodeName !== undefined && !this.#isInside(run, nodeName) && node.status.is !== 'skipped')
        this.fail(`${name} is ${node.status.is} and does not belong to the run`);
      if (!isFinal(node.status.is)) this.fail(`${name} is ${node.status.is} in an ended run`);
      if (node.attempts.some(({ number }, at) => number !== at + 1))
        this.fail(`the attempts of ${name} have gaps`);
      if (node.attempts.some(({ outcome }) => outcome === undefined))
        this.fail(`an attempt of ${name} has no outcome`);
    }
    if (run.ready.size + run.active.size + run.retrying.size + run.unsettled > 0)
      this.fail(`${run.id} has leftovers`);
    if (
      run.end?.outcome === 'succeeded' &&
      run.nodes.every(({ status }) => status.is !== 'succeeded' && status.is !== 'skipped')
    ) {
      this.fail(`${run.id} succeeded with nothing that did`);
    }
  }

  fail(text: string): void {
    this.violation ??= new Violation(text);
    this.#world.say(() => `VIOLATION: ${text}`);
  }
}

/** Folds the log anew; at `split` the state goes through a copy, as if a reader had stored and loaded it. */
function replay(records: readonly StoredRecord[], split: number): State {
  let state = createState();
  for (const [at, record] of records.entries()) {
    if (at === split) state = structuredClone(state);
    for (const event of decodeRecord(record.body).events) fold(state, event, record.position);
  }
  return state;
}

/** The trigger rules in plain words, over the states themselves. */
function holds(rule: TriggerRule, upstream: readonly NodeState[]): boolean {
  if (upstream.length === 0) return true;
  const succeeded = upstream.filter((state) => state === 'succeeded').length;
  const skipped = upstream.filter((state) => state === 'skipped').length;
  const ended = upstream.filter((state) => isFinal(state)).length;
  const failed = ended - succeeded - skipped;
  if (typeof rule === 'object') return succeeded >= rule.atLeast;
  const everyEnded = ended === upstream.length;
  switch (rule) {
    case 'all_success':
      return succeeded === upstream.length;
    case 'all_done':
      return everyEnded;
    case 'all_failed':
      return failed === upstream.length;
    case 'one_success':
      return succeeded > 0;
    case 'one_failed':
      return failed > 0;
    case 'none_failed':
      return everyEnded && failed === 0;
    case 'none_failed_min_one_success':
      return everyEnded && failed === 0 && succeeded > 0;
    case 'always':
      return true;
  }
}

/** What an operator, or one start of an agent or a leadership, says: a second copy must change nothing. */
function isSaidOnce(event: LogEvent): boolean {
  if (event.type === 'attempt.started' || event.type === 'attempt.finished') return true;
  return event.by.startsWith('op:') || event.type.startsWith('agent.') || event.type.startsWith('leader.');
}

/** Whether the rule holds, or can once what is open has ended somehow. */
function mayHold(rule: TriggerRule, upstream: readonly NodeState[]): boolean {
  const at = upstream.findIndex((state) => !isFinal(state));
  if (at === -1 || holds(rule, upstream)) return holds(rule, upstream);
  return (['succeeded', 'failed', 'skipped'] as const).some((end) => mayHold(rule, upstream.with(at, end)));
}

function describe(event: LogEvent): string {
  const parts = [event.type, event.by];
  if ('epoch' in event) parts.push(`e${event.epoch}`);
  if ('server' in event) parts.push(event.server);
  if ('run' in event) parts.push(event.run);
  if ('node' in event) parts.push(event.node);
  if ('attempt' in event) parts.push(`#${event.attempt}`);
  if ('outcome' in event) parts.push(typeof event.outcome === 'string' ? event.outcome : event.outcome.is);
  return parts.join(' ');
}
