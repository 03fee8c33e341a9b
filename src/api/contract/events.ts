import { Type } from 'typebox';
import type { Static } from 'typebox';
import { count, name, position, request, text, time } from './fields.ts';
import type { Operations } from './operation.ts';

/** An event of the log, as far as it is for readers: no definitions, no outputs. */
export const streamEvent = Type.Object({
  position,
  type: text,
  at: time,
  by: text,
  dag: Type.Optional(name),
  run: Type.Optional(name),
  node: Type.Optional(name),
  attempt: Type.Optional(count),
  server: Type.Optional(name),
  epoch: Type.Optional(count),
  outcome: Type.Optional(text),
  hash: Type.Optional(name),
  /** The same as one plain line. */
  text,
  /** Why it changed nothing; missing when it was accepted. */
  refused: Type.Optional(text),
});
export type StreamEvent = Static<typeof streamEvent>;

/** The data of `event: gap`: what came between can't be told any more; read anew what you show. */
export const streamGap = Type.Object({ from: position, to: position });
export type StreamGap = Static<typeof streamGap>;

export const eventPage = Type.Object({
  items: Type.Array(streamEvent),
  /** The `after` of the next page; missing at the end of what is there now. */
  nextAfter: Type.Optional(position),
});
export type EventPage = Static<typeof eventPage>;

export const eventOperations = {
  followEvents: {
    method: 'GET',
    path: '/api/v1/events',
    access: 'viewer',
    tag: 'events',
    summary: 'Events as they come (Server-Sent Events: `event`, and `gap` where some are missing)',
    query: request({
      run: Type.Optional(name),
      dag: Type.Optional(name),
      types: Type.Optional(Type.String({ maxLength: 1_000, description: 'run.finished,attempt.finished' })),
    }),
    status: 200,
    answer: { media: { 'text/event-stream': Type.Unknown({ description: 'events as they come' }) } },
    problems: [503],
  },
  listRunEvents: {
    method: 'GET',
    path: '/api/v1/runs/{run}/events',
    access: 'viewer',
    tag: 'events',
    summary: 'What happened in a run, oldest first',
    params: request({ run: name }),
    query: request({
      after: Type.Optional(position),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 200 })),
    }),
    status: 200,
    answer: eventPage,
    problems: [404, 503],
  },
} as const satisfies Operations;
