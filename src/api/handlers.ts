import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AnswerOf, BodyOf, OperationName, ParamsOf, QueryOf } from './contract/operations.ts';
import type { Caller } from './security/tokens.ts';

/** One request of an operation, checked against its schemas. */
export type Call<N extends OperationName> = {
  readonly params: ParamsOf<N>;
  readonly query: QueryOf<N>;
  readonly body: BodyOf<N>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
};

/** The handler has written to the socket itself, and goes on doing so. */
export const STREAMED = Symbol('streamed');

type Answer<N extends OperationName> = AnswerOf<N> | string | typeof STREAMED;

/** Errors: any; `problem.ts` says which status they become. */
export type Handler<N extends OperationName> = (call: Call<N>) => Answer<N> | Promise<Answer<N>>;

/** A handler for each operation of some. */
export type Handlers<N extends OperationName = OperationName> = { readonly [K in N]: Handler<K> };

/** Who asks, where a token is needed. */
export function callerOf({ caller }: FastifyRequest): Caller {
  if (caller === undefined) throw new Error('a route that needs a token was reached without one');
  return caller;
}
