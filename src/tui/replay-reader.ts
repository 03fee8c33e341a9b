import type { Unsubscribe } from '../broker/port/port.ts';
import type { RunTape } from '../view/replay-tape.ts';
import type { MonitorSource } from './source.ts';

/** Events folded in one go: a few milliseconds, in which no key is heard. */
const SLICE_EVENTS = 250;

export type ReplayListener = {
  /** More was read, or the run went on. */
  readonly onChange: () => void;
  /** All that the log had is read. */
  readonly onReady: () => void;
};

/** Reads the log for one tape at a time, and goes on with what comes until the replay is left. */
export class ReplayReader {
  readonly #source: MonitorSource;
  readonly #listener: ReplayListener;
  #tape: RunTape | undefined;
  #end: Unsubscribe = () => undefined;

  constructor(source: MonitorSource, listener: ReplayListener) {
    this.#source = source;
    this.#listener = listener;
  }

  /** Goes on when it is the same tape; undefined reads nothing. */
  follow(tape: RunTape | undefined): void {
    if (tape === this.#tape) return;
    this.stop();
    this.#tape = tape;
    if (tape === undefined) return;
    const fail = (error: unknown): void => {
      tape.reading = { is: 'failed', reason: error instanceof Error ? error.message : String(error) };
      this.#listener.onChange();
    };
    let folded = 0;
    try {
      this.#end = this.#source.followEvents({
        onState: (state) => tape.begin(state),
        onEvents: async (events, position, head) => {
          for (const event of events) {
            if (this.#tape !== tape) return;
            tape.add(event, position);
            folded += 1;
            if (folded % SLICE_EVENTS === 0) await nextTurn();
          }
          if (tape.reading.is === 'reading' && position >= head) {
            tape.reading = { is: 'ready' };
            this.#listener.onReady();
          } else if (tape.reading.is === 'reading') tape.reading = { is: 'reading', part: position / head };
          this.#listener.onChange();
        },
        onError: fail,
      });
    } catch (error) {
      fail(error);
    }
  }

  stop(): void {
    this.#end();
    this.#end = () => undefined;
    this.#tape = undefined;
  }
}

/** Lets keys and frames through. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
