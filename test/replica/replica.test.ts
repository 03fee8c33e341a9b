import { describe, expect, it } from 'vitest';
import { encodeRecord } from '../../src/broker/port/codec.ts';
import type { EventLog, LogFollower } from '../../src/broker/port/port.ts';
import type { EventId, Position } from '../../src/model/ids.ts';
import { Replica } from '../../src/replica/replica.ts';

/** A log in memory that hands over what a test tells it to, as an adapter would. */
class HandedLog implements Pick<EventLog, 'head' | 'tail' | 'follow'> {
  follower: LogFollower | undefined;
  readonly #head: number;

  constructor(head: number) {
    this.#head = head;
  }

  head(): Promise<Position> {
    return Promise.resolve(this.#head as Position);
  }

  tail(): Promise<Position> {
    return Promise.resolve(1 as Position);
  }

  follow(_from: Position, follower: LogFollower): Promise<() => void> {
    this.follower = follower;
    return Promise.resolve(() => (this.follower = undefined));
  }

  async give(...positions: number[]): Promise<void> {
    const records = positions.map((position) => ({
      position: position as Position,
      body: elected(position),
    }));
    await this.follower?.onRecords(records);
  }

  /** The replica asks for nothing else. */
  get log(): EventLog {
    return this as unknown as EventLog;
  }
}

/** At each position another leader: so the state tells what was folded. */
function elected(epoch: number): Uint8Array {
  const envelope = { id: `${epoch}/elected` as EventId, atMs: 0, by: `s${epoch}` };
  return encodeRecord([
    JSON.stringify({ ...envelope, type: 'leader.elected', epoch, scheduler: `s${epoch}` }),
  ]);
}

describe('a replica', () => {
  it('takes a large batch in parts and rests after each, and the log waits for the last', async () => {
    const handed = new HandedLog(0);
    const seen: number[] = [];
    const replica = new Replica({
      rest: async () => {
        seen.push(replica.state.epoch);
        await tick();
      },
    });
    await replica.start(handed.log);
    const told: number[] = [];
    replica.listen({ onFolded: (folded) => told.push(folded.length) });
    const count = 5_000;
    await handed.give(...Array.from({ length: count }, (_, at) => at + 1));
    expect(replica.state.epoch).toBe(count);
    expect(seen.length).toBeGreaterThanOrEqual(3);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(told.reduce((sum, part) => sum + part)).toBe(count);
    expect(told).toHaveLength(seen.length);
  });

  it('folds nothing more once it is stopped, not even the rest of what was handed over', async () => {
    const handed = new HandedLog(0);
    const replica = new Replica({ rest: tick });
    await replica.start(handed.log);
    const told: number[] = [];
    replica.listen({ onEach: ({ position }) => told.push(position) });
    const giving = handed.give(...Array.from({ length: 5_000 }, (_, at) => at + 1));
    replica.stop();
    const { position } = replica;
    await giving;
    expect(replica.position).toBe(position);
    expect(replica.state.epoch).toBe(position);
    expect(told.at(-1)).toBe(position);
    expect(position).toBeLessThan(5_000);
  });

  it('tells of each event with the state that it left, and of the batch after', async () => {
    const handed = new HandedLog(0);
    const replica = new Replica();
    const told: string[] = [];
    replica.listen({
      onEach: ({ position }) => told.push(`${position} in epoch ${replica.state.epoch}`),
      onFolded: (folded) => told.push(`${folded.length} in all`),
    });
    await replica.start(handed.log);
    await handed.give(1, 2, 3);
    expect(told).toEqual(['1 in epoch 1', '2 in epoch 2', '3 in epoch 3', '3 in all']);
  });

  it('has started when it has read what was there', async () => {
    const handed = new HandedLog(2);
    const replica = new Replica();
    let started = false;
    const start = replica.start(handed.log).then(() => (started = true));
    await tick();
    await handed.give(1);
    await tick();
    expect(started).toBe(false);
    await handed.give(2);
    await start;
    expect(replica.state).toMatchObject({ epoch: 2, leader: 's2' });
  });

  it('folds once what is handed over twice after a reconnect', async () => {
    const handed = new HandedLog(0);
    const replica = new Replica();
    await replica.start(handed.log);
    const folded: number[] = [];
    replica.listen({ onFolded: (events) => void folded.push(...events.map(({ position }) => position)) });
    await handed.give(1, 2);
    await handed.give(1, 2, 3);
    expect(folded).toEqual([1, 2, 3]);
    expect(replica.position).toBe(3);
  });

  it('counts what is no event, and goes on', async () => {
    const handed = new HandedLog(0);
    const replica = new Replica();
    await replica.start(handed.log);
    const garbage = new TextEncoder().encode('not ours');
    await handed.follower?.onRecords([{ position: 1 as Position, body: garbage }]);
    await handed.give(2);
    expect(replica.malformed).toBe(1);
    expect(replica.state.epoch).toBe(2);
  });

  it('tells everyone who waits when the log is another', async () => {
    const handed = new HandedLog(5);
    const replica = new Replica();
    const start = replica.start(handed.log);
    const told: string[] = [];
    replica.listen({ onFault: ({ message }) => void told.push(message) });
    await tick();
    handed.follower?.onFault(new Error('another log'));
    await expect(start).rejects.toThrow('another log');
    await expect(replica.reached(9 as Position)).rejects.toThrow('another log');
    expect(told).toEqual(['another log']);
    expect(replica.fault?.message).toBe('another log');
  });

  it('that was stopped tells nobody', async () => {
    const handed = new HandedLog(0);
    const replica = new Replica();
    await replica.start(handed.log);
    replica.listen({ onFolded: () => expect.fail('told after its end') });
    const { follower } = handed;
    replica.stop();
    await follower?.onRecords([{ position: 1 as Position, body: elected(1) }]);
    expect(handed.follower).toBeUndefined();
  });
});

/** Lets the promises that are ready run. */
function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
