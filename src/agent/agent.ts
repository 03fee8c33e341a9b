/**
 * The loop of an agent: takes attempts from its server's inbox, runs each at most once, and records how it ended.
 *
 *  1. Before an attempt starts, the log is read up to its dispatch, and the attempt must be open there, for this incarnation. (DESIGN, 6)
 *  2. Before a command starts, its attempt is in the journal; what is there already is not started again. (DESIGN, 6)
 *  3. A message is acknowledged as soon as its attempts are journalled, or are known to be none of ours. (DESIGN, 7)
 *  4. A result is in the journal before it goes to the log, and stays until the log has it. (DESIGN, 8)
 *  5. What the log has ended otherwise (canceled, overdue, lost) is stopped.
 *  6. An agent that was declared lost stops what it runs and joins anew; one that was replaced ends.
 */
import type { AgentIdentity } from './identity.ts';
import { messageCodec } from '../broker/port/codec.ts';
import type { LogWriter } from '../broker/port/log-writer.ts';
import type { Broker, InboxMessage, Unsubscribe } from '../broker/port/port.ts';
import type { Clock, MintId, Timer } from '../model/clock.ts';
import { CodedError } from '../model/coded-error.ts';
import type { LogEvent } from '../model/event.ts';
import { attemptLabel } from '../model/ids.ts';
import type { AttemptKey, Incarnation, Position } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import { agentHeartbeat, startMessage } from '../model/message.ts';
import { subjects } from '../model/subject.ts';
import type { Folded, Replica } from '../replica/replica.ts';
import { agentEvent, finishedEvent, joinedEvent, startedEvent } from './agent-events.ts';
import type { Execution, Executor, Finished, Journal } from './ports.ts';
import { settlePredecessor } from './predecessor.ts';
import { reaches } from './reach.ts';
import type { AgentSettings } from './settings.ts';
import { findStartable } from './startable.ts';
import type { Startable } from './startable.ts';

const startCodec = messageCodec(startMessage);
const heartbeatCodec = messageCodec(agentHeartbeat);

export type AgentParts = {
  readonly broker: Broker;
  readonly replica: Replica;
  readonly writer: LogWriter;
  readonly journal: Journal;
  readonly executor: Executor;
  readonly clock: Clock;
  readonly mintId: MintId;
  readonly identity: AgentIdentity;
  readonly settings: AgentSettings;
  readonly onNotice: (level: 'info' | 'warning' | 'error', text: string) => void;
  /** Another agent runs as this server now: this one must end. */
  readonly onReplaced: () => void;
};

type Running = { readonly key: AttemptKey; readonly execution: Execution };

export class Agent {
  readonly #parts: AgentParts;
  readonly #running = new Map<string, Running>();
  readonly #ends: Unsubscribe[] = [];
  #stopReceiving: Unsubscribe | undefined;
  #incarnation: Incarnation;
  #draining = false;
  #stopped = false;
  #heartbeat: Timer | undefined;
  /** Messages between their arrival and the start of their attempts. */
  #taking = 0;
  #idle: (() => void)[] = [];

  constructor(parts: AgentParts) {
    this.#parts = parts;
    this.#incarnation = parts.mintId() as Incarnation;
  }

  get incarnation(): Incarnation {
    return this.#incarnation;
  }

