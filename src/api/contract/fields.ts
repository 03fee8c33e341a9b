import { Type } from 'typebox';
import type { Static, TProperties, TSchema, TSchemaOptions } from 'typebox';

/** Building blocks of requests and answers. Requests are closed, so that a typing mistake is told; answers may grow. */

/** RFC 3339, in UTC. */
export const time = Type.String({ format: 'date-time', examples: ['2026-03-01T03:12:45.120Z'] });

/** Where something stands in the event log. */
export const position = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

export const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** Names and ids come in paths, and are looked up: their form is not checked twice. */
export const name = Type.String({ minLength: 1, maxLength: 512 });

export const text = Type.String();

/** One of a few words. */
export function word<const W extends string[]>(words: readonly [...W], options: TSchemaOptions = {}) {
  return Type.Enum<W>(words, { type: 'string', ...options });
}

/** A request's object: what it does not name is refused. */
export function request<P extends TProperties>(properties: P) {
  return Type.Object(properties, { additionalProperties: false });
}

/** A page of a list; without `nextCursor` it is the last. */
export function page<T extends TSchema>(item: T) {
  return Type.Object({ items: Type.Array(item), nextCursor: Type.Optional(Type.String()) });
}

/** How many at a time, and where to go on. */
export const paging = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  cursor: Type.Optional(
    Type.String({ maxLength: 1_024, description: 'nextCursor of the page before; with the same filters' }),
  ),
} as const;

export const paramValue = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);
export type ParamValue = Static<typeof paramValue>;
