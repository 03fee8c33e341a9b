import { gunzipSync, gzipSync } from 'node:zlib';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { CodedError } from '../../model/coded-error.ts';
import { eventSchemas } from '../../model/event.ts';
import type { EventType, LogEvent } from '../../model/event.ts';
import { limits } from '../../model/limits.ts';

/**
 * Events and messages as bytes, and back with every check: whoever may write to the broker may send anything.
 * A record is a JSON array of events, gzipped when it is large.
 */

const decoder = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();

type Check = (value: unknown) => boolean;
const eventChecks = new Map<string, Check>();

/** Compiled at first use: an agent never meets most types within its first second. */
function checkOf(type: string): Check | undefined {
  const known = eventChecks.get(type);
  if (known !== undefined) return known;
  if (!Object.hasOwn(eventSchemas, type)) return undefined;
  const compiled = Compile(eventSchemas[type as EventType]);
  const check = (value: unknown): boolean => compiled.Check(value);
  eventChecks.set(type, check);
  return check;
}

/** The body of a record from its events' JSON texts. Throws `CodedError` `too_large` when it passes `recordMaxBytes` even compressed. */
export function encodeRecord(eventTexts: readonly string[]): Uint8Array {
  const plain = encoder.encode(`[${eventTexts.join(',')}]`);
  if (plain.length > limits.recordInflatedMaxBytes)
    throw tooLarge(plain.length, limits.recordInflatedMaxBytes);
  if (plain.length <= limits.recordCompressAboveBytes) return plain;
  const packed = gzipSync(plain, { level: 1 });
  if (packed.length > limits.recordMaxBytes) throw tooLarge(packed.length, limits.recordMaxBytes);
  return packed;
}

function tooLarge(bytes: number, maxBytes: number): CodedError {
  return new CodedError('too_large', `an event of ${bytes} bytes passes the bound of ${maxBytes}`, {
    hint: 'make the definition or the output smaller',
  });
}

export type Decoded = { readonly events: readonly LogEvent[]; readonly problems: readonly string[] };

/** The events of a record. What is none is left out and named in `problems`; never throws. */
export function decodeRecord(body: Uint8Array): Decoded {
  const items = parse(inflate(body));
  if (!Array.isArray(items)) return { events: [], problems: ['not a record'] };
  const events: LogEvent[] = [];
  const problems: string[] = [];
  for (const item of items as unknown[]) {
    const type = typeof item === 'object' && item !== null && 'type' in item ? item.type : undefined;
    const check = typeof type === 'string' ? checkOf(type) : undefined;
    if (check === undefined) problems.push('an event of unknown type');
    else if (check(item)) events.push(item as LogEvent);
    else problems.push(`a malformed ${type as EventType}`);
  }
  return { events, problems };
}

function inflate(body: Uint8Array): Uint8Array | undefined {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body;
  try {
    return gunzipSync(body, { maxOutputLength: limits.recordInflatedMaxBytes });
  } catch {
    return undefined;
  }
}

function parse(bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}

export type MessageCodec<T> = {
  encode(message: T): Uint8Array;
  /** Undefined when the bytes are no such message; never throws. */
  decode(body: Uint8Array): T | undefined;
};

/** A codec for one kind of message, checked against its schema. */
export function messageCodec<S extends TSchema>(schema: S): MessageCodec<Static<S>> {
  let check: Check | undefined;
  return {
    encode: (message) => encoder.encode(JSON.stringify(message)),
    decode: (body) => {
      if (check === undefined) {
        const compiled = Compile(schema);
        check = (value) => compiled.Check(value);
      }
      const value = parse(body);
      return check(value) ? (value as Static<S>) : undefined;
    },
  };
}
