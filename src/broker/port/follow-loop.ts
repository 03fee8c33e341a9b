import { CodedError } from '../../model/coded-error.ts';
import type { LinkState } from './link-state.ts';
import type { LogFault } from './log-fault.ts';
import type { LogFollower, StoredRecord } from './port.ts';
import { ReaderFailure } from './reader-failure.ts';

export type FollowLoopWish = {
  readonly reader: LogFollower;
  readonly link: LinkState;
  readonly fault: LogFault;
  /** Again and again while the link is up: reads on and hands over, or sleeps until there is something. */
  readonly round: () => Promise<void>;
  /** When the link went down, and a while after a round that failed: what was read last must be looked at again. */
  readonly doubt: () => Promise<void> | void;
  /** At once when the reading is to end: breaks off what a round waits for. */
  readonly onStop?: () => void;
};

const LOOK_MS = 1_000;
const RETRY_MS = 250;

/** What a follower of a log does round about its reading: it waits for the link, hands over one batch at a time, and ends with the log's fault or its reader's. */
export class FollowLoop {
  readonly #wish: FollowLoopWish;
  #isStopped = false;
  #wake: () => void = () => undefined;
  /** Resolves when the reader has nothing in hand that was not asked to stop from within itself. */
  #handing: Promise<void> = Promise.resolve();

  constructor(wish: FollowLoopWish) {
    this.#wish = wish;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Runs until it is stopped or the reading ends for good; never rejects. */
  async run(): Promise<void> {
    const { link, fault, round, doubt } = this.#wish;
    const unfault = fault.on((error) => this.#fail(error));
    const unlink = link.on(({ up }) => {
      if (!up) void doubt();
      this.wake();
    });
    while (!this.#isStopped) {
      try {
        if (link.isUp) await round();
        else await this.sleep(LOOK_MS);
      } catch (error) {
        if (isFinal(error)) this.#fail(error);
        else await this.sleep(RETRY_MS);
        if (!this.#isStopped) await doubt();
      }
    }
    unfault();
    unlink();
  }

  /** Ends the reading. Resolves when `running` has ended, or the reader, who may be asking for it, has the last batch in hand. */
  async stop(running: Promise<void>): Promise<void> {
    this.#end();
    await Promise.race([running, this.#handing]);
  }

  /** Gives the reader a batch and waits until he is done. Throws `ReaderFailure`. */
  async hand(records: readonly StoredRecord[]): Promise<void> {
    try {
      const handed = Promise.resolve(this.#wish.reader.onRecords(records));
      this.#handing = handed.catch(() => undefined);
      await handed;
    } catch (error) {
      throw new ReaderFailure(error);
    }
  }

  wake(): void {
    this.#wake();
  }

  /** Until it is woken or stopped, or `ms` have passed. */
  async sleep(ms = LOOK_MS): Promise<void> {
    if (this.#isStopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => undefined;
  }

  #fail(error: Error): void {
    if (this.#isStopped) return;
    this.#end();
    this.#wish.reader.onFault(error);
  }

  #end(): void {
    this.#isStopped = true;
    this.#wish.onStop?.();
    this.wake();
  }
}

/** All other faults of a log are raised, and come by `LogFault`. */
function isFinal(error: unknown): error is Error {
  return error instanceof ReaderFailure || (error instanceof CodedError && error.code === 'log_regressed');
}