  /** Settles what a predecessor left, joins, and takes work. The replica must have been started. */
  async start(): Promise<void> {
    const { broker, identity, replica } = this.#parts;
    await settlePredecessor(this.#parts);
    this.#ends.push(
      replica.listen({ onFolded: (folded) => this.#onFolded(folded) }),
      await broker.bus.subscribe(subjects.whoWorks, { onMessage: () => this.#sayHello() }),
    );
    await this.#join();
    this.#beat();
    this.#stopReceiving = await broker.inbox.receive(
      identity.server,
      (message) => void this.#onMessage(message),
      limits.inboxInFlightMax,
    );
  }

  /** Takes no new work, lets what runs end or stops it after the grace, records it, and leaves. */
  async drain(graceMs = this.#parts.settings.drainGraceMs): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    const { clock, identity, writer } = this.#parts;
    this.#stopReceiving?.();
    // Not awaited: without a broker the commands get their grace all the same.
    this.#append([agentEvent('agent.draining', identity.server, this.#incarnation, clock.nowMs())]);
    if (this.#isBusy) {
      const timer = clock.after(graceMs, () => this.#stopAll());
      await new Promise<void>((resolve) => this.#idle.push(resolve));
      timer.cancel();
    }
    await writer.append([agentEvent('agent.left', identity.server, this.#incarnation, clock.nowMs())]);
    this.stop();
  }

  /** Ends at once, recording nothing: for one that was replaced, or whose log is gone. What runs is stopped. */
  stop(): void {
    this.#stopped = true;
    this.#heartbeat?.cancel();
    this.#stopReceiving?.();
    for (const end of this.#ends) end();
    this.#stopAll();
  }

  async #join(): Promise<void> {
    const { clock, identity, journal, replica, writer } = this.#parts;
    const joined = joinedEvent(identity, this.#incarnation, journal.id, clock.nowMs());
    const folded = new Promise<void>((resolve) => {
      const end = replica.listen({
        onFolded: (events) => {
          if (!events.some(({ event }) => event.id === joined.id)) return;
          end();
          resolve();
        },
      });
    });
    await writer.append([joined]);
    await folded;
  }

  async #onMessage(message: InboxMessage): Promise<void> {
    this.#taking += 1;
    try {
      await this.#take(message);
    } catch (error) {
      // The reconciler sends it again. Held until then, it would take a place that others need.
      message.ack();
      this.#parts.onNotice(
        'error',
        `could not take work: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    this.#taking -= 1;
    this.#settleIdle();
  }

  get #isBusy(): boolean {
    return this.#running.size > 0 || this.#taking > 0;
  }

  #settleIdle(): void {
    if (this.#isBusy) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #take(message: InboxMessage): Promise<void> {
    const { broker, clock, journal, onNotice, replica } = this.#parts;
    const start = startCodec.decode(message.body);
    if (start === undefined || !(await reaches(start.position as Position, replica, broker.log, clock))) {
      message.ack();
      const why = start === undefined ? 'it is no work' : `the log has no place ${start.position}`;
      onNotice('warning', `dropped a message of the inbox, of ${message.body.length} bytes: ${why}`);
      return;
    }
    if (this.#draining || this.#stopped) return;
    const startable = findStartable(replica.state, this.#incarnation, start.attempts);
    const commands = startable.filter(({ job }) => job !== undefined);
    const fresh = new Set((await journal.begin(commands.map(({ key }) => key))).map(attemptLabel));
    message.ack();
    if (this.#stopped) return;
    for (const item of startable) {
      if (item.job === undefined) this.#passThrough(item);
      else if (fresh.has(attemptLabel(item.key))) this.#run(item.key, item);
    }
  }

  /** Nothing to run, so nothing to journal: a second copy of its end changes nothing. */
  #passThrough(item: Startable): void {
    const { clock, identity } = this.#parts;
    const ended = { outcome: { is: 'succeeded' }, wrote: undefined } as const;
    const nowMs = clock.nowMs();
    this.#append([
      finishedEvent({ ...item.key, dag: item.dag }, identity.server, this.#incarnation, ended, nowMs, nowMs),
    ]);
  }

  #run(key: AttemptKey, { dag, job }: Startable): void {
    if (job === undefined) return;
    const { clock, executor, identity } = this.#parts;
    const label = attemptLabel(key);
    const startedMs = clock.nowMs();
    const incarnation = this.#incarnation;
    this.#append([startedEvent({ ...key, dag }, identity.server, incarnation, startedMs)]);
    const execution = executor.start(job);
    this.#running.set(label, { key, execution });
    const ended = execution.ended.then((end) =>
      this.#record(
        finishedEvent({ ...key, dag }, identity.server, incarnation, end, clock.nowMs(), startedMs),
        key,
      ),
    );
    ended.catch((error: unknown) => this.#onRecordFailed(key, error));
  }

  async #record(finished: Finished, key: AttemptKey): Promise<void> {
    const { journal, onNotice, writer } = this.#parts;
    await journal.finish([finished]).catch((error: unknown) => {
      // A full disk, say. The log may still take it.
      onNotice('error', `the journal cannot keep the result of ${attemptLabel(key)}: ${String(error)}`);
    });
    this.#running.delete(attemptLabel(key));
    await writer.append([finished]);
    await journal.confirm([key]);
    this.#settleIdle();
  }

  #onRecordFailed(key: AttemptKey, error: unknown): void {
    if (this.#stopped) return;
    const text = error instanceof Error ? error.message : String(error);
    this.#parts.onNotice('error', `the result of ${attemptLabel(key)} is only in the journal: ${text}`);
  }

  #onFolded(folded: readonly Folded[]): void {
    const { identity, onNotice, onReplaced, replica } = this.#parts;
    let look = false;
    for (const { event, verdict } of folded) {
      if (!verdict.accepted) continue;
      look ||=
        event.type === 'run.canceled' || event.type === 'agent.lost' || event.type === 'attempt.overdue';
      look ||= event.type === 'agent.joined';
    }
    if (!look || this.#stopped) return;
    const self = replica.state.agents.get(identity.server);
    for (const { key, execution } of this.#running.values()) if (!this.#isWanted(key)) execution.stop();
    if (self === undefined) return;
    if (self.incarnation === this.#incarnation && self.presence === 'lost') {
      onNotice('warning', 'this server was declared lost; what ran here was stopped, and it joins anew');
      this.#incarnation = this.#parts.mintId() as Incarnation;
      this.#join().catch((error: unknown) => onNotice('error', String(error)));
      return;
    }
    const joinedByOther = folded.some(
      ({ event, verdict }) =>
        verdict.accepted &&
        event.type === 'agent.joined' &&
        event.server === identity.server &&
        event.incarnation !== this.#incarnation,
    );
    if (!joinedByOther || self.incarnation === this.#incarnation) return;
    onNotice('error', `another agent runs as ${identity.server} now; this one ends`);
    this.stop();
    onReplaced();
  }

  /** Whether the log still waits for this attempt to end by itself. */
  #isWanted(key: AttemptKey): boolean {
    const run = this.#parts.replica.state.runs.get(key.run);
    const index = run?.definition.indexOf.get(key.node);
    const attempt = index === undefined ? undefined : run?.nodes[index]?.attempts[key.attempt - 1];
    return run !== undefined && !run.canceled && attempt !== undefined && attempt.outcome === undefined;
  }

  #stopAll(): void {
    for (const { execution } of this.#running.values()) execution.stop();
  }

  #beat(): void {
    if (this.#stopped) return;
    this.#sayHello();
    this.#heartbeat = this.#parts.clock.after(this.#parts.settings.heartbeatMs, () => this.#beat());
  }

  #sayHello(): void {
    const { broker, clock, identity } = this.#parts;
    const keys = [...this.#running.values()].slice(0, limits.heartbeatAttemptsMax).map(({ key }) => key);
    const heartbeat = {
      type: 'agent',
      server: identity.server,
      incarnation: this.#incarnation,
      atMs: clock.nowMs(),
      slots: identity.slots,
      running: keys.map(({ run, node, attempt }) => ({ run, node, attempt })),
      runningCount: this.#running.size,
      draining: this.#draining,
      version: identity.version,
      ...(identity.loadAverage === undefined ? {} : { loadAverage: identity.loadAverage() }),
    } as const;
    broker.bus.publish(subjects.agentHeartbeat(identity.server), heartbeatCodec.encode({ ...heartbeat }));
  }

  #append(events: readonly LogEvent[]): void {
    this.#parts.writer.append(events).catch((error: unknown) => {
      if (this.#stopped) return;
      const hint = error instanceof CodedError ? error.message : String(error);
      this.#parts.onNotice('error', `could not report to the log: ${hint}`);
    });
  }
}
