import { CodedError } from '../../model/coded-error.ts';
import type { Link, Unsubscribe } from './port.ts';

/** How long `append`, `send` and questions wait for a link that is down, and for an answer. */
export const WAIT_MS = 30_000;
const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 5_000;
/** A timer may fire that much early. */
const EARLY_MS = 5;

type Waiting = { readonly resolve: () => void; readonly reject: (error: CodedError) => void };

/**
 * Whether an adapter's connections work: who listens is told at each change, and who needs them waits, for a bounded time. It also says when a lost
 * connection is tried again, so that all connections of an adapter are tried at the same moment, and that can be counted down.
 */
export class LinkState {
  readonly #listeners = new Set<(link: Link) => void>();
  readonly #waiting = new Set<Waiting>();
  #link: Link = { up: true };
  /** Of the outage that is going on. */
  #sinceMs: number | undefined;
  #retryAtMs: number | undefined;
  #isClosed = false;
  readonly #nowMs: () => number;
  readonly #chance: () => number;

  constructor(nowMs: () => number, chance: () => number) {
    this.#nowMs = nowMs;
    this.#chance = chance;
  }

  get isUp(): boolean {
    return this.#link.up && !this.#isClosed;
  }

  /** Calls at once with the present state, then at every change. */
  on(listener: (link: Link) => void): Unsubscribe {
    this.#listeners.add(listener);
    listener(this.#link);
    return () => void this.#listeners.delete(listener);
  }

  /** The reason may change while it is down, not since when it is. */
  down(reason: string): void {
    if (this.#isClosed || (!this.#link.up && this.#link.reason === reason)) return;
    this.#sinceMs ??= this.#nowMs();
    this.#tellDown(reason);
  }

  up(): void {
    if (this.#isClosed || this.#link.up) return;
    this.#sinceMs = undefined;
    this.#retryAtMs = undefined;
    this.#set({ up: true });
    for (const { resolve } of this.#waiting) resolve();
    this.#waiting.clear();
  }

  /**
   * How long to wait before the connection is tried (again): longer the longer it is down, and never two processes in step. Whoever asks before that
   * moment is told the same one.
   */
  waitMs(): number {
    const nowMs = this.#nowMs();
    const leftMs = (this.#retryAtMs ?? 0) - nowMs;
    if (leftMs > EARLY_MS) return leftMs;
    const downMs = nowMs - (this.#sinceMs ?? nowMs);
    const longestMs = Math.min(RETRY_MAX_MS, Math.max(RETRY_MIN_MS, downMs / 4));
    const waitMs = longestMs * (0.5 + this.#chance() / 2);
    this.#retryAtMs = nowMs + waitMs;
    if (!this.#link.up && !this.#isClosed) this.#tellDown(this.#link.reason);
    return waitMs;
  }

  /** Resolves when the link is up; rejects with `unavailable` after `WAIT_MS`, or `closed`. */
  async ready(): Promise<void> {
    if (this.#isClosed) throw closedError();
    if (this.#link.up) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const entry: Waiting = { resolve, reject };
    this.#waiting.add(entry);
    const timer = setTimeout(() => {
      reject(unavailable(this.#link.up ? 'no answer' : this.#link.reason));
    }, WAIT_MS);
    await promise.finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(entry);
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const { reject } of this.#waiting) reject(closedError());
    this.#waiting.clear();
  }

  #tellDown(reason: string): void {
    const [sinceMs, retryAtMs] = [this.#sinceMs, this.#retryAtMs];
    this.#set({
      up: false,
      reason,
      ...(sinceMs === undefined ? {} : { sinceMs }),
      ...(retryAtMs === undefined ? {} : { retryAtMs }),
    });
  }

  #set(link: Link): void {
    this.#link = link;
    for (const listener of [...this.#listeners]) listener(link);
  }
}

export const closedError = (): CodedError =>
  new CodedError('closed', 'the connection to the broker is closed');

export function unavailable(reason: string, cause?: unknown): CodedError {
  const hint = 'is the broker running and reachable?';
  return new CodedError('unavailable', reason, { hint, ...(cause === undefined ? {} : { cause }) });
}

/** What `append`, `send` and `request` say of a body beyond its bound. */
export function tooLarge(what: string, size: number, maxBytes: number): CodedError {
  return new CodedError('too_large', `${what} has ${size} bytes; the bound is ${maxBytes}`, {
    hint: 'write less, or write it to a file and pass the path on',
  });
}
