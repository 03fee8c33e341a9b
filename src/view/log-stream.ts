import { sanitizeText } from '../graph/text.ts';
import { limits } from '../model/limits.ts';
import type { TimeMark } from '../model/message.ts';

/** A piece of one stream of a command, as it was read. */
export type OutputPiece = {
  readonly bytes: Uint8Array;
  /** The offset of its first byte. */
  readonly at: number;
  /** Bytes before it that no longer exist. */
  readonly skipped: number;
  /** When the bytes came, as far as it is known. */
  readonly times: readonly TimeMark[];
};

export type StreamLine = { readonly text: string; readonly atMs: number | undefined };

const LF = 0x0a;

/**
 * Makes lines of the pieces of one stream, safe to paint. A line has the time of its end. Of a line that was overwritten with carriage
 * returns (a progress bar) the last state is kept.
 */
export class LineCutter {
  readonly #decoder = new TextDecoder();
  readonly #maxLength: number;
  #raw = '';
  #openMs: number | undefined;

  /** Characters of one line; what is more is cut off. */
  constructor(maxLength: number = limits.logLineMaxLength) {
    this.#maxLength = maxLength;
  }

  /** The line that has no end yet; undefined when there is none. */
  get open(): StreamLine | undefined {
    const text = cleanLine(this.#raw, this.#maxLength);
    return text === '' ? undefined : { text, atMs: this.#openMs };
  }

  /** The lines that are whole now. */
  add({ bytes, at, times }: OutputPiece): StreamLine[] {
    const lines: StreamLine[] = [];
    const clock = new Marks(times);
    let from = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, from)) {
      const raw = this.#raw + this.#decoder.decode(bytes.subarray(from, end));
      lines.push({ text: cleanLine(raw, this.#maxLength), atMs: clock.at(at + end) });
      this.#raw = '';
      from = end + 1;
    }
    if (from < bytes.length) {
      const raw = this.#raw + this.#decoder.decode(bytes.subarray(from), { stream: true });
      this.#raw = raw.slice(-this.#maxLength);
      this.#openMs = clock.at(at + bytes.length - 1);
    }
    return lines;
  }
}

/** Answers for offsets that grow. */
class Marks {
  readonly #marks: readonly TimeMark[];
  #next = 0;

  constructor(marks: readonly TimeMark[]) {
    this.#marks = marks;
  }

  at(offset: number): number | undefined {
    while ((this.#marks[this.#next]?.[0] ?? Infinity) <= offset) this.#next += 1;
    return this.#marks[this.#next - 1]?.[1];
  }
}

function cleanLine(raw: string, maxLength: number): string {
  const text = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
  const lastState = text.slice(text.lastIndexOf('\r') + 1);
  // Eight cells a tab stop would need the column; two blanks keep words apart.
  return sanitizeText(lastState.slice(0, maxLength).replaceAll('\t', '  '));
}
