import { Type } from 'typebox';
import type { Static } from 'typebox';
import { count, name, request, word } from './fields.ts';
import type { Operations } from './operation.ts';

const stream = word(['stdout', 'stderr']);
const offsets = Type.Object({ stdout: Type.Optional(count), stderr: Type.Optional(count) });

/** A piece of what a command wrote to one stream. */
export const logChunk = Type.Object({
  stream,
  /** The offset of its first byte. */
  at: count,
  /** Bytes before it that no longer exist. */
  skipped: count,
  /** The bytes, in base64. */
  data: Type.String(),
  /** When they came: from this offset on, at that time (milliseconds since 1970). */
  times: Type.Array(Type.Unsafe<readonly [number, number]>(Type.Array(count, { minItems: 2, maxItems: 2 }))),
});
export type LogChunk = Static<typeof logChunk>;

export const logPart = Type.Object({
  chunks: Type.Array(logChunk),
  /** Where to go on, by stream. */
  next: offsets,
  /** How much there is of each. */
  totalBytes: offsets,
  /** Its command still writes. */
  isRunning: Type.Boolean(),
});
export type LogPart = Static<typeof logPart>;

export const logOperations = {
  readLog: {
    method: 'GET',
    path: '/api/v1/runs/{run}/nodes/{node}/attempts/{attempt}/log',
    access: 'viewer',
    tag: 'logs',
    summary:
      'What an attempt wrote: a part of it, or with `follow` all that comes (events `chunk` and `end`)',
    params: request({ run: name, node: name, attempt: Type.Integer({ minimum: 1, maximum: 1_000_000 }) }),
    query: request({
      stream: Type.Optional(word(['stdout', 'stderr', 'both'], { default: 'both' })),
      from: Type.Optional(
        Type.String({
          pattern: '^[0-9]{1,15}(,[0-9]{1,15})?$',
          description: 'the first byte; of both streams STDOUT,STDERR',
        }),
      ),
      limit: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 1_048_576, description: 'bytes of each stream, about' }),
      ),
      follow: Type.Optional(Type.Boolean({ default: false })),
      format: Type.Optional(
        word(['json', 'text'], { default: 'json', description: 'text: lines without control characters' }),
      ),
    }),
    status: 200,
    answer: {
      media: {
        'application/json': logPart,
        'text/plain': Type.String(),
        'text/event-stream': Type.Unknown({ description: 'events as they come' }),
      },
    },
    problems: [404, 503],
  },
} as const satisfies Operations;
