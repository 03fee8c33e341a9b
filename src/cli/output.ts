import { CodedError } from '../model/coded-error.ts';
import type { RunOutcome } from '../model/event.ts';

/** What scripts can tell apart. */
export const EXIT = { ok: 0, error: 1, usage: 2, runFailed: 3, runCanceled: 4 } as const;

export function exitCodeOf(outcome: RunOutcome): number {
  switch (outcome) {
    case 'succeeded':
      return EXIT.ok;
    case 'failed':
      return EXIT.runFailed;
    case 'canceled':
      return EXIT.runCanceled;
  }
}

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** One error, as the user sees it: what happened, then what to do. */
export function printError(error: unknown): void {
  process.stderr.write(`${errorText(error)}\n`);
}

export function errorText(error: unknown): string {
  if (error instanceof CodedError) {
    return `dagtop: ${error.message}${error.hint === undefined ? '' : `\n  ${error.hint}`}`;
  }
  // A mistake of ours: the stack helps who reports it.
  return `dagtop: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

/** Rows under a header, columns padded to their widest cell. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  widthOf: (text: string) => number,
): string[] {
  const widths = header.map((title, at) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[at] ?? ''))),
  );
  return [header, ...rows].map((row) =>
    row
      .map((cell, at) => cell + ' '.repeat((widths[at] ?? 0) - widthOf(cell)))
      .join('  ')
      .trimEnd(),
  );
}
