import type { TimeMark } from '../../model/message.ts';
import { LineCutter } from '../../view/log-stream.ts';
import type { OutputPiece } from '../../view/log-stream.ts';
import type { Backing, OutputTarget, StreamName } from '../backing.ts';
import type { LogChunk, LogPart } from '../contract/logs.ts';

/** Of which streams, and from which byte of each. */
export type LogPlace = Readonly<Partial<Record<StreamName, number>>>;

/** What is kept of an attempt's output from a place on, about `limit` bytes of each stream. Errors: those of `readOutput`. */
export async function readLogPart(
  { readOutput }: Pick<Backing, 'readOutput'>,
  target: Omit<OutputTarget, 'stream'>,
  place: LogPlace,
  limit: number,
): Promise<{ readonly part: LogPart; readonly pieces: readonly StreamPiece[] }> {
  const pieces: StreamPiece[] = [];
  const next: Partial<Record<StreamName, number>> = {};
  const totalBytes: Partial<Record<StreamName, number>> = {};
  let isRunning = false;
  for (const [stream, from] of Object.entries(place) as [StreamName, number][]) {
    let offset = from;
    for (let left = limit; ;) {
      const reply = await readOutput({ ...target, stream }, offset);
      totalBytes[stream] = reply.totalBytes;
      isRunning ||= reply.running;
      const bytes = Buffer.from(reply.data, 'base64').subarray(0, left);
      if (bytes.length === 0) break;
      const skipped = Math.max(0, reply.from - offset);
      pieces.push({ stream, piece: { bytes, at: reply.from, skipped, times: reply.times ?? [] } });
      offset = reply.from + bytes.length;
      left -= bytes.length;
      if (left <= 0) break;
    }
    next[stream] = offset;
  }
  return {
    part: { chunks: pieces.map(({ stream, piece }) => chunkOf(stream, piece)), next, totalBytes, isRunning },
    pieces,
  };
}

export type StreamPiece = { readonly stream: StreamName; readonly piece: OutputPiece };

export function chunkOf(stream: StreamName, { bytes, at, skipped, times }: OutputPiece): LogChunk {
  const end = at + bytes.length;
  return {
    stream,
    at,
    skipped,
    data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
    times: times.filter(([from]: TimeMark) => from < end).map(([from, atMs]) => [from, atMs]),
  };
}

/** Pieces as lines without control characters, of both streams in the order of their times. */
export function linesOf(pieces: readonly StreamPiece[]): string {
  const cutters = new Map<StreamName, LineCutter>();
  const lines: { readonly text: string; readonly keyMs: number }[] = [];
  let lastMs = 0;
  const push = (text: string, atMs: number | undefined): void => {
    lastMs = atMs ?? lastMs;
    lines.push({ text, keyMs: lastMs });
  };
  for (const { stream, piece } of pieces) {
    if (!cutters.has(stream)) lastMs = 0;
    const cutter = cutters.get(stream) ?? new LineCutter();
    cutters.set(stream, cutter);
    if (piece.skipped > 0) push(`… ${piece.skipped} bytes were not kept …`, undefined);
    for (const { text, atMs } of cutter.add(piece)) push(text, atMs);
  }
  for (const { open } of cutters.values()) if (open !== undefined) push(open.text, open.atMs);
  lines.sort((one, other) => one.keyMs - other.keyMs);
  return lines.map(({ text }) => `${text}\n`).join('');
}
