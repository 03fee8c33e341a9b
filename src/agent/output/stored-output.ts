import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { segmentName } from './attempt-folder.ts';
import type { StreamName } from './attempt-folder.ts';

export type StoredPiece = { readonly bytes: Buffer; readonly from: number };
export type StoredSegment = { readonly at: number; readonly path: string };

/** The offsets at which the kept pieces of a stream begin, in order; undefined when nothing is kept of the attempt. */
export async function listSegments(folder: string, stream: StreamName): Promise<StoredSegment[] | undefined> {
  const names = await readdir(folder).catch(() => undefined);
  return names
    ?.flatMap((name): StoredSegment[] => {
      const [of, offset = ''] = name.split('.');
      const at = Number(offset);
      if (of !== stream || !Number.isSafeInteger(at) || name !== segmentName(stream, at)) return [];
      return [{ at, path: join(folder, name) }];
    })
    .sort((one, other) => one.at - other.at);
}

/** What is kept from `from` on, up to `maxBytes` or the next gap; starts later where that is dropped. Empty at the end. */
export async function readSegments(
  segments: readonly StoredSegment[],
  from: number,
  maxBytes: number,
): Promise<StoredPiece> {
  const pieces: Buffer[] = [];
  let [at, size] = [from, 0];
  const first = Math.max(
    0,
    segments.findLastIndex((segment) => segment.at <= from),
  );
  for (const segment of segments.slice(first)) {
    if (size >= maxBytes || (size > 0 && segment.at !== at + size)) break;
    if (size === 0 && segment.at > at) at = segment.at;
    const piece = await readFrom(segment.path, at + size - segment.at, maxBytes - size);
    if (piece.length === 0) continue;
    pieces.push(piece);
    size += piece.length;
  }
  return { bytes: Buffer.concat(pieces), from: at };
}

/** Empty when the file is shorter, or was dropped meanwhile. */
async function readFrom(path: string, at: number, maxBytes: number): Promise<Buffer> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return Buffer.alloc(0);
  try {
    const buffer = Buffer.alloc(Math.min(maxBytes, Math.max(0, (await file.stat()).size - at)));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
