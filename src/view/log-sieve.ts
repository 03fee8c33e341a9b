import { limits } from '../model/limits.ts';
import { readFilter } from './filter.ts';
import type { Filter } from './filter.ts';
import type { LogLine } from './log-text.ts';

/** Whether a filter lets a line of a log through; notes of the viewer's own have no server and no node. */
export function linePasses(filter: Filter, { text, stream, source }: LogLine): boolean {
  return filter.matches({
    text,
    stream,
    ...(source === undefined ? {} : { server: source.server, node: source.node }),
  });
}

export type Sifted = {
  /** What was let through of the lines that were looked at. */
  readonly lines: readonly LogLine[];
  /** Older lines were not looked at yet. */
  readonly isDone: boolean;
};

/**
 * The lines of a log that a filter lets through, remembered from one look to the next. A look costs at most about `logSiftMaxSteps`, newest lines
 * first: where a costly expression needs more, the next look goes on.
 */
export class LogSieve {
  #text = '';
  #filter: Filter | undefined;
  #verdicts = new WeakMap<LogLine, boolean>();

  sift(lines: readonly LogLine[], text: string): Sifted {
    if (text === '') return { lines, isDone: true };
    if (text !== this.#text || this.#filter === undefined) {
      this.#text = text;
      this.#filter = readFilter(text, 'smart');
      this.#verdicts = new WeakMap();
    }
    const filter = this.#filter;
    const endWork = filter.work() + limits.logSiftMaxSteps;
    const passed: LogLine[] = [];
    for (let at = lines.length - 1; at >= 0; at -= 1) {
      const line = lines[at];
      if (line === undefined) continue;
      const known = this.#verdicts.get(line);
      if (known === undefined && filter.work() > endWork)
        return { lines: passed.toReversed(), isDone: false };
      const verdict = known ?? linePasses(filter, line);
      this.#verdicts.set(line, verdict);
      if (verdict) passed.push(line);
    }
    return { lines: passed.toReversed(), isDone: true };
  }
}
