import type { LogScope } from '../view/log-scope.ts';

/** The first row shown: a line by its id, and of one that is wrapped the row; and the id that the next line got when the end was left. */
export type LogTop = { readonly id: number; readonly row: number; readonly seenId: number };

export type LogTimes = 'off' | 'day' | 'start';

export const LOG_TIMES: readonly LogTimes[] = ['off', 'day', 'start'];

/** How the operator wants to see the log. */
export type LogWish = {
  readonly scope: LogScope;
  /** Of one node's log; undefined: the newest. */
  readonly attempt: number | undefined;
  /** Undefined follows the end. */
  readonly top: LogTop | undefined;
  /** Columns that are scrolled away on the left. */
  readonly left: number;
  readonly times: LogTimes;
  readonly isWrapped: boolean;
  /** What is looked for, and what lines must match to be shown; '' is nothing, and all. */
  readonly search: string;
  readonly filter: string;
  /** The line that was found last, by its id. */
  readonly found: number | undefined;
};

export const FIRST_LOG: LogWish = {
  scope: 'node',
  attempt: undefined,
  top: undefined,
  left: 0,
  times: 'off',
  isWrapped: false,
  search: '',
  filter: '',
  found: undefined,
};

/** The same wishes for another log: it is followed from its end. */
export function ofOtherLog(wish: LogWish): LogWish {
  return { ...wish, attempt: undefined, top: undefined, left: 0, found: undefined };
}
