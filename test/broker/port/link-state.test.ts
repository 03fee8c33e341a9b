import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LinkState } from '../../../src/broker/port/link-state.ts';
import type { Link } from '../../../src/broker/port/port.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watched(): { link: LinkState; said: Link[] } {
  const link = new LinkState(Date.now, Math.random);
  const said: Link[] = [];
  link.on((now) => said.push(now));
  return { link, said };
}

test('who asks before the next try is told the same moment, and afterwards another', () => {
  const { link, said } = watched();
  link.down('lost');
  vi.advanceTimersByTime(8_000);
  const waitMs = link.waitMs();
  expect(waitMs).toBeGreaterThanOrEqual(1_000);
  expect(waitMs).toBeLessThanOrEqual(2_000);
  const retryAtMs = Date.now() + waitMs;
  expect(said.at(-1)).toMatchObject({ up: false, reason: 'lost', retryAtMs });
  vi.advanceTimersByTime(500);
  expect(link.waitMs()).toBeCloseTo(waitMs - 500);
  expect(said).toHaveLength(3);
  vi.advanceTimersByTime(waitMs - 500);
  // That try failed.
  expect(link.waitMs()).toBeGreaterThan(0);
  expect(said).toHaveLength(4);
});

test('it waits the longer the longer it lasts, up to five seconds, and begins anew after the next loss', () => {
  const { link } = watched();
  link.down('lost');
  expect(link.waitMs()).toBeLessThanOrEqual(100);
  vi.advanceTimersByTime(3_600_000);
  const longMs = link.waitMs();
  expect(longMs).toBeGreaterThanOrEqual(2_500);
  expect(longMs).toBeLessThanOrEqual(5_000);
  link.up();
  link.down('lost again');
  expect(link.waitMs()).toBeLessThanOrEqual(100);
});

test('the reason may change while it is down, since when it is does not', () => {
  const { link, said } = watched();
  link.down('lost');
  const sinceMs = Date.now();
  vi.advanceTimersByTime(2_000);
  link.down('refused');
  link.down('refused');
  link.up();
  vi.advanceTimersByTime(1_000);
  link.down('lost');
  expect(said).toEqual([
    { up: true },
    { up: false, reason: 'lost', sinceMs },
    { up: false, reason: 'refused', sinceMs },
    { up: true },
    { up: false, reason: 'lost', sinceMs: sinceMs + 3_000 },
  ]);
});

test('a wait that was asked for before the loss was told belongs to that loss', () => {
  const { link, said } = watched();
  const retryAtMs = Date.now() + link.waitMs();
  expect(said).toEqual([{ up: true }]);
  link.down('lost');
  expect(said.at(-1)).toMatchObject({ retryAtMs });
});
