import type { Clock } from '../../model/clock.ts';
import { CodedError } from '../../model/coded-error.ts';

export type GroupCommitOptions<T> = {
  readonly clock: Clock;
  /** Makes a batch durable. Called with one batch at a time; a rejection is indeterminate, so the same batch is tried again. */
  readonly commit: (items: readonly T[]) => Promise<void>;
  /** Items that may wait; more are refused. */
  readonly backlogMax: number;
  /** Items in one batch. */
  readonly batchMax: number;
  /** Between tries of a batch that failed. */
  readonly retryMs: number;
  /** Told at each failed try, for a notice. */
  readonly onFailure?: (error: unknown) => void;
};

type Waiter = {
  readonly through: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
};

/**
 * Group commit: while one batch is under way the next gathers, so throughput grows with load and a single item waits for nobody.
 * Items keep their order. A batch that fails is tried again, unchanged, until it succeeds or `close`.
 */
export class GroupCommit<T> {
  readonly #options: GroupCommitOptions<T>;
  #queue: T[] = [];
  #waiters: Waiter[] = [];
  #added = 0;
  #committed = 0;
  #busy = false;
  #closed = false;

  constructor(options: GroupCommitOptions<T>) {
    this.#options = options;
  }

  get backlog(): number {
    return this.#added - this.#committed;
  }

  /** Resolves when all `items` are durable. Rejects with `backlog_full` (nothing taken) or `closed` (indeterminate). */
  add(items: readonly T[]): Promise<void> {
    if (items.length === 0) return Promise.resolve();
    if (this.#closed)
      return Promise.reject(new CodedError('closed', 'the connection to the broker is closed'));
    if (this.backlog + items.length > this.#options.backlogMax) {
      const error = new CodedError(
        'backlog_full',
        `${this.backlog} items wait for the broker; no more are taken`,
        {
          hint: 'is the broker reachable?',
        },
      );
      return Promise.reject(error);
    }
    for (const item of items) this.#queue.push(item);
    this.#added += items.length;
    const through = this.#added;
    return new Promise((resolve, reject) => {
      this.#waiters.push({ through, resolve, reject });
      if (this.#busy) return;
      this.#busy = true;
      // What is added in the same turn goes along.
      queueMicrotask(() => void this.#run());
    });
  }

  /** Rejects whoever waits; a batch under way may still become durable. */
  close(): void {
    this.#closed = true;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { reject } of waiters) reject(new CodedError('closed', 'closed before the broker confirmed'));
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0 && !this.#closed) {
      const batch = this.#queue.splice(0, this.#options.batchMax);
      while (!this.#closed && !(await this.#try(batch))) await this.#pause();
      if (this.#closed) return;
      this.#committed += batch.length;
      const firstOpen = this.#waiters.findIndex(({ through }) => through > this.#committed);
      const ready = this.#waiters.splice(0, firstOpen === -1 ? this.#waiters.length : firstOpen);
      for (const { resolve } of ready) resolve();
    }
    this.#busy = false;
  }

  async #try(batch: readonly T[]): Promise<boolean> {
    try {
      await this.#options.commit(batch);
      return true;
    } catch (error) {
      this.#options.onFailure?.(error);
      return false;
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.after(this.#options.retryMs, resolve);
    });
  }
}
