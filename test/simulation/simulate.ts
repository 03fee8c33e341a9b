import { createLogWriter } from '../../src/broker/port/log-writer.ts';
import type { LogWriter } from '../../src/broker/port/log-writer.ts';
import type { EventLog } from '../../src/broker/port/port.ts';
import { Agent } from '../../src/agent/agent.ts';
import type { EventId, RunId, SchedulerId, ServerName } from '../../src/model/ids.ts';
import type { EventType, LogEvent } from '../../src/model/event.ts';
import { isFinal } from '../../src/model/state.ts';
import type { Run } from '../../src/model/state.ts';
import type { From } from '../../src/replica/beginning.ts';
import { CodedError } from '../../src/model/coded-error.ts';
import { Replica } from '../../src/replica/replica.ts';
import { Scheduler } from '../../src/scheduler/scheduler.ts';
import { DEFAULT_SCHEDULER_SETTINGS } from '../../src/scheduler/settings.ts';
import { SimBroker } from './broker.ts';
import { Checker } from './checker.ts';
import { Machine } from './machine.ts';
import { SimProcess } from './process.ts';
import { createPlacement, createScenario } from './scenario.ts';
import type { Scenario } from './scenario.ts';
import { World } from './world.ts';

const FAULTS_MS = 60_000;
/** By then, long after the last fault, every run must have ended. */
/** An agent that has been awake for so long has been heard again, whoever leads. */
const LOST_AFTER_PAUSE_MS = 20_000;
const PATIENCE_MS = 900_000;

export type Story = {
  readonly seed: number;
  readonly violation: string | undefined;
  readonly trace: readonly string[];
  readonly steps: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly crashes: number;
  readonly epochs: number;
  readonly checkpoints: number;
  readonly trims: number;
};

/** Runs the real scheduler, agents and fold through the story of one seed. */
export async function simulate(seed: number, traced = false): Promise<Story> {
  const story = new Simulation(seed, traced);
  await story.play();
  const { world, checker } = story;
  return {
    seed,
    violation: checker.violation?.message,
    trace: world.trace,
    steps: world.steps,
    accepted: checker.accepted,
    rejected: checker.rejected,
    crashes: story.crashes,
    epochs: checker.state.epoch,
    checkpoints: checker.checkpoints,
    trims: story.trims,
  };
}

type Host = {
  readonly machine: Machine;
  readonly withScheduler: boolean;
  live: Live | undefined;
  starts: number;
  retired: boolean;
};
type Live = {
  readonly process: SimProcess;
  readonly replica: Replica;
  readonly agent: Agent;
  readonly scheduler: Scheduler | undefined;
  ready: boolean;
};

class Simulation {
  readonly world: World;
  readonly checker: Checker;
  crashes = 0;
  trims = 0;
  readonly #scenario: Scenario;
  readonly #broker: SimBroker;
  readonly #hosts: Host[];
  readonly #twins: Host[] = [];
  readonly #operator: SimProcess;
  #operatorReplica = new Replica();
  readonly #operatorLog: EventLog;
  readonly #writer: LogWriter;
  readonly #acknowledged: string[] = [];
  #unacknowledged = 0;
  #mints = 0;

