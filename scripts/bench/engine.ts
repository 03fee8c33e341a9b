import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openBroker } from '../../src/broker/open.ts';
import { createLogWriter } from '../../src/broker/port/log-writer.ts';
import type { LogWriter } from '../../src/broker/port/log-writer.ts';
import { mintId, systemClock } from '../../src/cli/system-clock.ts';
import type { LogEvent } from '../../src/model/event.ts';
import type { EventId, RunId, ServerName } from '../../src/model/ids.ts';
import { Replica } from '../../src/replica/replica.ts';
import { percentile, usageOf } from './usage.ts';
import type { Workload } from './workloads.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

export type Figures = {
  readonly nodesPerSecond: number;
  /** Between the ends of two nodes of a chain, one after the other. */
  readonly hopP50Ms: number;
  readonly hopP99Ms: number;
  readonly cpuMs: number;
  readonly rssMiB: number;
};

/** The engine on one broker: an agent with its scheduler in its own process, and this process, which triggers and watches. */
export class Engine {
  readonly #replica: Replica;
  readonly #writer: LogWriter;
  readonly #agent: ChildProcess;
  readonly #close: () => Promise<void>;

  private constructor(replica: Replica, writer: LogWriter, agent: ChildProcess, close: () => Promise<void>) {
    this.#replica = replica;
    this.#writer = writer;
    this.#agent = agent;
    this.#close = close;
  }

  static async start(url: string, folder: string, slots: number): Promise<Engine> {
    const broker = await openBroker(url, { namespace: 'bench' });
    const replica = new Replica();
    await replica.start(broker.log);
    const writer = createLogWriter(broker.log, systemClock);
    const args = [
      'agent',
      '--server',
      'bench',
      '--broker',
      url,
      '--namespace',
      'bench',
      '--slots',
      String(slots),
    ];
    const agent = spawn(process.execPath, [MAIN, ...args, '--data', join(folder, 'agent')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    process.once('exit', () => agent.kill('SIGKILL'));
    let said = '';
    agent.stderr?.on('data', (data: Buffer) => (said = (said + data.toString()).slice(-4_000)));
    const engine = new Engine(replica, writer, agent, async () => {
      replica.stop();
      writer.close();
      await broker.close();
    });
    const server = {
      host: 'bench' as ServerName,
      nodes: [{ everything: true as const }],
      labels: {},
      standby: false,
    };
    await engine.#append({ type: 'placement.applied', placement: { servers: [server] } });
    await engine.#until(
      () => replica.state.leader !== undefined,
      () => `the agent: ${said}`,
    );
    return engine;
  }

  async measure({ dag, hash, runs, nodes }: Workload): Promise<Figures> {
    const pid = this.#agent.pid ?? 0;
    await this.#append({ type: 'dag.applied', hash, dag: { ...dag, nodes: [...dag.nodes] } as never });
    const before = usageOf(pid);
    const ids = Array.from({ length: runs }, () => mintId() as RunId);
    const left = new Set<string>(ids);
    const hops: number[] = [];
    let lastEndMs: number | undefined;
    let done: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (done = resolve));
    const end = this.#replica.listen({
      onFolded: (folded) => {
        const nowMs = performance.now();
        for (const { event, verdict } of folded) {
          if (!verdict.accepted) continue;
          if (event.type === 'attempt.finished') {
            if (event.outcome.is !== 'succeeded') throw new Error(`a node ${event.outcome.is}`);
            if (lastEndMs !== undefined) hops.push(nowMs - lastEndMs);
            lastEndMs = nowMs;
          }
          if (event.type === 'run.finished') left.delete(event.run);
        }
        if (left.size === 0) done();
      },
    });
    const startMs = performance.now();
    const events = ids.map((run): LogEvent => ({
      ...envelope(),
      type: 'run.triggered',
      dag: dag.name,
      run,
      hash,
      params: {},
    }));
    await Promise.all([this.#writer.append(events), finished]);
    const elapsedMs = performance.now() - startMs;
    end();
    const after = usageOf(pid);
    return {
      nodesPerSecond: nodes / (elapsedMs / 1_000),
      hopP50Ms: percentile(hops, 0.5),
      hopP99Ms: percentile(hops, 0.99),
      cpuMs: after.cpuMs - before.cpuMs,
      rssMiB: after.rssMiB,
    };
  }

  async stop(): Promise<void> {
    const ended = once(this.#agent, 'exit');
    this.#agent.kill('SIGTERM');
    await ended;
    await this.#close();
  }

  async #append(body: object): Promise<void> {
    await this.#writer.append([{ ...envelope(), ...body } as LogEvent]);
  }

  async #until(holds: () => boolean, what: () => string): Promise<void> {
    const endMs = Date.now() + 30_000;
    while (!holds()) {
      if (Date.now() > endMs) throw new Error(`waited in vain for ${what()}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function envelope() {
  return { id: mintId() as EventId, atMs: Date.now(), by: 'op:bench' };
}
