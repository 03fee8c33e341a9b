import type { Broker } from '../broker/port/port.ts';
import { limits } from '../model/limits.ts';
import { LineCutter } from '../view/log-stream.ts';
import type { OutputPiece } from '../view/log-stream.ts';
import { readOutput } from './output-follow.ts';
import type { OutputTarget } from './output-follow.ts';

/** A line of a command, with where it was written. */
export type PrintedLine = {
  readonly target: OutputTarget;
  readonly text: string;
  readonly atMs: number | undefined;
};

/** The lines of one stream that an agent has kept, read as they are asked for; what comes later may be added. */
export class StoredLines {
  readonly target: OutputTarget;
  readonly #broker: Broker;
  readonly #cutter = new LineCutter(limits.logPrintedLineMaxLength);
  #lines: PrintedLine[] = [];
  #next = 0;
  #end = 0;
  #isOver = false;

  constructor(broker: Broker, target: OutputTarget) {
    this.#broker = broker;
    this.target = target;
  }

  /** Where in the stream the reading has come to. */
  get end(): number {
    return this.#end;
  }

  /** The next line; undefined at the end of what is there now. A last line that has no end counts if nothing more `isToCome`. Rejects as `readOutput`. */
  async next(isToCome: boolean): Promise<PrintedLine | undefined> {
    while (this.#next >= this.#lines.length) {
      if (this.#isOver) return undefined;
      const { data, from, times = [] } = await readOutput(this.#broker, this.target, this.#end);
      const bytes = Buffer.from(data, 'base64');
      if (bytes.length === 0) {
        this.#isOver = !isToCome;
        return this.#isOver ? this.last : undefined;
      }
      this.#lines = this.add({ bytes, at: from, skipped: Math.max(0, from - this.#end), times });
      this.#next = 0;
    }
    this.#next += 1;
    return this.#lines[this.#next - 1];
  }

  /** The lines that a further piece makes whole; one that says what is missing comes before them. */
  add(piece: OutputPiece): PrintedLine[] {
    const { target } = this;
    this.#end = piece.at + piece.bytes.length;
    const lines = this.#cutter.add(piece).map((line): PrintedLine => ({ target, ...line }));
    const gap = { target, text: `… ${piece.skipped} bytes were not kept …`, atMs: lines[0]?.atMs };
    return piece.skipped > 0 ? [gap, ...lines] : lines;
  }

  /** The line that has no end, when nothing more comes. */
  get last(): PrintedLine | undefined {
    const { open } = this.#cutter;
    return open === undefined ? undefined : { target: this.target, ...open };
  }
}
