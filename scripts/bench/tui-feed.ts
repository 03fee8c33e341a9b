import { openBroker } from '../../src/broker/open.ts';
import { createLogWriter } from '../../src/broker/port/log-writer.ts';
import type { LogWriter } from '../../src/broker/port/log-writer.ts';
import { mintId, mintRunId, systemClock } from '../../src/cli/system-clock.ts';
import { DEFAULT_MAX_LOST, DEFAULT_RETRY } from '../../src/model/dag.ts';
import type { Dag, DagNode } from '../../src/model/dag.ts';
import type { LogEvent } from '../../src/model/event.ts';
import type { DagHash, DagName, EventId, NodeName, RunId } from '../../src/model/ids.ts';

const EPOCH = 1;
const AGENT = { server: 'bench', incarnation: 'bench/1' };

/** A dag of layers of `width` nodes, each of which depends on two of the layer before. */
export function layersOf(name: string, count: number, width: number): Dag {
  const nodes = Array.from({ length: count }, (_, at): DagNode => {
    const above = (Math.floor(at / width) - 1) * width;
    const depends = above < 0 ? [] : [above + (at % width), above + ((at + 1) % width)];
    return {
      name: `node-${at}` as NodeName,
      command: { argv: ['true'] },
      depends: depends.map((node) => `node-${node}` as NodeName),
      env: {},
      retry: { ...DEFAULT_RETRY, limit: 10_000 },
      triggerRule: 'all_success',
      maxLost: DEFAULT_MAX_LOST,
      priority: 0,
    };
  });
  return { name: name as DagName, params: {}, env: {}, nodes };
}

/** Writes to the log of a broker what a scheduler and an agent would, so that the monitor has something to follow at any speed. */
export class Feed {
  readonly #writer: LogWriter;
  readonly #close: () => Promise<void>;

  private constructor(writer: LogWriter, close: () => Promise<void>) {
    this.#writer = writer;
    this.#close = close;
  }

  /** On a log without a leader. */
  static async open(url: string, dags: readonly Dag[]): Promise<Feed> {
    const broker = await openBroker(url, { namespace: 'dag' });
    const writer = createLogWriter(broker.log, systemClock);
    const feed = new Feed(writer, async () => {
      writer.close();
      await broker.close();
    });
    const everything = [{ everything: true as const }];
    const server = { host: AGENT.server, nodes: everything, labels: {}, standby: false };
    const agent = { names: [AGENT.server], slots: 8, labels: {}, journal: 'bench', version: '0.1.0' };
    await feed.append([
      { type: 'placement.applied', placement: { servers: [server] } },
      ...dags.map((dag) => ({ type: 'dag.applied', hash: hashOf(dag), dag })),
      { type: 'agent.joined', ...AGENT, ...agent },
      { type: 'leader.elected', epoch: EPOCH, scheduler: 'bench.1' },
    ]);
    return feed;
  }

  async append(bodies: readonly object[]): Promise<void> {
    await this.#writer.append(
      bodies.map((body) => ({ id: mintId() as EventId, atMs: Date.now(), by: 'bench', ...body }) as LogEvent),
    );
  }

  close(): Promise<void> {
    return this.#close();
  }
}

let minted = 0;

/** A run of `dag` as the events of its life: what triggers it, what changes a state each, and its end. */
export function runOf(dag: Dag): {
  readonly run: RunId;
  readonly trigger: object;
  readonly changes: object[];
  readonly end: object;
} {
  // Ids of one second differ in their second part alone; more than a few in one second would meet.
  minted += 1;
  const run = mintRunId(Date.now() + minted * 1_000);
  const ids = { dag: dag.name, run };
  return {
    run,
    trigger: { type: 'run.triggered', ...ids, hash: hashOf(dag), params: {} },
    changes: dag.nodes.flatMap(({ name }) => attemptOf(ids, name, 1, true)),
    end: { type: 'run.finished', epoch: EPOCH, ...ids, outcome: 'succeeded' },
  };
}

/** One attempt: sent, started, ended. */
export function attemptOf(
  ids: { readonly dag: DagName; readonly run: RunId },
  node: NodeName,
  attempt: number,
  isGood: boolean,
): [object, object, object] {
  const key = { ...ids, node, attempt, ...AGENT };
  const outcome = isGood ? { is: 'succeeded' } : { is: 'failed', error: 'exit code 1', exitCode: 1 };
  const wrote = { stdoutBytes: 0, stderrBytes: 0, droppedBytes: 0, tail: '' };
  return [
    { type: 'attempt.dispatched', epoch: EPOCH, ...key },
    { type: 'attempt.started', ...key },
    { type: 'attempt.finished', ...key, outcome, wrote },
  ];
}

function hashOf(dag: Dag): DagHash {
  return `bench-${dag.name}` as DagHash;
}
