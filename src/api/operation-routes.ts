import type { FastifyInstance, FastifySchemaCompiler } from 'fastify';
import { Type } from 'typebox';
import type { TObject, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Operation } from './contract/operation.ts';
import { operations } from './contract/operations.ts';
import type { OperationName } from './contract/operations.ts';
import { PROBLEM_TYPE, problem } from './contract/problem.ts';
import type { Call, Handlers } from './handlers.ts';
import { STREAMED } from './handlers.ts';

/** What any operation may answer. */
const COMMON_PROBLEMS = [400, 401, 403, 413, 415, 421, 429, 500] as const;

const KEY_HEADER = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      pattern: String.raw`^[\x21-\x7e]*$`,
      description: 'the same request again is done once',
    }),
  ),
});
const LAST_ID_HEADER = Type.Object({
  'last-event-id': Type.Optional(
    Type.String({ pattern: '^[0-9]{0,15}(,[0-9]{1,15})?$', description: 'goes on behind this event' }),
  ),
});

/** Checks what comes with the schemas of the contract. Texts of paths and queries become the numbers and booleans that are wanted there. */
export const checkRequests: FastifySchemaCompiler<unknown> = ({ schema, httpPart }) => {
  const compiled = Compile(schema as TSchema);
  return (value: unknown) => {
    const converted = httpPart === 'body' ? value : fromTexts(schema as TObject, value);
    if (compiled.Check(converted)) return { value: converted };
    return { error: compiled.Errors(converted) };
  };
};

/** `5` and `true` as what they are where that is wanted; all else stays as it is, and is refused by its schema. */
function fromTexts({ properties }: TObject, values: unknown): unknown {
  return Object.fromEntries(
    Object.entries(values as Readonly<Record<string, unknown>>).map(([name, value]) => {
      const wanted = Object.hasOwn(properties, name)
        ? (properties[name] as { type?: string }).type
        : undefined;
      if (typeof value !== 'string') return [name, value];
      if (wanted === 'integer' && /^-?\d{1,16}$/.test(value)) return [name, Number(value)];
      if (wanted === 'boolean' && /^(true|false)$/.test(value)) return [name, value === 'true'];
      return [name, value];
    }),
  );
}

/** Registers every operation of the contract with its handler. */
export function addOperations(app: FastifyInstance, handlers: Handlers): void {
  for (const [name, operation] of Object.entries(operations) as [OperationName, Operation][]) {
    app.route({
      method: operation.method,
      url: operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      config: { access: operation.access },
      schema: schemaOf(name, operation),
      ...(operation.isBodyOptional === true
        ? {
            preValidation: async (request) => {
              request.body ??= {};
            },
          }
        : {}),
      handler: async (request, reply) => {
        const { params, query, body } = request;
        const call = { params, query, body, request, reply } as Call<never>;
        // The schemas above have made of the request what the handler's type says.
        const answer = await handlers[name](call);
        if (answer === STREAMED) return reply;
        return reply.code(operation.status).send(answer);
      },
    });
  }
}

const PATTERNS = (Object.values(operations) as Operation[]).map(({ method, path }) => ({
  method,
  pattern: new RegExp(`^${path.replaceAll('.', String.raw`\.`).replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** What an address of the API takes; nothing where there is none. */
export function methodsAt(url: string): readonly string[] {
  const [path = ''] = url.split('?');
  return PATTERNS.flatMap(({ method, pattern }) => (pattern.test(path) ? [method] : []));
}

function schemaOf(name: OperationName, operation: Operation): object {
  const { params, query, body, status, answer, problems, access } = operation;
  const media = 'media' in answer ? answer.media : { 'application/json': answer };
  const failures = access === 'public' ? problems : [...COMMON_PROBLEMS, ...problems];
  return {
    operationId: name,
    tags: [operation.tag],
    summary: operation.summary,
    security: access === 'public' ? [] : [{ token: [] }],
    ...(access === 'public' ? {} : { description: `For the role ${access}.` }),
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(body === undefined ? {} : { body }),
    ...(operation.method === 'POST' ? { headers: KEY_HEADER } : {}),
    ...(isStream(operation) ? { headers: LAST_ID_HEADER } : {}),
    response: Object.fromEntries([
      [status, { description: 'as asked', content: contentOf(media) }],
      ...failures.map((code) => [
        code,
        { description: 'a problem', content: contentOf({ [PROBLEM_TYPE]: problem }) },
      ]),
    ]),
  };
}

function isStream({ answer }: Operation): boolean {
  return 'media' in answer && 'text/event-stream' in answer.media;
}

function contentOf(media: Readonly<Record<string, TSchema>>): object {
  return Object.fromEntries(Object.entries(media).map(([type, schema]) => [type, { schema }]));
}
