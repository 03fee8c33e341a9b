import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openBroker } from '../../src/broker/open.ts';
import type { Broker } from '../../src/broker/port/port.ts';
import { SYSTEM_TOPIC } from '../../src/model/subject.ts';
import type { ServerName } from '../../src/model/ids.ts';
import { percentile } from './usage.ts';

export type RawFigures = {
  readonly hopsPerSecond: number;
  readonly hopP50Ms: number;
  readonly hopP99Ms: number;
};

/**
 * The broker alone: one durable hop for each node, with the same client and no engine. This process sends to an inbox; a second
 * process receives, acknowledges and appends to the log; this process sees it there.
 */
export async function measureRaw(url: string, hops: number, concurrency: number): Promise<RawFigures> {
  const worker = fork(join(import.meta.dirname, 'raw-worker.ts'), [url]);
  await once(worker, 'message');
  const broker = await openBroker(url, { namespace: 'raw' });
  try {
    return await drive(broker, hops, concurrency);
  } finally {
    await broker.close();
    const ended = once(worker, 'exit');
    worker.disconnect();
    await ended;
  }
}

export const RAW_SERVER = 'raw' as ServerName;

async function drive(broker: Broker, hops: number, concurrency: number): Promise<RawFigures> {
  const sentMs = new Map<number, number>();
  const latencies: number[] = [];
  let sent = 0;
  let done: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (done = resolve));
  const send = (count: number): void => {
    const messages: Uint8Array[] = [];
    for (; messages.length < count && sent < hops; sent += 1) {
      sentMs.set(sent, performance.now());
      messages.push(Buffer.from(JSON.stringify({ hop: sent, padding: 'x'.repeat(150) })));
    }
    if (messages.length > 0) void broker.inbox.send(RAW_SERVER, messages);
  };
  const end = await broker.log.follow(await broker.log.head(), {
    onRecords: (records) => {
      for (const { body } of records) {
        const { hop } = JSON.parse(Buffer.from(body).toString()) as { hop: number };
        latencies.push(performance.now() - (sentMs.get(hop) ?? 0));
        if (latencies.length === hops) done();
      }
      send(records.length);
    },
    onFault: (error) => {
      throw error;
    },
  });
  const startMs = performance.now();
  send(concurrency);
  await finished;
  const elapsedMs = performance.now() - startMs;
  end();
  return {
    hopsPerSecond: hops / (elapsedMs / 1_000),
    hopP50Ms: percentile(latencies, 0.5),
    hopP99Ms: percentile(latencies, 0.99),
  };
}

export const RAW_TOPIC = SYSTEM_TOPIC;
