import { expect, it, vi } from 'vitest';
import { FollowLoop } from '../../../src/broker/port/follow-loop.ts';
import { LinkState, unavailable } from '../../../src/broker/port/link-state.ts';
import { goneLog, LogFault, regressedLog } from '../../../src/broker/port/log-fault.ts';
import type { LogFollower, StoredRecord } from '../../../src/broker/port/port.ts';
import type { Position } from '../../../src/model/ids.ts';

/** A loop whose rounds hand over 1, 2, 3 …, one record each, and fail with what stands in `failures`. */
function stage(onRecords: LogFollower['onRecords'] = () => undefined) {
  const [link, fault] = [new LinkState(Date.now, Math.random), new LogFault()];
  const faults: Error[] = [];
  const failures: Error[] = [];
  const told = { rounds: 0, doubts: 0 };
  const loop = new FollowLoop({
    reader: { onRecords, onFault: (error) => faults.push(error) },
    link,
    fault,
    doubt: () => void (told.doubts += 1),
    async round() {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      told.rounds += 1;
      const record: StoredRecord = { position: told.rounds as Position, body: new Uint8Array() };
      await loop.hand([record]);
      await loop.sleep(1);
    },
  });
  return { loop, link, fault, faults, failures, told, running: loop.run() };
}

it('hands over one batch at a time', async () => {
  const seen: number[] = [];
  let inHand = 0;
  const { loop, running } = stage(async ([record]) => {
    inHand += 1;
    expect(inHand).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 2));
    seen.push(record?.position ?? 0);
    inHand -= 1;
  });
  await vi.waitUntil(() => seen.length >= 5);
  await loop.stop(running);
  expect(inHand).toBe(0);
  expect(seen.slice(0, 5)).toEqual([1, 2, 3, 4, 5]);
});

it('reads nothing while the link is down, and doubts what it has read', async () => {
  const { loop, link, told, running } = stage();
  await vi.waitUntil(() => told.rounds > 2);
  link.down('gone');
  expect(told.doubts).toBeGreaterThan(0);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const { rounds } = told;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(told.rounds).toBe(rounds);
  link.up();
  await vi.waitUntil(() => told.rounds > rounds);
  await loop.stop(running);
});

it('tries again what failed and is not final', async () => {
  const { loop, failures, told, faults, running } = stage();
  failures.push(unavailable('for a moment'));
  await vi.waitUntil(() => told.rounds > 2);
  expect([told.doubts, faults]).toEqual([1, []]);
  await loop.stop(running);
});

it.each([
  ['a log that ends before what was read', regressedLog('the log', 1, 2), 'log_regressed'],
  ['a fault that somebody else found', goneLog('the log'), 'log_gone'],
] as const)('ends with %s, and says so once', async (_, error, code) => {
  const { failures, fault, faults, running } = stage();
  if (code === 'log_regressed') failures.push(error);
  else fault.raise(error);
  await running;
  fault.raise(goneLog('the log'));
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatchObject({ code });
});

it('ends with what its reader throws', async () => {
  const { faults, told, running } = stage(() => {
    throw new Error('a bug');
  });
  await running;
  expect(faults.map(({ message }) => message)).toEqual(['a bug']);
  expect(told.rounds).toBe(1);
});

it('may be stopped from within its reader, who gets nothing more', async () => {
  const seen: number[] = [];
  const { loop, running, told } = stage(([record]) => {
    seen.push(record?.position ?? 0);
    void loop.stop(running);
  });
  await running;
  expect([seen, told.rounds]).toEqual([[1], 1]);
});
