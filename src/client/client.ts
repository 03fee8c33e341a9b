import type { StreamEvent, StreamGap } from '../api/contract/events.ts';
import type { LogChunk } from '../api/contract/logs.ts';
import type { AnswerOf, BodyOf, OperationName, ParamsOf, QueryOf } from '../api/contract/operations.ts';
import { ADDRESSES } from './addresses.ts';
import { problemOf } from './api-error.ts';
import { sseMessages } from './sse.ts';

export { ApiError } from './api-error.ts';
export type { StreamEvent, StreamGap } from '../api/contract/events.ts';
export type { LogChunk } from '../api/contract/logs.ts';
export type { AnswerOf, OperationName } from '../api/contract/operations.ts';

export type ClientOptions = {
  /** Where the API is: `https://dagtop.example.com`; empty for a page that it serves itself. */
  readonly url: string;
  readonly token: string;
  /** In place of the platform's own. */
  readonly fetch?: typeof fetch;
};

export type CallOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Of a trigger: the same key twice is one run. */
  readonly idempotencyKey?: string | undefined;
};

/** What an operation is asked with: its path's parameters, query and body in one object each. */
export type Asked<N extends OperationName> = {
  readonly params?: ParamsOf<N>;
  readonly query?: QueryOf<N>;
  readonly body?: BodyOf<N>;
};

/** What a stream of events says. `alive`: nothing but that it lives. */
export type Heard =
  | { readonly is: 'event'; readonly event: StreamEvent; readonly id: string | undefined }
  | { readonly is: 'gap'; readonly gap: StreamGap; readonly id: string | undefined }
  | { readonly is: 'alive' };

export type LogHeard = { readonly is: 'chunk'; readonly chunk: LogChunk } | { readonly is: 'end' };

/** dagtop's API over HTTP, for browsers and Node alike. Errors: `ApiError` for what the API refuses, else what `fetch` throws. */
export class Client {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Any operation of the contract by its name. */
  async call<N extends OperationName>(
    name: N,
    asked: Asked<N> = {},
    options: CallOptions = {},
  ): Promise<AnswerOf<N>> {
    const answer = await this.#fetch(name, asked, 'application/json', options);
    const isJson = /\bjson\b/u.test(answer.headers.get('content-type') ?? '');
    return (isJson ? await answer.json() : await answer.text()) as AnswerOf<N>;
  }

  /** Events as they come, from behind the one with the id `after`. Ends when the server ends it or `signal` does. */
  async *events(
    query: QueryOf<'followEvents'>,
    { after, signal }: { readonly after?: string | undefined; readonly signal: AbortSignal },
  ): AsyncGenerator<Heard, void> {
    const headers: Record<string, string> = after === undefined ? {} : { 'last-event-id': after };
    const answer = await this.#fetch('followEvents', { query }, 'text/event-stream', { signal }, headers);
    yield { is: 'alive' };
    if (answer.body === null) return;
    for await (const message of sseMessages(answer.body)) {
      if (message === undefined) yield { is: 'alive' };
      else if (message.event === 'gap')
        yield { is: 'gap', gap: JSON.parse(message.data) as StreamGap, id: message.id };
      else yield { is: 'event', event: JSON.parse(message.data) as StreamEvent, id: message.id };
    }
  }

  /** What an attempt wrote, and goes on writing. Ends with the attempt, the connection or `signal`. */
  async *followLog(
    params: ParamsOf<'readLog'>,
    from: string | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<LogHeard, void> {
    const query = { stream: 'both', follow: true, ...(from === undefined ? {} : { from }) } as const;
    const answer = await this.#fetch('readLog', { params, query }, 'text/event-stream', { signal });
    if (answer.body === null) return;
    for await (const message of sseMessages(answer.body)) {
      if (message?.event === 'chunk') yield { is: 'chunk', chunk: JSON.parse(message.data) as LogChunk };
      else if (message?.event === 'end') yield { is: 'end' };
    }
  }

  async #fetch<N extends OperationName>(
    name: N,
    { params, query, body }: Asked<N>,
    accept: string,
    { signal, idempotencyKey }: CallOptions,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const [method = 'GET', path = '/'] = ADDRESSES[name].split(' ');
    const { url, token, fetch: ownFetch = fetch } = this.#options;
    const answer = await ownFetch(`${url}${filled(path, params)}${queryText(query)}`, {
      method,
      headers: {
        accept: `${accept}, application/problem+json`,
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        ...more,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
      credentials: 'omit',
      redirect: 'error',
    });
    if (!answer.ok) throw await problemOf(answer);
    return answer;
  }
}

function filled(path: string, params: object | undefined): string {
  const values = (params ?? {}) as Readonly<Record<string, string | number>>;
  return path.replaceAll(/\{(\w+)\}/gu, (_, name: string) => encodeURIComponent(String(values[name] ?? '')));
}

function queryText(query: object | undefined): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? '' : `?${search.toString()}`;
}
