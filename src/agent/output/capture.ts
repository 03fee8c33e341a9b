import { limits } from '../../model/limits.ts';
import type { TimeMark } from '../../model/message.ts';
import type { StreamName } from './attempt-folder.ts';
import type { ChunkOf, LiveFeed } from './live-feed.ts';
import { Segments } from './segments.ts';
import { TailBytes } from './tail-text.ts';
import { marksBetween } from './time-marks.ts';

/** Gathered before they go to disk. */
const FLUSH_BYTES = 64 * 1024;
const FLUSH_MS = 50;
/** What comes within so long counts as having come at once. */
const MARK_MS = 10;
const LF = 0x0a;

/** One timer for all streams that have something to flush. */
export class FlushTimer {
  readonly #waiting = new Set<Capture>();
  #timer: NodeJS.Timeout | undefined;

  add(capture: Capture): void {
    this.#waiting.add(capture);
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const captures = [...this.#waiting];
      this.#waiting.clear();
      for (const waiting of captures) waiting.flush();
    }, FLUSH_MS);
  }

  remove(capture: Capture): void {
    this.#waiting.delete(capture);
  }
}

/** One stream of a command: bounded on disk, and live for those who watch. */
export class Capture {
  readonly #segments: Segments;
  readonly #feed: LiveFeed;
  readonly #chunkOf: ChunkOf;
  readonly #timer: FlushTimer;
  readonly #tail = new TailBytes(limits.tailMaxBytes);
  readonly #live = new TailBytes(limits.liveChunkMaxBytes);
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #total = 0;
  /** When the bytes came that were not sent yet; the first mark is of the first of them, or of an earlier one. */
  #marks: TimeMark[] = [];
  /** Where the last line begins, and with which byte. */
  #lineAt = 0;
  #lineBegin: number | undefined;

  constructor(
    folder: string,
    chunkOf: Omit<ChunkOf, 'stream'> & { stream: StreamName },
    feed: LiveFeed,
    timer: FlushTimer,
  ) {
    this.#segments = new Segments(folder, chunkOf.stream);
    this.#chunkOf = chunkOf;
    this.#feed = feed;
    this.#timer = timer;
  }

  get totalBytes(): number {
    return this.#total;
  }

  get droppedBytes(): number {
    return this.#segments.droppedBytes;
  }

  /** What the times take on disk, beside the bytes. */
  get timesBytes(): number {
    return this.#segments.timesBytes;
  }

  get failure(): Error | undefined {
    return this.#segments.failure;
  }

  /** The last `tailMaxBytes`. */
  get tail(): Buffer {
    return this.#tail.bytes;
  }

  /** The last line, its line break included: how many bytes it has, and its first one. */
  get lastLine(): { readonly bytes: number; readonly begin: number | undefined } {
    return { bytes: this.#total - this.#lineAt, begin: this.#lineBegin };
  }

  push(chunk: Buffer): void {
    this.#mark(Date.now());
    this.#findLine(chunk);
    this.#total += chunk.length;
    this.#tail.push(chunk);
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes >= FLUSH_BYTES) this.#store();
    this.#timer.add(this);
  }

  /** A clock that was put back is followed. */
  #mark(nowMs: number): void {
    const last = this.#marks.at(-1);
    if (last === undefined || Math.abs(nowMs - last[1]) >= MARK_MS) this.#marks.push([this.#total, nowMs]);
  }

  /** A line break as the very last byte ends the last line and begins none. */
  #findLine(chunk: Buffer): void {
    const breakAt = chunk.length > 1 ? chunk.lastIndexOf(LF, chunk.length - 2) : -1;
    if (breakAt < 0 && this.#total > 0 && this.#tail.bytes.at(-1) !== LF) return;
    this.#lineAt = this.#total + breakAt + 1;
    this.#lineBegin = chunk[breakAt + 1];
  }

  /** To disk, and to those who watch. */
  flush(): void {
    this.#timer.remove(this);
    this.#store();
    const { bytes } = this.#live;
    if (bytes.length === 0) return;
    const at = this.#total - bytes.length;
    const times = marksBetween(this.#marks, at, this.#total).slice(-limits.outputMarksMax);
    this.#feed.send(this.#chunkOf, at, bytes, times);
    this.#marks = this.#marks.slice(-1);
    this.#live.clear();
  }

  #store(): void {
    if (this.#waitingBytes === 0) return;
    const bytes = this.#waiting.length === 1 ? this.#waiting[0] : Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (bytes === undefined) return;
    this.#segments.append(bytes, this.#marks);
    this.#live.push(bytes);
  }
}
