import { sanitizeText } from '../graph/text.ts';
import { limits } from '../model/limits.ts';

export type LogLine = { readonly stream: 'stdout' | 'stderr' | 'note'; readonly text: string };

/**
 * What a command wrote, as lines that are safe to paint: at most `logLinesShownMax`, the newest. Of a line that was overwritten with carriage
 * returns (a progress bar) the last state is kept. Streams are separate until a line is whole.
 */
export class LogText {
  readonly #lines: LogLine[] = [];
  readonly #partial = { stdout: new PartialLine(), stderr: new PartialLine() };
  #left = 0;

  /** Lines that were dropped from the front, so that a reader who scrolled back stays where he is. */
  get droppedLines(): number {
    return this.#left;
  }

  add(stream: 'stdout' | 'stderr', bytes: Uint8Array, skippedBytes: number): void {
    if (skippedBytes > 0) this.note(`… ${skippedBytes} bytes were not kept …`);
    for (const text of this.#partial[stream].add(bytes)) this.#lines.push({ stream, text });
    this.#trim();
  }

  /** A word of the viewer's own; the same twice in a row is one. */
  note(words: string): void {
    const text = sanitizeText(words);
    const last = this.#lines.at(-1);
    if (last?.stream === 'note' && last.text === text) return;
    this.#lines.push({ stream: 'note', text });
    this.#trim();
  }

  /** Unfinished lines come last. */
  get lines(): readonly LogLine[] {
    const open = (['stdout', 'stderr'] as const).flatMap((stream) => {
      const { text } = this.#partial[stream];
      return text === '' ? [] : [{ stream, text }];
    });
    return open.length === 0 ? this.#lines : [...this.#lines, ...open];
  }

  #trim(): void {
    const excess = this.#lines.length - limits.logLinesShownMax;
    if (excess <= 0) return;
    this.#lines.splice(0, excess);
    this.#left += excess;
  }
}

class PartialLine {
  readonly #decoder = new TextDecoder();
  #raw = '';

  get text(): string {
    return cleanLine(this.#raw);
  }

  /** The lines that are whole now. */
  add(bytes: Uint8Array): string[] {
    const parts = (this.#raw + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#raw = (parts.pop() ?? '').slice(-limits.logLineMaxLength);
    return parts.map(cleanLine);
  }
}

function cleanLine(raw: string): string {
  const text = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
  const lastState = text.slice(text.lastIndexOf('\r') + 1);
  // Eight cells a tab stop would need the column; two blanks keep words apart.
  return sanitizeText(lastState.slice(0, limits.logLineMaxLength).replaceAll('\t', '  '));
}
