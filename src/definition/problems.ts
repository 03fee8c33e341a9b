import { limits } from '../model/limits.ts';
import type { Diagnostic } from './diagnostic.ts';

/** Collects the problems of one file, with offsets into its text turned into lines and columns. */
export class Problems {
  readonly #file: string;
  readonly #lineStarts: readonly number[];
  readonly #seen = new Set<string>();
  readonly #found: Diagnostic[] = [];
  #errors = 0;
  #unshown = 0;

  /** `offset` is that of `text` in the file: 1 where a byte order mark was cut off, else 0. */
  constructor(file: string, text: string) {
    this.#file = file;
    const starts = [0];
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#lineStarts = starts;
  }

  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  /** Whether further problems are only counted: expensive hints are then not worth their search. */
  get isFull(): boolean {
    return this.#found.length >= limits.diagnosticsMax;
  }

  error(at: number, message: string, hint?: string): void {
    this.#errors += 1;
    this.#add('error', at, message, hint);
  }

  warn(at: number, message: string, hint?: string): void {
    this.#add('warning', at, message, hint);
  }

  /** 1-based. */
  lineAt(at: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  /** 1-based. */
  placeOf(at: number): { line: number; column: number } {
    const line = this.lineAt(at);
    return { line, column: at - (this.#lineStarts[line - 1] ?? 0) + 1 };
  }

  /** Everything found, in the order of the file; at most `limits.diagnosticsMax`, then a count of the rest. */
  list(): Diagnostic[] {
    const sorted = this.#found.toSorted((a, b) => a.line - b.line || a.column - b.column);
    const last = sorted.at(-1);
    if (last === undefined || this.#unshown === 0) return sorted;
    const message = `${this.#unshown} more problems are not shown`;
    return [...sorted, { ...last, severity: 'error', message, hint: 'correct those above first' }];
  }

  #add(severity: Diagnostic['severity'], at: number, message: string, hint: string | undefined): void {
    // What an alias repeats is read at each place that names it, and is one problem all the same.
    const key = `${at} ${message}`;
    if (this.#seen.has(key)) return;
    if (this.isFull) {
      this.#unshown += 1;
      return;
    }
    this.#seen.add(key);
    const found = { file: this.#file, ...this.placeOf(at), severity, message };
    this.#found.push(hint === undefined ? found : { ...found, hint });
  }
}
