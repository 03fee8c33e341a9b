import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { FlowProducer, Queue, QueueEvents } from 'bullmq';
import type { FlowJob } from 'bullmq';
import { percentile } from './usage.ts';

export type BullFigures = {
  readonly nodesPerSecond: number;
  readonly hopP50Ms: number;
  readonly hopP99Ms: number;
};

const QUEUE = 'bench';
const options = { removeOnComplete: true };

/**
 * BullMQ flows of the same shapes, with its worker in a process of its own. A flow is a tree whose parents wait for their children, so the
 * first node of a fan or diamond, which all others share, is left out there; figures are per job that ran.
 */
export class BullMq {
  readonly #connection: { host: string; port: number };
  readonly #worker: ReturnType<typeof fork>;
  readonly #flows: FlowProducer;
  readonly #queue: Queue;
  readonly #events: QueueEvents;

  private constructor(port: number, worker: ReturnType<typeof fork>) {
    this.#connection = { host: '127.0.0.1', port };
    this.#worker = worker;
    this.#flows = new FlowProducer({ connection: this.#connection });
    this.#queue = new Queue(QUEUE, { connection: this.#connection });
    this.#events = new QueueEvents(QUEUE, { connection: this.#connection });
  }

  static async start(port: number): Promise<BullMq> {
    const worker = fork(join(import.meta.dirname, 'bullmq-worker.ts'), [String(port), QUEUE]);
    await once(worker, 'message');
    const bull = new BullMq(port, worker);
    await bull.#events.waitUntilReady();
    return bull;
  }

  wide(count: number): Promise<BullFigures> {
    const children = Array.from({ length: count }, (_, at): FlowJob => job(`m${at}`));
    return this.#measure(count + 1, async () => void (await this.#flows.add(job('last', children))));
  }

  chain(count: number): Promise<BullFigures> {
    let flow = job('n0');
    for (let at = 1; at < count; at += 1) flow = job(`n${at}`, [flow]);
    return this.#measure(count, async () => void (await this.#flows.add(flow)));
  }

  diamonds(count: number): Promise<BullFigures> {
    const flows = Array.from({ length: count }, () => job('D', [job('B'), job('C')]));
    return this.#measure(count * 3, async () => void (await this.#flows.addBulk(flows)));
  }

  singles(count: number): Promise<BullFigures> {
    const jobs = Array.from({ length: count }, () => ({ name: 'single', data: {}, opts: options }));
    return this.#measure(count, async () => void (await this.#queue.addBulk(jobs)));
  }

  async stop(): Promise<void> {
    await Promise.all([this.#flows.close(), this.#queue.close(), this.#events.close()]);
    const ended = once(this.#worker, 'exit');
    this.#worker.disconnect();
    await ended;
  }

  async #measure(jobs: number, add: () => Promise<void>): Promise<BullFigures> {
    const hops: number[] = [];
    let lastMs: number | undefined;
    let left = jobs;
    let done: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (done = resolve));
    const onCompleted = (): void => {
      const nowMs = performance.now();
      if (lastMs !== undefined) hops.push(nowMs - lastMs);
      lastMs = nowMs;
      left -= 1;
      if (left === 0) done();
    };
    this.#events.on('completed', onCompleted);
    const startMs = performance.now();
    await Promise.all([add(), finished]);
    const elapsedMs = performance.now() - startMs;
    this.#events.off('completed', onCompleted);
    return {
      nodesPerSecond: jobs / (elapsedMs / 1_000),
      hopP50Ms: percentile(hops, 0.5),
      hopP99Ms: percentile(hops, 0.99),
    };
  }
}

function job(name: string, children: FlowJob[] = []): FlowJob {
  return { name, queueName: QUEUE, data: {}, opts: options, ...(children.length === 0 ? {} : { children }) };
}
