import { createReadStream } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

type Waiting = { readonly resolve: () => void; readonly reject: (error: unknown) => void };

/** Lines of a new file that are written at once. */
const CHUNK = 1_000;

/**
 * A file of lines that survives its process. While one write is under way the next lines gather. No fsync: what the kernel has
 * outlives us, and after a reboot nothing of the journal can still be running.
 */
export class JournalFile {
  readonly #path: string;
  #file: FileHandle;
  #bytes: number;
  #lines: string[] = [];
  #waiting: Waiting[] = [];
  #rewrite: (Waiting & { readonly lines: Iterable<string> }) | undefined;
  #writing: Promise<void> | undefined;
  /** The end of the file may be a torn line: the next one begins with a line break of its own. */
  #isTorn = true;

  private constructor(path: string, file: FileHandle, bytes: number) {
    this.#path = path;
    this.#file = file;
    this.#bytes = bytes;
  }

  static async open(path: string): Promise<JournalFile> {
    const file = await open(path, 'a', 0o600);
    return new JournalFile(path, file, (await file.stat()).size);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Every line that the file had when it was opened, torn ones too. */
  async *read(): AsyncIterable<string> {
    let rest = '';
    // Not by `readline`, for which a U+2028 within a text ends the line.
    for await (const chunk of createReadStream(this.#path, { encoding: 'utf8' })) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    if (rest !== '') yield rest;
  }

  /** Resolves when the kernel has the lines, and all that came before them. */
  append(lines: readonly string[]): Promise<void> {
    this.#lines.push(...lines);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  /**
   * Puts a new file in place of this one, with `lines` and then what is appended from now on. The lines are taken one by one, so
   * they may tell of things whose own lines follow.
   */
  rewrite(lines: Iterable<string>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#rewrite = { lines, resolve, reject };
      this.#writing ??= this.#write();
    });
  }

  async close(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    await this.#file.close();
  }

  async #write(): Promise<void> {
    // Those of the same turn of the event loop go together.
    await Promise.resolve();
    while (this.#waiting.length > 0 || this.#rewrite !== undefined) {
      const rewrite = this.#rewrite;
      this.#rewrite = undefined;
      if (rewrite !== undefined) await this.#replace(rewrite.lines).then(rewrite.resolve, rewrite.reject);
      await this.#writeWaiting();
    }
    this.#writing = undefined;
  }

  async #writeWaiting(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const [lines, waiting] = [this.#lines, this.#waiting];
    [this.#lines, this.#waiting] = [[], []];
    try {
      const text = (this.#isTorn ? '\n' : '') + lines.join('');
      this.#isTorn = true;
      await this.#file.appendFile(text);
      this.#isTorn = false;
      this.#bytes += Buffer.byteLength(text);
      for (const { resolve } of waiting) resolve();
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }

  async #replace(lines: Iterable<string>): Promise<void> {
    const path = `${this.#path}.new`;
    const file = await open(path, 'w', 0o600);
    let bytes = 0;
    let chunk: string[] = [];
    const flush = async (): Promise<void> => {
      const text = chunk.join('');
      chunk = [];
      bytes += Buffer.byteLength(text);
      await file.appendFile(text);
    };
    try {
      for (const line of lines) if (chunk.push(line) >= CHUNK) await flush();
      await flush();
      await rename(path, this.#path);
    } catch (error) {
      await file.close();
      throw error;
    }
    const old = this.#file;
    [this.#file, this.#bytes, this.#isTorn] = [file, bytes, false];
    await old.close();
  }
}
