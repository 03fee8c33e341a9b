import { fitText, sanitizeText, textWidth } from '../graph/text.ts';
import type { Outcome } from '../model/event.ts';
import type { Attempt } from '../model/state.ts';
import { durationText } from './duration.ts';

const HEADER = ['#', 'SENT', 'AFTER', 'TOOK', 'SERVER', 'EPOCH', 'EXIT', 'END'] as const;
/** A server's name may be long; the figures must stay in sight. */
const CELL_MAX = 24;

/**
 * Every attempt that is kept, newest first, in columns: when it was sent and by which epoch, after how long it started and how long it took, where, and
 * how it ended; below it why, and each result that came too late. Empty without attempts. Texts are safe to paint.
 */
export function attemptLedger(
  attempts: readonly Attempt[],
  nowMs: number,
  timeText: (atMs: number) => string,
): string[] {
  if (attempts.length === 0) return [];
  const newestFirst = attempts.toReversed();
  const rows = newestFirst.map((attempt) => cellsOf(attempt, nowMs, timeText).map(sanitizeText));
  const widths = HEADER.map((title, column) =>
    rows.reduce(
      (most, row) => Math.max(most, Math.min(CELL_MAX, textWidth(row[column] ?? ''))),
      title.length,
    ),
  );
  const lineOf = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => fitText(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [
    lineOf(HEADER),
    ...newestFirst.flatMap((attempt, row) => [lineOf(rows[row] ?? []), ...notesOf(attempt, timeText)]),
  ];
}

function cellsOf(attempt: Attempt, nowMs: number, timeText: (atMs: number) => string): string[] {
  const { number, server, epoch, dispatchedMs, startedMs, finishedMs, outcome } = attempt;
  const isStarted = startedMs !== undefined;
  return [
    `#${number}`,
    timeText(dispatchedMs),
    isStarted ? durationText(startedMs - dispatchedMs) : '-',
    isStarted ? durationText((finishedMs ?? nowMs) - startedMs) : '-',
    server,
    String(epoch),
    exitText(outcome),
    outcome?.is.replace('_', ' ') ?? (isStarted ? 'running' : 'sent'),
  ];
}

function exitText(outcome: Outcome | undefined): string {
  if (outcome?.is === 'succeeded') return '0';
  if (outcome?.is !== 'failed') return '-';
  return outcome.exitCode === undefined ? (outcome.signal ?? '-') : String(outcome.exitCode);
}

function notesOf({ outcome, finishedMs, late }: Attempt, timeText: (atMs: number) => string): string[] {
  const isTold = outcome?.is === 'failed' && outcome.error === `exit code ${outcome.exitCode}`;
  const why = outcome !== undefined && 'error' in outcome && !isTold ? [`    ${outcome.error}`] : [];
  const ignored = late.map(({ outcome: told, atMs }) => {
    const error = 'error' in told ? `: ${told.error}` : '';
    const after = finishedMs === undefined ? '' : `, ${durationText(atMs - finishedMs)} after that`;
    return `    ${timeText(atMs)} came too late and was ignored${after}: ${told.is.replace('_', ' ')}${error}`;
  });
  return [...why, ...ignored].map(sanitizeText);
}
