import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { limits } from '../../model/limits.ts';
import type { TimeMark } from '../../model/message.ts';

/** When the bytes of a segment came: pairs of offset and time in a file beside it, six bytes each, only ever appended to. */

const HALF = 6;
/** What a mark takes on disk. */
export const MARK_BYTES = 2 * HALF;

export function timesPath(segmentPath: string): string {
  return `${segmentPath}.times`;
}

/** How many marks a segment may have: those who write little and often get a thousand, and more with what they write. */
export function marksAllowed(segmentBytes: number): number {
  return limits.captureMarksMin + Math.floor(segmentBytes / limits.captureBytesPerMark);
}

/** May throw as the file system does. */
export function appendMarks(segmentPath: string, marks: readonly TimeMark[]): void {
  const pairs = Buffer.alloc(marks.length * MARK_BYTES);
  for (const [index, [at, atMs]] of marks.entries()) {
    pairs.writeUIntBE(at, index * MARK_BYTES, HALF);
    pairs.writeUIntBE(atMs, index * MARK_BYTES + HALF, HALF);
  }
  appendFileSync(timesPath(segmentPath), pairs);
}

/** The marks of a segment, in order; none where nothing is known. What a crash left half written is left out. */
export async function readMarks(segmentPath: string): Promise<TimeMark[]> {
  const pairs = await readFile(timesPath(segmentPath)).catch(() => Buffer.alloc(0));
  return Array.from({ length: Math.floor(pairs.length / MARK_BYTES) }, (_, index): TimeMark => {
    const at = index * MARK_BYTES;
    return [pairs.readUIntBE(at, HALF), pairs.readUIntBE(at + HALF, HALF)];
  });
}

/** The marks that say when the bytes between two offsets came: the first is of the first byte, if anything is known of it. */
export function marksBetween(marks: readonly TimeMark[], from: number, to: number): TimeMark[] {
  const first = marks.findLastIndex(([at]) => at <= from);
  const start = marks[first];
  const inside = marks.slice(first + 1).filter(([at]) => at > from && at < to);
  return start === undefined ? inside : [[from, start[1]], ...inside];
}
