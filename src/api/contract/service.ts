import { Type } from 'typebox';
import type { Static } from 'typebox';
import { name, position, text, time, word } from './fields.ts';
import { ROLES } from './operation.ts';
import type { Operations } from './operation.ts';

export const me = Type.Object({
  name,
  role: word(ROLES),
  expiresAt: Type.Optional(time),
  /** Of the server. */
  version: text,
});
export type Me = Static<typeof me>;

export const health = Type.Object({ status: word(['ok']) });
export const ready = Type.Object({ status: word(['ready']), position });

export const serviceOperations = {
  getMe: {
    method: 'GET',
    path: '/api/v1/me',
    access: 'viewer',
    tag: 'service',
    summary: 'Whose token this is',
    status: 200,
    answer: me,
    problems: [],
  },
  getOpenApi: {
    method: 'GET',
    path: '/api/v1/openapi.json',
    access: 'viewer',
    tag: 'service',
    summary: 'This API as an OpenAPI 3.1 document',
    status: 200,
    answer: Type.Object({ openapi: text }),
    problems: [],
  },
  getMetrics: {
    method: 'GET',
    path: '/metrics',
    access: 'viewer',
    tag: 'service',
    summary: 'Figures in the text format of Prometheus',
    status: 200,
    answer: { media: { 'text/plain': text } },
    problems: [],
  },
  getHealth: {
    method: 'GET',
    path: '/healthz',
    access: 'public',
    tag: 'service',
    summary: 'The process answers',
    status: 200,
    answer: health,
    problems: [],
  },
  getReady: {
    method: 'GET',
    path: '/readyz',
    access: 'public',
    tag: 'service',
    summary: 'The log has been read up to now, and the link to the broker is up',
    status: 200,
    answer: ready,
    problems: [503],
  },
} as const satisfies Operations;
