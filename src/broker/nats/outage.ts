const WAIT_MIN_MS = 100;
const WAIT_MAX_MS = 5_000;
/** A timer may fire that much early. */
const EARLY_MS = 5;

/** An outage of the connection: since when, and when the client tries again. */
export class Outage {
  #sinceMs: number | undefined;
  #retryAtMs: number | undefined;
  /** Told at the beginning of each wait. */
  onWait: (retryAtMs: number) => void = () => undefined;

  /** Since when, and until when it waits. A second call within one outage changes nothing. */
  begin(): { readonly sinceMs: number; readonly retryAtMs?: number } {
    this.#sinceMs ??= Date.now();
    const retryAtMs = this.#retryAtMs;
    return { sinceMs: this.#sinceMs, ...(retryAtMs === undefined ? {} : { retryAtMs }) };
  }

  end(): void {
    this.#sinceMs = undefined;
    this.#retryAtMs = undefined;
  }

  /**
   * What the client asks for: how long to wait before it tries. It asks after each try that failed and again when the wait is over, so what was
   * said once holds until then, and can be counted down. Longer the longer it lasts, and never two processes in step.
   */
  waitMs(): number {
    const nowMs = Date.now();
    if (this.#retryAtMs !== undefined) {
      const leftMs = this.#retryAtMs - nowMs;
      if (leftMs > EARLY_MS) return leftMs;
      this.#retryAtMs = undefined;
      return 0;
    }
    const downMs = this.#sinceMs === undefined ? 0 : nowMs - this.#sinceMs;
    const longestMs = Math.min(WAIT_MAX_MS, Math.max(WAIT_MIN_MS, downMs / 4));
    const waitMs = longestMs * (0.5 + Math.random() / 2);
    this.#retryAtMs = nowMs + waitMs;
    this.onWait(this.#retryAtMs);
    return waitMs;
  }
}
