import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { limits } from '../model/limits.ts';
import { ApiProblem } from './problem.ts';

/** Bounds what one caller asks in a second; changes have a bound of their own, so that who looks on can't be kept from steering. */
export async function addRateLimit(app: FastifyInstance): Promise<void> {
  await app.register(rateLimit, {
    timeWindow: 1_000,
    cache: 5_000,
    // Behind the gate, which knows who asks.
    hook: 'onRequest',
    keyGenerator: (request) =>
      `${isChange(request) ? 'change' : 'read'} ${request.caller?.name ?? request.ip}`,
    max: (request) => (isChange(request) ? limits.apiWritesPerSecond : limits.apiReadsPerSecond),
    addHeaders: NO_HEADERS,
    addHeadersOnExceeding: NO_HEADERS,
    errorResponseBuilder: (_request, { max }) =>
      new ApiProblem(429, 'too_many_requests', `more than ${max} requests a second`, { retryAfterS: 1 }),
  });
}

const NO_HEADERS = {
  'x-ratelimit-limit': false,
  'x-ratelimit-remaining': false,
  'x-ratelimit-reset': false,
  'retry-after': false,
} as const;

function isChange({ method }: FastifyRequest): boolean {
  return method !== 'GET' && method !== 'HEAD';
}