  constructor(seed: number, traced: boolean) {
    this.world = new World(seed, traced);
    const { random } = this.world;
    this.#scenario = createScenario(random);
    this.#broker = new SimBroker(this.world);
    this.checker = new Checker(this.world);
    this.#broker.onRecord = (record) => this.checker.onRecord(record);
    this.#hosts = this.#scenario.servers.map((server, at) =>
      this.#host(server, server, at === 0 || random.chance(0.8)),
    );
    this.checker.isWellKnownAlive = (incarnation) => this.#isWellKnownAlive(incarnation);
    this.checker.onEnded = (run) => this.#retryInHaste(run);
    this.#operator = new SimProcess(this.world, 'operator', 0, 0);
    const broker = this.#broker.connect(this.#operator);
    this.#operatorLog = broker.log;
    this.#writer = createLogWriter(broker.log, this.#operator.clock);
    this.#look();
    this.#broker.onTrim = (through) => {
      this.trims += 1;
      this.checker.onTrim(through);
    };
  }

  /** The operator reads the log, and again from a checkpoint on when it was cut behind what was read. */
  #look(): void {
    const replica = new Replica();
    const again = (): void => this.world.after(500, () => this.#look());
    replica.listen({ onFault: again });
    this.#operatorReplica = replica;
    replica.start(this.#operatorLog, 'oldest').catch(() => {
      if (replica.fault === undefined) again();
    });
  }

  /** Who starts to read when all is over, from a checkpoint where there is one. */
  #lateReader(from: From): { replica: Replica } {
    const log = this.#broker.connect(new SimProcess(this.world, `late-${String(from)}`, 0, 0)).log;
    const reader = { replica: new Replica() };
    const begin = (): void => {
      reader.replica = new Replica();
      reader.replica.start(log, from, this.#scenario.look).catch((error: unknown) => {
        // Cut off while it was looking: as a real process, it is started again.
        if (error instanceof CodedError && error.code === 'log_gap') this.world.after(100, begin);
        else this.checker.fail(`who reads the log from ${String(from)} on can't: ${String(error)}`);
      });
    };
    begin();
    return reader;
  }

  async play(): Promise<void> {
    const { world, checker } = this;
    this.#plan();
    const startMs = world.nowMs;
    await world.run(startMs + FAULTS_MS, () => checker.violation !== undefined);
    world.faulty = false;
    world.say(() => 'faults stop');
    for (const twin of this.#twins) {
      twin.retired = true;
      twin.live?.process.crash('the second machine is taken away');
    }
    for (const host of this.#hosts) this.#restart(host, world.random.int(0, 5_000));
    // Whatever operators left undone: all nodes have a server again, and no run is paused.
    world.after(6_000, () => {
      const placement = { servers: this.#scenario.servers.map((host) => everythingOn(host)) };
      this.#append({ type: 'placement.applied', placement });
    });
    for (const atMs of [10_000, 20_000, 40_000, 80_000]) world.after(atMs, () => this.#resumeAll());
    const isOver = (): boolean =>
      this.#unacknowledged === 0 && this.#allEnded() && world.nowMs > startMs + FAULTS_MS + 15_000;
    await world.run(startMs + FAULTS_MS + PATIENCE_MS, () => checker.violation !== undefined || isOver());
    // Let late words arrive, then compare.
    const restMs = world.nowMs + 20_000;
    const late = [this.#lateReader('oldest'), this.#lateReader('recent')];
    await world.run(restMs, () => checker.violation !== undefined);
    if (checker.violation !== undefined) return;
    const live = this.#hosts.flatMap(({ live }) => (live === undefined ? [] : [live.replica]));
    const readers = [this.#operatorReplica, ...live].filter(
      ({ position }) => position === this.#broker.records.length,
    );
    if (readers.length < this.#hosts.length + 1)
      world.say(() => `only ${readers.length} readers reached the end`);
    // Nothing is appended any more, and nothing may be left to read.
    for (const { replica } of late) {
      const { position } = replica;
      if (position !== this.#broker.records.length)
        checker.fail(`who came last read up to ${position} of ${this.#broker.records.length}`);
    }
    const states = [...readers, ...late.map(({ replica }) => replica)].map(({ state }) => state);
    checker.atRest(this.#broker.records, states, this.#acknowledged);
  }

  #plan(): void {
    const { world } = this;
    const { random } = world;
    for (const { hash, dag } of this.#scenario.dags) this.#append({ type: 'dag.applied', hash, dag });
    this.#append({ type: 'placement.applied', placement: this.#scenario.placement });
    for (const host of this.#hosts) this.#restart(host, random.int(0, 3_000));
    const some = (most: number, react: () => void): void => {
      for (let left = random.int(0, most); left > 0; left -= 1)
        world.after(random.int(500, FAULTS_MS - 1_000), react);
    };
    for (let left = random.int(1, 3); left > 0; left -= 1)
      world.after(random.int(0, 20_000), () => this.#trigger());
    const quiet = random.chance(0.15);
    if (quiet) world.faulty = false;
    some(quiet ? 0 : 2, () => this.#broker.outage(random.int(100, 20_000)));
    some(quiet ? 0 : 3, () => random.pick(this.#hosts).live?.process.pause(random.int(500, 30_000)));
    some(quiet ? 0 : 2, () => this.#kill(random.pick(this.#hosts)));
    some(quiet ? 0 : 1, () => this.#leader()?.crash('kill -9 of the leader'));
    some(quiet ? 0 : 1, () => this.#leader()?.pause(random.int(5_000, 40_000)));
    some(1, () => void this.#drain(random.pick(this.#hosts)));
    if (!quiet && random.chance(0.15)) world.after(random.int(5_000, 40_000), () => this.#twin());
    some(2, () => this.#retry());
    some(1, () => this.#aim('run.canceled'));
    some(1, () => this.#aim('run.paused'));
    some(1, () => this.#aim('run.resumed'));
    some(1, () => this.#cordon('server.cordoned'));
    some(1, () => this.#cordon('server.uncordoned'));
    some(1, () => {
      const names = this.#scenario.dags.flatMap(({ dag }) => dag.nodes.map(({ name }) => name));
      this.#append({
        type: 'placement.applied',
        placement: createPlacement(random, this.#scenario.servers, names),
      });
    });
  }

  #host(name: string, server: ServerName, withScheduler: boolean): Host {
    const machine = new Machine(this.world, name, server, this.#scenario, (key) => this.checker.onStart(key));
    return { machine, withScheduler, live: undefined, starts: 0, retired: false };
  }

  /** By mistake a second machine gets the name of one that runs. */
  #twin(): void {
    const { random } = this.world;
    const server = random.pick(this.#scenario.servers);
    const twin = this.#host(`${server}twin`, server, random.chance(0.5));
    this.#twins.push(twin);
    this.#boot(twin);
  }

  #leader(): SimProcess | undefined {
    const leader = this.checker.state.leader;
    return [...this.#hosts, ...this.#twins].find(
      ({ live }) => leader !== undefined && live?.process.name === leader,
    )?.live?.process;
  }

  #trigger(): void {
    const { hash, dag } = this.world.random.pick(this.#scenario.dags);
    const run = `r${(this.#mints += 1)}` as RunId;
    const { random } = this.world;
    const from = random.chance(0.3) ? random.subset(dag.nodes, 0.4).map(({ name }) => name) : [];
    const part = from.length === 0 ? {} : { from };
    this.#append({ type: 'run.triggered', dag: dag.name, run, hash, params: {}, ...part }, () =>
      this.#acknowledged.push(run),
    );
  }

  #aim(type: 'run.canceled' | 'run.paused' | 'run.resumed'): void {
    const runs = [...this.#operatorReplica.state.runs.values()];
    if (runs.length === 0) return;
    const run = this.world.random.pick(runs);
    this.#append({ type, dag: run.dag, run: run.id });
  }

  #retry(): void {
    const { random } = this.world;
    const runs = [...this.#operatorReplica.state.runs.values()];
    if (runs.length === 0) return;
    const run = random.pick(runs);
    const node = random.pick(run.definition.dag.nodes).name;
    this.#append({ type: 'node.retried', dag: run.dag, run: run.id, node, downstream: random.chance(0.5) });
  }

  #isWellKnownAlive(incarnation: string): boolean {
    const process = incarnation.replace(/\.\d+$/, '');
    const host = [...this.#hosts, ...this.#twins].find(({ live }) => live?.process.name === process);
    if (host?.live?.ready !== true || !host.live.process.alive) return false;
    return this.world.nowMs - host.live.process.awakeSinceMs > LOST_AFTER_PAUSE_MS;
  }

  /** An operator retries or cancels just as the scheduler is about to draw its conclusions. */
  #retryInHaste(run: Run): void {
    const { random, faulty } = this.world;
    if (!faulty || !random.chance(0.1)) return;
    const ended = run.nodes.flatMap(({ status }, index) =>
      isFinal(status.is) ? [run.definition.dag.nodes[index]?.name] : [],
    );
    const node = random.pick(ended);
    this.world.after(random.int(0, 15), () => {
      if (node === undefined || random.chance(0.2))
        this.#append({ type: 'run.canceled', dag: run.dag, run: run.id });
      else
        this.#append({
          type: 'node.retried',
          dag: run.dag,
          run: run.id,
          node,
          downstream: random.chance(0.5),
        });
    });
  }

  #cordon(type: 'server.cordoned' | 'server.uncordoned'): void {
    const servers = [...this.#operatorReplica.state.agents.keys()];
    if (servers.length > 0) this.#append({ type, server: this.world.random.pick(servers) });
  }

  #resumeAll(): void {
    for (const server of this.#operatorReplica.state.cordoned)
      this.#append({ type: 'server.uncordoned', server });
    for (const run of this.#operatorReplica.state.openRuns) {
      if (run.paused) this.#append({ type: 'run.resumed', dag: run.dag, run: run.id });
    }
  }

  #append(body: OperatorEvent, onAcknowledged: () => void = () => undefined): void {
    const id = `op/${(this.#mints += 1)}` as EventId;
    const event = { ...body, id, atMs: this.world.nowMs, by: 'op:sim' };
    this.#unacknowledged += 1;
    void this.#writer.append([event]).then(() => {
      this.#unacknowledged -= 1;
      onAcknowledged();
    });
  }

  #allEnded(): boolean {
    const { state } = this.checker;
    return state.openRuns.size === 0 && this.#acknowledged.every((run) => this.checker.knows(run));
  }

  #restart(host: Host, delayMs: number): void {
    if (host.live?.process.alive === true) return;
    host.live = undefined;
    this.world.after(delayMs, () => {
      if (host.live === undefined && !host.retired) this.#boot(host);
    });
  }

  #boot(host: Host): void {
    const { world } = this;
    const { server } = host.machine;
    host.starts += 1;
    const skewMs = world.random.int(-this.#scenario.maxSkewMs, this.#scenario.maxSkewMs);
    const name = `${host.machine.name}.${host.starts}`;
    const process = new SimProcess(world, name, this.#scenario.crashChance, skewMs);
    world.say(() => `${name} boots`);
    const broker = this.#broker.connect(process);
    const replica = new Replica();
    const { clock } = process;
    const writer = createLogWriter(broker.log, clock);
    let minted = 0;
    const end = (why: string): void => {
      if (process.alive) process.crash(why);
    };
    const agent = new Agent({
      broker,
      replica,
      writer,
      clock,
      journal: host.machine.journal(process),
      executor: host.machine.executor(process),
      mintId: () => `${name}.${(minted += 1)}`,
      identity: { server, names: [], slots: 4, labels: {}, version: 'sim' },
      settings: { heartbeatMs: 1_000, drainGraceMs: 10_000 },
      onNotice: (level, text) => world.say(() => `${name} ${level}: ${text}`),
      onReplaced: () => end('replaced'),
    });
    const id = name as SchedulerId;
    const settings = DEFAULT_SCHEDULER_SETTINGS;
    const scheduler = host.withScheduler
      ? new Scheduler({
          ...{ broker, replica, writer, clock, id, settings },
          ...(this.#scenario.checkpoints === undefined ? {} : { checkpoints: this.#scenario.checkpoints }),
          onNotice: (level, text) => world.say(() => `${name} ${level}: ${text}`),
        })
      : undefined;
    replica.listen({
      onFault: (error) => end(error.message),
      onDoubt: (text) => this.checker.fail(text),
    });
    const live: Live = { process, replica, agent, scheduler, ready: false };
    host.live = live;
    process.onCrash.push(() => {
      this.crashes += 1;
      if (world.faulty && world.random.chance(0.1)) host.machine.wipe();
      if (host.live?.process === process) this.#restart(host, world.random.int(100, 30_000));
    });
    void this.#start(live, broker.log);
  }

  async #start(live: Live, log: EventLog): Promise<void> {
    const { process, replica, agent, scheduler } = live;
    try {
      await replica.start(log, this.world.random.pick(['oldest', 'recent']), this.#scenario.look);
      await agent.start();
      await scheduler?.start();
      live.ready = true;
    } catch (error) {
      // As the real process does: what fails at start ends it, and it is started again.
      this.world.say(() => `${process.name} fails to start: ${String(error)}`);
      process.crash('start failed');
    }
  }

  #kill(host: Host): void {
    this.#maybeRetire(host);
    host.live?.process.crash('kill -9');
  }

  /** Some machines are taken away for good; the first, which has a scheduler for sure, comes back. */
  #maybeRetire(host: Host): void {
    host.retired ||= this.world.faulty && host !== this.#hosts[0] && this.world.random.chance(0.4);
  }

  /** SIGTERM: the agent drains, the scheduler resigns, the process ends. */
  async #drain(host: Host): Promise<void> {
    const { live } = host;
    if (live?.ready !== true) return;
    this.world.say(() => `${live.process.name} is told to end`);
    await live.agent.drain(this.world.random.int(0, 10_000));
    await live.scheduler?.stop();
    this.#maybeRetire(host);
    live.process.crash('drained');
  }
}

type OperatorEvent = {
  [T in EventType]: Omit<Extract<LogEvent, { type: T }>, 'id' | 'atMs' | 'by'>;
}[EventType];

function everythingOn(host: ServerName) {
  return { host, nodes: [{ everything: true as const }], labels: {}, standby: false };
}
