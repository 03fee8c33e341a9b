import { Writable } from 'node:stream';

/** What Ink renders onto: it keeps the newest frame and lets nothing through to the terminal. */
export class VirtualStdout extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  #frame = '';

  constructor(columns: number, rows: number) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
  }

  /** With `debug` Ink writes whole frames, one a write. */
  get frame(): string {
    return this.#frame;
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.emit('resize');
  }

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    if (typeof chunk === 'string') this.#frame = chunk;
    done();
  }
}
