import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operations } from '../../src/api/contract/operations.ts';
import { ApiStage, operationAt } from '../support/api-stage.ts';
import type { Who } from '../support/api-stage.ts';
import { anyHostile, anyOfSchema } from '../support/any-schema.ts';
import type { JsonSchema, Known } from '../support/any-schema.ts';
import { DIAMOND, Story, dagOf } from '../support/story.ts';

type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: JsonSchema;
};
type Described = {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, object>> }>>;
  readonly security?: readonly object[];
};
type Document = {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
};
type Target = { readonly method: string; readonly path: string; readonly described: Described };

let stage: ApiStage;
let document: Document;
let targets: Target[];

beforeAll(async () => {
  const params = { top: 3, title: 'all', dry: false, any: null };
  const story = new Story().apply(DIAMOND).apply({ ...dagOf('report', { A: [], B: ['A'] }), params });
  story
    .place({ 'srv-1': ['*'] })
    .elect()
    .join('srv-1')
    .trigger('diamond', 'r1')
    .succeed('r1', 'A', 'srv-1');
  story.start('r1', 'B', 'srv-1').trigger('report', 'r2').steer('run.paused', 'r2');
  story.trigger('diamond', 'r3').steer('run.canceled', 'r3').end('r3', 'canceled');
  stage = await ApiStage.open(story, {
    backing: {
      readOutput: (_target, from) => {
        const bytes = Buffer.from('one\ntwo\n').subarray(Math.min(from, 8));
        return Promise.resolve({
          data: bytes.toString('base64'),
          from,
          totalBytes: 8,
          running: false,
          times: [],
        });
      },
    },
  });
  document = (await stage.get('/api/v1/openapi.json')).body as Document;
  targets = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({ method: method.toUpperCase(), path, described })),
  );
});
afterAll(() => stage.close());

describe('the OpenAPI page', () => {
  it('is of 3.1 and has every operation once, and nothing else', () => {
    expect(document.openapi).toBe('3.1.0');
    const described = targets.map(({ described: { operationId } }) => operationId);
    expect(described.toSorted()).toEqual(Object.keys(operations).toSorted());
  });

  it('has the parameters, answers, problems and the token of each', () => {
    for (const { method, path, described } of targets) {
      const operation = operationAt(method, path.replaceAll(/\{\w+\}/g, 'x'));
      expect(operation, path).toBeDefined();
      const inPath = (described.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name }) => `{${name}}`).toSorted()).toEqual(
        path.match(/\{\w+\}/g)?.toSorted() ?? [],
      );
      for (const parameter of inPath) expect(parameter.required).toBe(true);
      const isPublic = operation?.access === 'public';
      expect(described.security ?? []).toEqual(isPublic ? [] : [{ token: [] }]);
      const statuses = Object.keys(described.responses).map(Number);
      expect(statuses).toContain(operation?.status);
      for (const status of operation?.problems ?? []) expect(statuses, path).toContain(status);
      for (const status of statuses.filter((code) => code >= 400))
        expect(Object.keys(described.responses[status]?.content ?? {})).toEqual(['application/problem+json']);
    }
  });
});

const KNOWN: Known = {
  run: ['r1', 'r1', 'r2', 'r3'],
  dag: ['diamond', 'report'],
  node: ['A', 'B'],
  from: ['A', 'B'],
  server: ['srv-1'],
  attempt: [1],
  hash: ['hash-diamond'],
  params: [{}, { top: 5 }, { title: 'some', dry: 'true' }],
};
const ROUNDS = 60;

type Shot = {
  readonly path: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly as: Who;
};

/** A request of an operation: most parts as the page says, some as it does not. */
function anyShot({ path, described }: Target): fc.Arbitrary<Shot> {
  const parts = described.parameters ?? [];
  const value = (schema: JsonSchema, name = '') =>
    fc.oneof(
      { weight: 20, arbitrary: anyOfSchema(schema, KNOWN, name) },
      { weight: 1, arbitrary: anyHostile },
    );
  const bodySchema = described.requestBody?.content['application/json']?.schema;
  return fc
    .record({
      values: fc.tuple(
        ...parts.map(({ name, schema, required }) =>
          required === true
            ? value(schema, name)
            : fc.option(value(schema, name), { freq: 1, nil: undefined }),
        ),
      ),
      body: bodySchema === undefined ? fc.constant(undefined) : value(bodySchema),
      extra: fc.option(fc.record({ key: fc.string(), value: fc.string() }), { freq: 10, nil: undefined }),
      as: fc.constantFrom<Who>('admin', 'admin', 'operator', 'viewer'),
    })
    .map(({ values, body, extra, as }) => {
      const query = new URLSearchParams(extra === undefined ? [] : [[extra.key, extra.value]]);
      const headers: Record<string, string> = {};
      let url = path;
      for (const [at, { name, in: place }] of parts.entries()) {
        const given = values[at];
        if (given === undefined) continue;
        const text = typeof given === 'string' ? given : (JSON.stringify(given) ?? '');
        // Half a pair of surrogates can't be sent at all.
        if (place === 'path') url = url.replace(`{${name}}`, () => encodeURIComponent(text.toWellFormed()));
        else if (place === 'query') query.set(name, text.toWellFormed());
        else if (/^[\x20-\x7e]*$/.test(text)) headers[name] = text;
      }
      return { path: query.size === 0 ? url : `${url}?${query.toString()}`, body, headers, as };
    });
}

/** Answers of streams go on: those are asked with a socket, which is closed when the head of the answer is there. */
async function fire({ method }: Target, { path, body, headers, as }: Shot): Promise<number> {
  const isStream = /\/api\/v1\/events(\?|$)|follow=true/.test(path);
  for (;;) {
    if (isStream) {
      const over = new AbortController();
      const url = `${addressOf()}${path}`;
      const authorization = `Bearer ${stage.tokens[as as 'admin']}`;
      const answer = await fetch(url, { headers: { ...headers, authorization }, signal: over.signal });
      over.abort();
      return answer.status;
    }
    const { status } = await stage.ask(method, path, {
      as,
      headers,
      ...(body === undefined ? {} : { body: body ?? 'null' }),
    });
    if (status !== 429) return status;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

function addressOf(): string {
  const address = stage.app.server.address();
  return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
}

describe('whatever is sent', () => {
  it('each operation answers as the page says: no mistake of ours, nothing beyond the schema, and it ends', async () => {
    await stage.listen();
    const seen = new Map<string, Set<number>>();
    for (const target of targets) {
      const statuses = new Set<number>();
      await fc.assert(
        fc.asyncProperty(anyShot(target), async (shot) => {
          const status = await fire(target, shot);
          statuses.add(status);
          const isForeseen = String(status) in target.described.responses || status === 404;
          expect(isForeseen, `${target.method} ${shot.path}: ${status}`).toBe(true);
          expect(status === 503 || status < 500, `${target.method} ${shot.path}: ${status}`).toBe(true);
        }),
        { numRuns: ROUNDS, timeout: 20_000 },
      );
      seen.set(target.described.operationId, statuses);
    }
    expect(stage.mistakes).toEqual([]);
    // It must not have been refusals alone.
    const answered = [...seen].filter(([, statuses]) => [...statuses].some((status) => status < 300));
    expect(answered.length).toBeGreaterThan(seen.size * 0.7);
    expect((await stage.get('/healthz')).status).toBe(200);
  }, 180_000);
});
