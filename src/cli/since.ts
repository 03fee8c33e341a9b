import { parseDuration } from '../definition/duration.ts';
import { CodedError } from '../model/coded-error.ts';

/** `7d`: so long before `nowMs`; else a date, or a date with a time, by this machine's zone unless it names one. Error: `bad_usage`. */
export function readSince(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const agoMs = /^\d/.test(text) && !/^\d{4}-/.test(text) ? parseDuration(text) : undefined;
  if (agoMs !== undefined) return nowMs - agoMs;
  // A date alone would be read as one of Greenwich, and much that is none as some date.
  const atMs = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text);
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(atMs)) return atMs;
  throw new CodedError('bad_usage', `--since takes a duration or a date, not '${text}'`, {
    hint: "such as '24h', '7d', '2026-11-24' or '2026-11-24T12:00'",
  });
}
