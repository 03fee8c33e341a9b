import { limits } from '../../model/limits.ts';
import type { OutputChunk, TimeMark } from '../../model/message.ts';

export type ChunkOf = Omit<OutputChunk, 'type' | 'at' | 'data' | 'times'>;

/**
 * Output as it is written, for those who watch. At most `liveMaxBytesPerSecond` leave an agent: what is more is left out, which
 * a reader sees by `at`, and stays readable on disk.
 */
export class LiveFeed {
  readonly #publish: (chunk: OutputChunk) => void;
  #budget: number = limits.liveMaxBytesPerSecond;
  #filledMs = performance.now();

  constructor(publish: (chunk: OutputChunk) => void) {
    this.#publish = publish;
  }

  send(of: ChunkOf, at: number, bytes: Buffer, times: readonly TimeMark[]): void {
    const nowMs = performance.now();
    const fresh = ((nowMs - this.#filledMs) / 1_000) * limits.liveMaxBytesPerSecond;
    this.#budget = Math.min(limits.liveMaxBytesPerSecond, this.#budget + fresh);
    this.#filledMs = nowMs;
    if (bytes.length > this.#budget) return;
    this.#budget -= bytes.length;
    try {
      this.#publish({ type: 'output', ...of, at, data: bytes.toString('base64'), times });
    } catch {
      // Who watches sees a gap; a command must not suffer from a broker that is closed.
    }
  }
}
