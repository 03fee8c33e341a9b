import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { openBroker } from '../../src/broker/open.ts';
import { messageCodec } from '../../src/broker/port/codec.ts';
import { createLogWriter } from '../../src/broker/port/log-writer.ts';
import type { LogWriter } from '../../src/broker/port/log-writer.ts';
import type { Broker, InboxMessage } from '../../src/broker/port/port.ts';
import { mintId, systemClock } from '../../src/cli/system-clock.ts';
import type { Dag } from '../../src/model/dag.ts';
import type { EventType, LogEvent } from '../../src/model/event.ts';
import { attemptLabel } from '../../src/model/ids.ts';
import type { DagHash, EventId, Incarnation, RunId, SchedulerId, ServerName } from '../../src/model/ids.ts';
import type { Verdict } from '../../src/model/state.ts';
import { agentHeartbeat, startMessage } from '../../src/model/message.ts';
import { subjects } from '../../src/model/subject.ts';
import { Replica } from '../../src/replica/replica.ts';
import type { Folded } from '../../src/replica/replica.ts';
import { Scheduler } from '../../src/scheduler/scheduler.ts';
import type { SchedulerSettings } from '../../src/scheduler/settings.ts';

/** Short enough for a test, and long beside the stalls of a busy machine. */
const SETTINGS: SchedulerSettings = {
  lostAfterMs: 2_000,
  electAfterMs: 1_000,
  firstElectAfterMs: 50,
  heartbeatMs: 100,
  resendAfterMs: 500,
  tickMs: 25,
  stallMs: 1_000,
};

const startCodec = messageCodec(startMessage);
const heartbeatCodec = messageCodec(agentHeartbeat);

type Body = { [T in EventType]: Omit<Extract<LogEvent, { type: T }>, 'id' | 'atMs' | 'by'> }[EventType];

/** One process, as far as the scheduler sees: its own connection to the broker, its own replica. */
export type Seat = { readonly broker: Broker; readonly replica: Replica; readonly writer: LogWriter };

/** Real schedulers on a real embedded broker in a temporary folder. `close` ends all of them. */
export class SchedulerStage {
  readonly #folder: string;
  readonly #ends: (() => Promise<void> | void)[] = [];
  /** Who looks on, triggers and steers. */
  readonly operator: Seat;
  /** Everything that was folded, in order. */
  readonly log: Folded[] = [];

  private constructor(folder: string, operator: Seat) {
    this.#folder = folder;
    this.operator = operator;
    operator.replica.listen({ onFolded: (folded) => void this.log.push(...folded) });
  }

  static async open(): Promise<SchedulerStage> {
    const folder = await mkdtemp(join(tmpdir(), 'dagtop-scheduler-'));
    const stage = new SchedulerStage(folder, await sit(folder));
    stage.#ends.push(() => leave(stage.operator));
    return stage;
  }

  async seat(): Promise<Seat> {
    const seat = await sit(this.#folder);
    this.#ends.push(() => leave(seat));
    return seat;
  }

  /** `wrap` puts a fault into its broker. */
  async scheduler(id: string, wrap: (broker: Broker) => Broker = (broker) => broker): Promise<Scheduler> {
    const seat = await this.seat();
    const scheduler = new Scheduler({
      ...seat,
      broker: wrap(seat.broker),
      clock: systemClock,
      id: id as SchedulerId,
      settings: SETTINGS,
    });
    await scheduler.start();
    this.#ends.push(() => scheduler.stop());
    return scheduler;
  }

  /** An agent that takes work and tells of its life, and runs nothing. */
  async agent(server: string, { beats = true } = {}): Promise<IdleAgent> {
    const agent = new IdleAgent(await this.seat(), server);
    this.#ends.push(() => agent.fallSilent());
    await this.append({
      type: 'agent.joined',
      server: agent.server,
      incarnation: agent.incarnation,
      names: [server],
      slots: 10,
      labels: {},
      journal: `${server}-journal`,
      version: '0.1.0',
    });
    await agent.start(beats);
    return agent;
  }

  /** Appends and waits until it is folded here: whether it was accepted. */
  async append(body: Body, by = 'op:test'): Promise<Verdict> {
    const id = mintId() as EventId;
    await this.operator.writer.append([{ ...body, id, atMs: Date.now(), by }]);
    await this.until(() => this.log.some(({ event }) => event.id === id));
    return this.log.find(({ event }) => event.id === id)?.verdict ?? { accepted: false, reason: '' };
  }

  /** The accepted events of a type, in the order of the log. */
  accepted<T extends EventType>(type: T): Extract<LogEvent, { type: T }>[] {
    const events = this.log.flatMap(({ event, verdict }) => (verdict.accepted ? [event] : []));
    return events.filter((event): event is Extract<LogEvent, { type: T }> => event.type === type);
  }

  /** Applies `dag`, places all of it on `servers`, and triggers a run of it. */
  async run(dag: Dag, servers: readonly string[]): Promise<RunId> {
    const hash = `hash-${dag.name}` as DagHash;
    await this.append({ type: 'dag.applied', hash, dag });
    const placed = servers.map((host) => ({
      host: host as ServerName,
      nodes: [{ everything: true as const }],
      labels: {},
      standby: false,
    }));
    await this.append({ type: 'placement.applied', placement: { servers: placed } });
    const run = `run-${dag.name}` as RunId;
    await this.append({ type: 'run.triggered', dag: dag.name, run, hash, params: {} });
    return run;
  }

  /** Waits for a condition of the operator's state. */
  async until(holds: () => boolean): Promise<void> {
    await vi.waitUntil(holds, { timeout: 20_000, interval: 10 });
  }

  async close(): Promise<void> {
    for (const end of this.#ends.toReversed()) await end();
    await rm(this.#folder, { recursive: true });
  }
}

export class IdleAgent {
  readonly server: ServerName;
  readonly incarnation: Incarnation;
  /** The attempts of all messages, in order, each copy of them. */
  readonly received: string[] = [];
  readonly #seat: Seat;
  #beating: NodeJS.Timeout | undefined;

  constructor(seat: Seat, server: string) {
    this.#seat = seat;
    this.server = server as ServerName;
    this.incarnation = `${server}.${mintId()}` as Incarnation;
  }

  async start(beats: boolean): Promise<void> {
    if (beats) this.#beating = setInterval(() => this.#beat(), 100);
    const take = (message: InboxMessage): void => {
      message.ack();
      this.received.push(...(startCodec.decode(message.body)?.attempts ?? []).map(attemptLabel));
    };
    await this.#seat.broker.inbox.receive(this.server, take, 10);
  }

  fallSilent(): void {
    clearInterval(this.#beating);
  }

  #beat(): void {
    this.#seat.broker.bus.publish(
      subjects.agentHeartbeat(this.server),
      heartbeatCodec.encode({
        type: 'agent',
        server: this.server,
        incarnation: this.incarnation,
        atMs: Date.now(),
        slots: 10,
        running: [],
        runningCount: 0,
        draining: false,
        version: '0.1.0',
      }),
    );
  }
}

async function sit(folder: string): Promise<Seat> {
  const broker = await openBroker(`embedded:${folder}`, { namespace: 'dag' });
  const replica = new Replica();
  await replica.start(broker.log);
  return { broker, replica, writer: createLogWriter(broker.log, systemClock) };
}

async function leave({ broker, replica, writer }: Seat): Promise<void> {
  replica.stop();
  writer.close();
  await broker.close();
}
