import { appendFileSync, mkdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { limits } from '../../model/limits.ts';
import type { TimeMark } from '../../model/message.ts';
import { segmentName } from './attempt-folder.ts';
import type { StreamName } from './attempt-folder.ts';
import { appendMarks, MARK_BYTES, marksAllowed, marksBetween, timesPath } from './time-marks.ts';

type Segment = { readonly at: number; size: number; marks: number };

const TAIL_SEGMENTS = 3;
const TAIL_SEGMENT_BYTES = limits.captureTailMaxBytes / TAIL_SEGMENTS;

/**
 * One stream on disk: a head of `captureHeadMaxBytes`, and as its tail the last files of up to a third of `captureTailMaxBytes`
 * each, all named by their offset: a reader needs nothing else, also after a crash. Beside each a file says when its bytes came. The files are not held open, so that a
 * thousand attempts need no thousand descriptors.
 */
export class Segments {
  readonly #folder: string;
  readonly #stream: StreamName;
  #current: Segment | undefined;
  #tail: Segment[] = [];
  #total = 0;
  #dropped = 0;
  #timesBytes = 0;
  #isTimed = true;
  #failure: Error | undefined;

  constructor(folder: string, stream: StreamName) {
    this.#folder = folder;
    this.#stream = stream;
  }

  get totalBytes(): number {
    return this.#total;
  }

  get droppedBytes(): number {
    return this.#dropped;
  }

  get timesBytes(): number {
    return this.#timesBytes;
  }

  /** Why bytes could not be kept; undefined when all went well. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Never throws: what the disk does not take counts as dropped. `marks` say when the bytes came. */
  append(bytes: Uint8Array, marks: readonly TimeMark[]): void {
    let rest = bytes;
    while (rest.length > 0) {
      const segment = this.#open();
      const bound = segment.at === 0 ? limits.captureHeadMaxBytes : TAIL_SEGMENT_BYTES;
      const piece = rest.subarray(0, bound - segment.size);
      rest = rest.subarray(piece.length);
      this.#write(segment, piece, marksBetween(marks, this.#total, this.#total + piece.length));
      segment.size += piece.length;
      this.#total += piece.length;
      if (segment.size >= bound) this.#current = undefined;
    }
  }

  #write(segment: Segment, piece: Uint8Array, marks: readonly TimeMark[]): void {
    if (this.#failure === undefined) {
      try {
        if (segment.at + segment.size === 0) mkdirSync(this.#folder, { recursive: true });
        // First, so that a reader who finds the bytes finds their times.
        this.#writeTimes(segment, marks);
        appendFileSync(this.#pathOf(segment), piece);
        return;
      } catch (error) {
        this.#failure = error as Error;
      }
    }
    this.#dropped += piece.length;
  }

  /** Bytes are worth more than times: where those can't be written, the bytes go on without. */
  #writeTimes(segment: Segment, marks: readonly TimeMark[]): void {
    if (!this.#isTimed) return;
    const kept = marks.slice(0, Math.max(0, marksAllowed(segment.size) - segment.marks));
    if (kept.length === 0) return;
    try {
      appendMarks(this.#pathOf(segment), kept);
      segment.marks += kept.length;
      this.#timesBytes += kept.length * MARK_BYTES;
    } catch {
      this.#isTimed = false;
    }
  }

  #pathOf(segment: Segment): string {
    return join(this.#folder, segmentName(this.#stream, segment.at));
  }

  #open(): Segment {
    if (this.#current !== undefined) return this.#current;
    this.#current = { at: this.#total, size: 0, marks: 0 };
    if (this.#total > 0) this.#tail.push(this.#current);
    if (this.#tail.length > TAIL_SEGMENTS) this.#dropOldest();
    return this.#current;
  }

  #dropOldest(): void {
    const oldest = this.#tail.shift();
    if (oldest === undefined || this.#failure !== undefined) return;
    try {
      unlinkSync(this.#pathOf(oldest));
      this.#dropped += oldest.size;
      if (oldest.marks === 0) return;
      unlinkSync(timesPath(this.#pathOf(oldest)));
      this.#timesBytes -= oldest.marks * MARK_BYTES;
    } catch (error) {
      this.#failure = error as Error;
    }
  }
}
