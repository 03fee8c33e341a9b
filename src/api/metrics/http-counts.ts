/** Upper bounds of the buckets, in seconds. */
export const BUCKETS_S = [0.005, 0.025, 0.1, 0.5, 2.5, 10] as const;

export type HttpCount = {
  readonly operation: string;
  readonly status: number;
  count: number;
};
export type HttpTimes = { readonly buckets: number[]; count: number; sumS: number };

/** What was asked of the API: by operation, which are few, and status. */
export class HttpCounts {
  readonly #counts = new Map<string, HttpCount>();
  readonly #times = new Map<string, HttpTimes>();

  get counts(): Iterable<HttpCount> {
    return this.#counts.values();
  }

  get times(): ReadonlyMap<string, HttpTimes> {
    return this.#times;
  }

  add(operation: string, status: number, tookMs: number): void {
    const key = `${operation} ${status}`;
    const count = this.#counts.get(key) ?? { operation, status, count: 0 };
    count.count += 1;
    this.#counts.set(key, count);
    const times = this.#times.get(operation) ?? { buckets: BUCKETS_S.map(() => 0), count: 0, sumS: 0 };
    const tookS = tookMs / 1_000;
    for (const [at, bound] of BUCKETS_S.entries())
      if (tookS <= bound) times.buckets[at] = (times.buckets[at] ?? 0) + 1;
    times.count += 1;
    times.sumS += tookS;
    this.#times.set(operation, times);
  }
}
