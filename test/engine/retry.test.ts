import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashFraction, isRetried, retryDelayMs } from '../../src/engine/retry.ts';
import type { RetryPolicy } from '../../src/model/dag.ts';
import type { NodeName, RunId } from '../../src/model/ids.ts';

const policy: RetryPolicy = { limit: 3, intervalMs: 10_000, backoff: 2, maxIntervalMs: 60_000, jitter: 0 };
const key = { run: 'r1' as RunId, node: 'B' as NodeName, attempt: 1 };
const failed = (exitCode?: number) =>
  ({ is: 'failed', error: 'x', ...(exitCode === undefined ? {} : { exitCode }) }) as const;

describe('the wait before the next attempt', () => {
  it('grows by the factor at each failure, up to the bound', () => {
    expect([1, 2, 3, 4, 5].map((failures) => retryDelayMs(policy, failures, key))).toEqual([
      10_000, 20_000, 40_000, 60_000, 60_000,
    ]);
  });

  it('stays the interval with a factor of 1', () => {
    expect([1, 9].map((failures) => retryDelayMs({ ...policy, backoff: 1 }, failures, key))).toEqual([
      10_000, 10_000,
    ]);
  });

  it('is a whole number between nothing and the bound, for every policy and the ten-thousandth failure', () => {
    const policies = fc.record({
      limit: fc.nat(10_000),
      intervalMs: fc.nat(365 * 86_400_000),
      backoff: fc.double({ min: 1, max: 1_000, noNaN: true }),
      maxIntervalMs: fc.nat(365 * 86_400_000),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 10_000 }), (any, failures) => {
        const delayMs = retryDelayMs(any, failures, key);
        expect(Number.isSafeInteger(delayMs)).toBe(true);
        expect(delayMs).toBeGreaterThanOrEqual(0);
        expect(delayMs).toBeLessThanOrEqual(any.maxIntervalMs);
      }),
    );
  });

  it('is spread by jitter, the same for all who compute it, and differently for each attempt', () => {
    const jittered = { ...policy, jitter: 0.5 };
    const delays = Array.from({ length: 200 }, (_, at) =>
      retryDelayMs(jittered, 1, { ...key, attempt: at + 1 }),
    );
    expect(retryDelayMs(jittered, 1, { ...key, attempt: 7 })).toBe(delays[6]);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(5_000);
    expect(Math.max(...delays)).toBeLessThanOrEqual(10_000);
    expect(new Set(delays).size).toBeGreaterThan(150);
  });
});

describe('whether there is a next attempt', () => {
  it('depends on the limit, which does not count the first try', () => {
    expect([1, 2, 3, 4].map((failures) => isRetried(policy, failures, failed(1)))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(isRetried({ ...policy, limit: 0 }, 1, failed(1))).toBe(false);
  });

  it('depends on the exit code where the policy lists some', () => {
    const picky = { ...policy, exitCodes: [75, 111] };
    expect(isRetried(picky, 1, failed(75))).toBe(true);
    expect(isRetried(picky, 1, failed(1))).toBe(false);
    expect(isRetried(picky, 1, failed())).toBe(false);
    expect(isRetried(picky, 1, { is: 'timed_out', error: 'late' })).toBe(true);
  });
});

it('spreads texts evenly over [0, 1)', () => {
  const buckets = Array.from({ length: 10 }, () => 0);
  for (let at = 0; at < 10_000; at += 1) {
    const bucket = Math.floor(hashFraction(`run-${at}/node`) * 10);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  expect(Math.min(...buckets)).toBeGreaterThan(850);
  expect(Math.max(...buckets)).toBeLessThan(1_150);
});
