import { fastify } from 'fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { limits } from '../model/limits.ts';
import type { Backing } from './backing.ts';
import type { Access } from './contract/operation.ts';
import { PROBLEM_TYPE } from './contract/problem.ts';
import type { Handlers } from './handlers.ts';
import type { HttpCounts } from './metrics/http-counts.ts';
import { addOpenApi } from './openapi.ts';
import { addOperations, checkRequests, methodsAt } from './operation-routes.ts';
import { ApiProblem, problemBody, toProblem } from './problem.ts';
import type { ProblemStatus } from './problem.ts';
import { addPage } from './page.ts';
import { addRateLimit } from './rate-limit.ts';
import { createGate } from './security/gate.ts';
import type { TokenCheck } from './security/gate.ts';
import { apiHeaders } from './security/headers.ts';
import type { HostRules } from './security/hosts.ts';

/** What was asked, for whoever keeps a log of it. Never a token. */
export type AccessRecord = {
  readonly method: string;
  /** Without what is behind the `?`. */
  readonly path: string;
  readonly status: number;
  readonly tookMs: number;
  readonly address: string;
  readonly by: string | undefined;
};

/** A route as it was registered. */
export type DeclaredRoute = {
  readonly method: string | readonly string[];
  readonly url: string;
  readonly config?: { readonly access?: Access | undefined };
};

declare module 'fastify' {
  interface FastifyInstance {
    /** All routes, for the test that tries each. */
    declaredRoutes: readonly DeclaredRoute[];
    /** An answer that was written without the framework has ended. */
    countAnswer: (request: FastifyRequest, reply: FastifyReply) => void;
  }
}

export type ServerOptions = {
  readonly backing: Backing;
  readonly handlers: Handlers;
  readonly http: HttpCounts;
  readonly tokens: TokenCheck;
  readonly hosts: HostRules;
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** The folder of the built page; without it there is none. */
  readonly page?: string | undefined;
  readonly onAccess?: ((access: AccessRecord) => void) | undefined;
  /** A mistake of ours, which the answer does not tell. */
  readonly onMistake: (error: unknown) => void;
};

/** The HTTP server with every operation of the contract; it does not listen yet. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { backing, handlers, tokens, hosts, tls } = options;
  const app = open(options);
  app.setValidatorCompiler(checkRequests);
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text: string, done) => {
    // Nothing is no broken JSON: most changes need no body.
    if (text === '') done(null, undefined);
    else void parseJson(request, text, done);
  });
  const routes: DeclaredRoute[] = [];
  app.decorate('declaredRoutes', routes);
  // What a plugin declares later on counts too: the route itself is kept.
  app.addHook('onRoute', (route) => void routes.push(route));
  app.addHook('onReady', async () => checkRoutes(routes));
  app.decorateRequest('caller', undefined);
  app.decorateRequest('mayStay', () => Promise.resolve(false));
  app.addHook(
    'onRequest',
    createGate({ tokens, hosts, isTls: tls !== undefined, nowMs: backing.clock.nowMs }),
  );
  app.decorate('countAnswer', (request: FastifyRequest, reply: FastifyReply) =>
    count(request, reply, options),
  );
  app.addHook('onResponse', async (request, reply) => count(request, reply, options));
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, options));
  app.setNotFoundHandler((request, reply) => {
    const methods = methodsAt(request.url);
    if (methods.length === 0)
      throw new ApiProblem(404, 'not_found', 'there is nothing at this address', {
        hint: 'GET /api/v1/openapi.json lists what there is',
      });
    void reply.header('allow', methods.join(', '));
    throw new ApiProblem(405, 'no_such_method', `${request.method} does nothing at this address`, {
      hint: `it takes ${methods.join(', ')}`,
    });
  });
  await addRateLimit(app);
  await addOpenApi(app, backing.version);
  addOperations(app, handlers);
  if (options.page !== undefined) await addPage(app, options.page, tls !== undefined);
  return app;
}

/** The gate refuses such a route; better that nobody can start a server that has one. */
function checkRoutes(routes: readonly DeclaredRoute[]): void {
  const open = routes.filter(({ config }) => config?.access === undefined);
  if (open.length > 0) throw new Error(`routes without a role: ${open.map(({ url }) => url).join(', ')}`);
}

function count(request: FastifyRequest, reply: FastifyReply, { http, onAccess }: ServerOptions): void {
  const { method, url, ip, caller, routeOptions } = request;
  const { operationId = 'other' } = routeOptions.schema ?? {};
  http.add(operationId, reply.statusCode, reply.elapsedTime);
  onAccess?.({
    method,
    path: url.replace(/\?.*$/s, ''),
    status: reply.statusCode,
    tookMs: Math.round(reply.elapsedTime * 10) / 10,
    address: ip,
    by: caller?.name,
  });
}

function open(options: ServerOptions): FastifyInstance {
  const { tls } = options;
  const http = {
    maxHeaderSize: limits.apiHeaderMaxBytes,
    headersTimeout: limits.apiRequestMaxMs,
    connectionsCheckingInterval: 1_000,
  };
  const common = {
    logger: false,
    bodyLimit: limits.apiBodyMaxBytes,
    requestTimeout: limits.apiRequestMaxMs,
    connectionTimeout: limits.apiIdleMaxMs,
    keepAliveTimeout: limits.apiIdleMaxMs,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    return503OnClosing: true,
    routerOptions: { maxParamLength: 2_048 },
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      void reply.headers(apiHeaders(tls !== undefined));
      answerError(error, request, reply, options);
    },
  } as const;
  const app = (
    tls === undefined
      ? fastify({ ...common, http })
      : fastify({ ...common, https: { ...http, ...tls, minVersion: 'TLSv1.2' } })
  ) as FastifyInstance;
  app.server.maxConnections = limits.apiConnectionsMax;
  return app;
}

function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { onMistake }: ServerOptions,
): void {
  const problem = fromFramework(error) ?? toProblem(error);
  if (problem.status === 500) onMistake(problem.cause ?? problem);
  if (problem.retryAfterS !== undefined) void reply.header('retry-after', String(problem.retryAfterS));
  void reply
    .code(problem.status)
    .type(PROBLEM_TYPE)
    .send(JSON.stringify(problemBody(problem, request.url.slice(0, 512))));
}

/** What the framework refuses: a request that does not fit its schema, is too large, or is no JSON. */
function fromFramework(error: unknown): ApiProblem | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('statusCode' in error)) return undefined;
  const { validation, validationContext, statusCode = 500, code, message } = error as FastifyError;
  if (validation !== undefined) {
    const errors = validation.slice(0, 20).map(({ instancePath, message = 'does not fit' }) => ({
      at: `${validationContext ?? ''}${instancePath}`,
      message,
    }));
    return new ApiProblem(400, 'bad_request', 'the request does not fit what is wanted', {
      errors,
      hint: 'GET /api/v1/openapi.json says what is wanted',
    });
  }
  if (statusCode === 414)
    return new ApiProblem(400, 'bad_request', 'a name in the path is longer than any can be');
  if (!STATUSES.has(statusCode)) return undefined;
  return new ApiProblem(statusCode as ProblemStatus, code.toLowerCase(), message);
}

const STATUSES: ReadonlySet<number> = new Set([400, 404, 408, 413, 415, 429, 431]);
