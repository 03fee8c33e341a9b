import { appendFileSync, mkdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { limits } from '../../model/limits.ts';
import { segmentName } from './attempt-folder.ts';
import type { StreamName } from './attempt-folder.ts';

type Segment = { readonly at: number; size: number };

const TAIL_SEGMENTS = 3;
const TAIL_SEGMENT_BYTES = limits.captureTailMaxBytes / TAIL_SEGMENTS;

/**
 * One stream on disk: a head of `captureHeadMaxBytes`, and as its tail the last files of up to a third of `captureTailMaxBytes`
 * each, all named by their offset: a reader needs nothing else, also after a crash. The files are not held open, so that a
 * thousand attempts need no thousand descriptors.
 */
export class Segments {
  readonly #folder: string;
  readonly #stream: StreamName;
  #current: Segment | undefined;
  #tail: Segment[] = [];
  #total = 0;
  #dropped = 0;
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

  /** Why bytes could not be kept; undefined when all went well. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Never throws: what the disk does not take counts as dropped. */
  append(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0) {
      const segment = this.#open();
      const bound = segment.at === 0 ? limits.captureHeadMaxBytes : TAIL_SEGMENT_BYTES;
      const piece = rest.subarray(0, bound - segment.size);
      rest = rest.subarray(piece.length);
      this.#write(segment, piece);
      segment.size += piece.length;
      this.#total += piece.length;
      if (segment.size >= bound) this.#current = undefined;
    }
  }

  #write(segment: Segment, piece: Uint8Array): void {
    if (this.#failure === undefined) {
      try {
        if (segment.at + segment.size === 0) mkdirSync(this.#folder, { recursive: true });
        appendFileSync(join(this.#folder, segmentName(this.#stream, segment.at)), piece);
        return;
      } catch (error) {
        this.#failure = error as Error;
      }
    }
    this.#dropped += piece.length;
  }

  #open(): Segment {
    if (this.#current !== undefined) return this.#current;
    this.#current = { at: this.#total, size: 0 };
    if (this.#total > 0) this.#tail.push(this.#current);
    if (this.#tail.length > TAIL_SEGMENTS) this.#dropOldest();
    return this.#current;
  }

  #dropOldest(): void {
    const oldest = this.#tail.shift();
    if (oldest === undefined || this.#failure !== undefined) return;
    try {
      unlinkSync(join(this.#folder, segmentName(this.#stream, oldest.at)));
      this.#dropped += oldest.size;
    } catch (error) {
      this.#failure = error as Error;
    }
  }
}
