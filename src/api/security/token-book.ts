import { stat } from 'node:fs/promises';
import type { TokenCheck } from './gate.ts';
import { readTokens } from './token-file.ts';
import { callerOf } from './tokens.ts';
import type { Caller, StoredToken } from './tokens.ts';

/** How old the knowledge of the file may be: so long a token that was revoked goes on. */
const FRESH_MS = 250;

export type TokenBookOptions = {
  /** Of this process, which are in no file. */
  readonly own: readonly StoredToken[];
  readonly file: string;
  readonly nowMs: () => number;
  /** The file cannot be used: its tokens are refused until it can. */
  readonly onProblem: (error: unknown) => void;
};

/** Who may come in: the tokens of this process and those of the file, which is read again when it has changed. */
export class TokenBook implements TokenCheck {
  readonly #options: TokenBookOptions;
  #stored: readonly StoredToken[] = [];
  #seen = '';
  #seenMs = -Infinity;
  #reading: Promise<void> | undefined;

  constructor(options: TokenBookOptions) {
    this.#options = options;
  }

  async callerOf(token: string): Promise<Caller | 'unknown' | 'expired'> {
    const { nowMs, own } = this.#options;
    if (nowMs() - this.#seenMs >= FRESH_MS) {
      this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
      await this.#reading;
    }
    return callerOf(token, [...own, ...this.#stored], nowMs());
  }

  async #read(): Promise<void> {
    const { file, nowMs, onProblem } = this.#options;
    const seen = await stat(file).then(
      ({ ino, mtimeMs, ctimeMs, size }) => [ino, mtimeMs, ctimeMs, size].join(),
      () => 'none',
    );
    this.#seenMs = nowMs();
    if (seen === this.#seen) return;
    this.#seen = seen;
    try {
      this.#stored = await readTokens(file);
    } catch (error) {
      this.#stored = [];
      onProblem(error);
    }
  }
}
