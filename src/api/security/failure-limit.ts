import { limits } from '../../model/limits.ts';

type Failures = { count: number; untilMs: number };
const WINDOW_MS = 60_000;

/** Counts wrong tokens by address. Right ones always pass: nobody can lock another out. */
export class FailureLimit {
  readonly #nowMs: () => number;
  /** In the order of their last window. */
  readonly #known = new Map<string, Failures>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Counts one more. Returns for how many seconds no more are looked at; 0 while there are few. */
  add(address: string): number {
    const nowMs = this.#nowMs();
    let failures = this.#known.get(address);
    if (failures === undefined || failures.untilMs <= nowMs) {
      failures = { count: 0, untilMs: nowMs + WINDOW_MS };
      this.#known.delete(address);
      this.#known.set(address, failures);
      for (const oldest of this.#known.keys()) {
        if (this.#known.size <= limits.apiFailingAddressesMax) break;
        this.#known.delete(oldest);
      }
    }
    failures.count += 1;
    if (failures.count <= limits.apiFailuresPerMinute) return 0;
    return Math.ceil((failures.untilMs - nowMs) / 1_000);
  }
}
