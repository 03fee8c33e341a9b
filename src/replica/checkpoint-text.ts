import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { messageCodec } from '../broker/port/codec.ts';
import { restoreState, saveState } from '../engine/checkpoint.ts';
import { savedState } from '../model/checkpoint.ts';
import type { EventOf } from '../model/event.ts';
import { limits } from '../model/limits.ts';
import type { State } from '../model/state.ts';

/** A state as text: of the same state everyone makes the same. */
export function textOf(state: State): string {
  return JSON.stringify(saveState(state));
}

export function digestOf(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The text in pieces, each small enough for a record whatever is in it; undefined when there are more than `checkpointPartsMax`. */
export function partsOf(text: string, partMaxLength: number): readonly string[] | undefined {
  if (text.length > limits.checkpointMaxLength) return undefined;
  const packed = gzipSync(text, { level: 1 }).toString('base64');
  const count = Math.ceil(packed.length / partMaxLength);
  if (count > limits.checkpointPartsMax) return undefined;
  return Array.from({ length: count }, (_, at) => packed.slice(at * partMaxLength, (at + 1) * partMaxLength));
}

const codec = messageCodec(savedState);

/** The state of a checkpoint whose parts these are, all of them and in order, or why it is none. */
export function stateOf(parts: readonly EventOf<'checkpoint.part'>[]): State | string {
  let text: Uint8Array;
  try {
    const packed = Buffer.from(parts.map(({ data }) => data).join(''), 'base64');
    // UTF-8 has at most three bytes for a character of UTF-16.
    text = gunzipSync(packed, { maxOutputLength: 3 * limits.checkpointMaxLength });
  } catch (error) {
    return `it cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (digestOf(text) !== parts[0]?.digest) return 'its digest is another';
  const saved = codec.decode(text);
  return saved === undefined ? 'it is of another form' : restoreState(saved);
}
