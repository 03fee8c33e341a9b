import type { RunCursor, RunSummary } from '../history/port/run-summary.ts';
import type { RunId } from '../model/ids.ts';
import type { Run } from '../model/state.ts';

/** What of the history the screen knows: runs that have left memory. */
export type Past = {
  /** There is a history to ask. */
  readonly isThere: boolean;
  /** Newest first, as far as they were read. */
  readonly rows: readonly RunSummary[];
  readonly next: RunCursor | undefined;
  readonly reading: 'unread' | 'some' | 'all' | 'failed';
  /** The operator came to the end of what is listed. */
  readonly isWanted: boolean;
  /** The one that was opened last, whole. */
  readonly opened: Run | undefined;
  /** The beginning of an id that is looked for. */
  readonly asked: string | undefined;
};

export const NO_PAST: Past = {
  isThere: false,
  rows: [],
  next: undefined,
  reading: 'unread',
  isWanted: false,
  opened: undefined,
  asked: undefined,
};

/** Whether the run is known from the history, be it in its list alone. */
export function isPast({ rows, opened }: Past, run: RunId): boolean {
  return opened?.id === run || rows.some((row) => row.run === run);
}

/** More of them are to be read, if there are any. */
export function wantMore(past: Past): Past {
  return past.isThere && past.reading !== 'all' ? { ...past, isWanted: true } : past;
}
