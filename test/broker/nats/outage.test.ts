import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Outage } from '../../../src/broker/nats/outage.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what was said once is counted down and holds, and then it is tried at once', () => {
  const outage = new Outage();
  const told: number[] = [];
  outage.onWait = (retryAtMs) => told.push(retryAtMs);
  outage.begin();
  vi.advanceTimersByTime(8_000);
  const waitMs = outage.waitMs();
  expect(waitMs).toBeGreaterThanOrEqual(1_000);
  expect(waitMs).toBeLessThanOrEqual(2_000);
  vi.advanceTimersByTime(500);
  expect(outage.waitMs()).toBeCloseTo(waitMs - 500);
  vi.advanceTimersByTime(waitMs - 500);
  expect(outage.waitMs()).toBe(0);
  expect(told).toHaveLength(1);
  // That try failed.
  expect(outage.waitMs()).toBeGreaterThan(0);
  expect(told).toHaveLength(2);
});

test('it waits the longer the longer it lasts, up to five seconds, and begins anew after the next loss', () => {
  const outage = new Outage();
  expect(outage.waitMs()).toBeLessThanOrEqual(100);
  const { sinceMs } = outage.begin();
  vi.advanceTimersByTime(3_600_000);
  expect(outage.begin().sinceMs).toBe(sinceMs);
  expect(outage.waitMs()).toBe(0);
  const longMs = outage.waitMs();
  expect(longMs).toBeGreaterThanOrEqual(2_500);
  expect(longMs).toBeLessThanOrEqual(5_000);
  outage.end();
  expect(outage.waitMs()).toBeLessThanOrEqual(100);
});
