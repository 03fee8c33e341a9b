import { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { MouseReports } from './mouse.ts';
import type { MouseEvent } from './mouse.ts';

/** A report that was cut comes whole within this; Esc waits as long. */
const HOLD_MS = 20;

/**
 * What is typed, without what the mouse did: the `stdin` that Ink gets. Between `release` and `reclaim` it reads nothing and the terminal is in the mode
 * in which it was found, so that others can have it.
 */
export class Keyboard extends Readable {
  readonly isTTY = true;
  readonly #stdin: NodeJS.ReadStream;
  readonly #onMouse: (event: MouseEvent) => void;
  readonly #reports = new MouseReports();
  #decoder = new StringDecoder('utf8');
  #isWanted = false;
  #isTaken = true;
  #timer: NodeJS.Timeout | undefined;

  constructor(stdin: NodeJS.ReadStream, onMouse: (event: MouseEvent) => void) {
    super({ encoding: 'utf8', highWaterMark: 1 });
    this.#stdin = stdin;
    this.#onMouse = onMouse;
  }

  override _read(): void {
    // What comes is pushed as it comes.
  }

  /** Ink's: reads, with the terminal in raw mode, from here on; or ends that. */
  setRawMode(isWanted: boolean): this {
    this.#isWanted = isWanted;
    this.#follow();
    return this;
  }

  ref(): void {
    this.#stdin.ref();
  }

  unref(): void {
    this.#stdin.unref();
  }

  /** Leaves the terminal's input to others. */
  release(): void {
    this.#isTaken = false;
    this.#follow();
  }

  /** Reads again. Whoever had the terminal may have changed its mode, so it is set anew. */
  reclaim(): void {
    this.#stdin.setRawMode(false);
    this.#isTaken = true;
    this.#follow();
  }

  #follow(): void {
    const reads = this.#isWanted && this.#isTaken;
    this.#stdin.off('data', this.#onData);
    clearTimeout(this.#timer);
    if (reads) {
      this.#stdin.setRawMode(true);
      this.#stdin.on('data', this.#onData);
      this.#stdin.resume();
      return;
    }
    this.#stdin.pause();
    this.#stdin.setRawMode(false);
    this.#reports.release();
    this.#decoder = new StringDecoder('utf8');
  }

  readonly #onData = (data: Buffer | string): void => {
    clearTimeout(this.#timer);
    const { keys, events } = this.#reports.take(typeof data === 'string' ? data : this.#decoder.write(data));
    if (keys !== '') this.push(keys);
    for (const event of events) this.#onMouse(event);
    if (!this.#reports.isHolding) return;
    this.#timer = setTimeout(() => this.push(this.#reports.release()), HOLD_MS);
  };
}
