import { stripVTControlCharacters } from 'node:util';

/** The last bytes of what went by. */
export class TailBytes {
  readonly #maxBytes: number;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  push(chunk: Buffer): void {
    const fresh = chunk.subarray(Math.max(0, chunk.length - this.#maxBytes));
    const old = this.#bytes.subarray(Math.max(0, this.#bytes.length + fresh.length - this.#maxBytes));
    this.#bytes = old.length === 0 ? fresh : Buffer.concat([old, fresh]);
  }

  clear(): void {
    this.#bytes = Buffer.alloc(0);
  }
}

/** The last line that is more than blanks; undefined when there is none. */
export function lastLine(text: string): string | undefined {
  const trimmed = text.trimEnd();
  if (trimmed === '') return undefined;
  return trimmed.slice(trimmed.lastIndexOf('\n') + 1).trim();
}

/** Bytes of unknown kind as one line for an error text: no control characters, at most `maxLength` characters. */
export function plainLine(text: string, maxLength: number): string {
  const plain = stripVTControlCharacters(text)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu, ' ')
    .trim();
  return plain.length <= maxLength ? plain : `${plain.slice(0, maxLength - 1)}…`;
}
