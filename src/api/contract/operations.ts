import type { Static, TSchema } from 'typebox';
import { dagOperations } from './dags.ts';
import { eventOperations } from './events.ts';
import { historyOperations } from './history.ts';
import { legacyOperations } from './legacy.ts';
import { logOperations } from './logs.ts';
import type { Operation } from './operation.ts';
import { runOperations } from './runs.ts';
import { serverOperations } from './servers.ts';
import { serviceOperations } from './service.ts';

/** Everything that the API does, by the names that the OpenAPI page and the client have for it. */
export const operations = {
  ...dagOperations,
  ...runOperations,
  ...logOperations,
  ...serverOperations,
  ...eventOperations,
  ...historyOperations,
  ...serviceOperations,
  ...legacyOperations,
} as const;

export type Api = typeof operations;
export type OperationName = keyof Api;

type Part<O extends Operation, K extends 'params' | 'query' | 'body'> =
  O extends Record<K, infer S> ? (S extends TSchema ? Static<S> : never) : object;

export type ParamsOf<N extends OperationName> = Part<Api[N], 'params'>;
export type QueryOf<N extends OperationName> = Part<Api[N], 'query'>;
export type BodyOf<N extends OperationName> = Part<Api[N], 'body'>;
/** What comes back as JSON; `string` for what comes as text. */
export type AnswerOf<N extends OperationName> = Api[N]['answer'] extends { readonly media: infer M }
  ? M extends { readonly 'application/json': infer S extends TSchema }
    ? Static<S>
    : string
  : Api[N]['answer'] extends TSchema
    ? Static<Api[N]['answer']>
    : never;
