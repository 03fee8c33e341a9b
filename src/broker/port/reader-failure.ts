import { createHash } from 'node:crypto';

/** The reader of a log itself threw: that ends its reading, and is no fault of the log. */
export class ReaderFailure extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** By which a record is known again: a log that lost its end and grew anew has another one at its place. */
export function stampOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}
