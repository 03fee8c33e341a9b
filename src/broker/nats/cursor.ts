import { CodedError } from '../../model/coded-error.ts';
import type { Position } from '../../model/ids.ts';
import type { StoredRecord } from '../port/port.ts';
import { regressed } from './guard.ts';
import type { LogGuard } from './guard.ts';
import type { Pulled } from './pull.ts';

/** The same hole, seen again with a fresh consumer, is one in the log. */
const HOLE_TRIES = 3;

/** Where a follower stands, over all its sessions. */
export type Cursor = {
  /** Where a session begins, and the sequence of its first new record. Throws when the stream ends before. */
  place(stream: { first_seq: number; last_seq: number; messages: number }): {
    start: number;
    expected: number;
  };
  /** Undefined when it was read before; `hole` when another session must look; throws what is wrong with the log. */
  take(message: Pulled, expected: number): StoredRecord | undefined | 'hole';
};

/**
 * A session begins at the newest record that was read already, and compares the time at which the stream took it: so a log that lost its
 * end and grew again is noticed.
 */
export function openCursor(stream: string, after: Position, guard: LogGuard): Cursor {
  let position: number = after;
  let stamp = '';
  let holes = 0;
  /** What is wrong with the log itself ends every use of it. */
  const raised = (problem: [string, string, string]): CodedError => {
    const error = coded(problem);
    guard.raise(error);
    return error;
  };
  return {
    place({ first_seq: first, last_seq: last, messages }) {
      if (last < position) throw coded(regressed(stream, last, position));
      const overlaps = stamp !== '' && messages > 0 && position >= first;
      return { start: overlaps ? position : position + 1, expected: Math.max(position + 1, first) };
    },
    take(message, expected) {
      if (message.streamSequence === position && stamp !== '') {
        if (message.stamp === stamp) return undefined;
        throw raised(regressed(stream, position - 1, position));
      }
      if (message.streamSequence !== expected) {
        holes += 1;
        if (holes < HOLE_TRIES) return 'hole';
        throw raised([
          'log_damaged',
          `the event log (stream ${stream}) has no records from ${expected} to ${message.streamSequence - 1}`,
          'its files are damaged, or records were deleted by hand: restore it from a backup',
        ]);
      }
      holes = 0;
      position = message.streamSequence;
      stamp = message.stamp;
      guard.saw(position);
      return { position: position as Position, body: message.body };
    },
  };
}

const coded = ([code, message, hint]: [string, string, string]): CodedError =>
  new CodedError(code, message, { hint });
