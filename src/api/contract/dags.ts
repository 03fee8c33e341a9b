import { Type } from 'typebox';
import type { Static } from 'typebox';
import { dagBody } from '../../model/wire.ts';
import { count, name, paramValue, request, text, word } from './fields.ts';
import type { Operations } from './operation.ts';
import { runSummary } from './runs.ts';

/** A parameter that a trigger may set, with the type that its default has; `any` where that is null. */
export const param = Type.Object({
  name,
  type: word(['string', 'number', 'boolean', 'any']),
  default: paramValue,
});
export type Param = Static<typeof param>;

const summary = {
  name,
  hash: name,
  description: Type.Optional(text),
  nodes: count,
  edges: count,
  params: Type.Array(param),
  lastRun: Type.Optional(runSummary),
} as const;

export const dagSummary = Type.Object(summary);
export type DagSummary = Static<typeof dagSummary>;
export const dagList = Type.Object({ items: Type.Array(dagSummary) });

export const dagDetail = Type.Object({
  ...summary,
  /** A new run gets this version. */
  isCurrent: Type.Boolean(),
  /** The definition with its defaults filled in; the values of what tells of secrets are `***`. */
  definition: dagBody,
  /** The same as YAML. */
  text: Type.String(),
  /** What was replaced by `***`. */
  masked: Type.Array(text),
  /** Which servers may run each node, by the placement in force. */
  placement: Type.Array(Type.Object({ node: name, servers: Type.Array(name) })),
});
export type DagDetail = Static<typeof dagDetail>;

export const drawing = Type.Object({
  dag: name,
  hash: name,
  run: Type.Optional(name),
  nodes: Type.Array(Type.Object({ name, state: Type.Optional(text) })),
  edges: Type.Array(Type.Unsafe<readonly [string, string]>(Type.Array(name, { minItems: 2, maxItems: 2 }))),
});
export type Drawing = Static<typeof drawing>;

const ofDag = request({ dag: name });

export const dagOperations = {
  listDags: {
    method: 'GET',
    path: '/api/v1/dags',
    access: 'viewer',
    tag: 'dags',
    summary: 'The DAGs in force',
    status: 200,
    answer: dagList,
    problems: [],
  },
  getDag: {
    method: 'GET',
    path: '/api/v1/dags/{dag}',
    access: 'viewer',
    tag: 'dags',
    summary: 'A DAG: its definition, and where its nodes may run',
    params: ofDag,
    query: request({ hash: Type.Optional(name) }),
    status: 200,
    answer: dagDetail,
    problems: [404],
  },
  drawDag: {
    method: 'GET',
    path: '/api/v1/dags/{dag}/drawing',
    access: 'viewer',
    tag: 'dags',
    summary: 'The drawing of a DAG, or of a run of it with its states',
    params: ofDag,
    query: request({
      format: Type.Optional(word(['json', 'svg', 'text', 'dot', 'mermaid'], { default: 'json' })),
      run: Type.Optional(name),
      ascii: Type.Optional(Type.Boolean({ default: false })),
    }),
    status: 200,
    answer: {
      media: {
        'application/json': drawing,
        'image/svg+xml': text,
        'text/plain': text,
        'text/vnd.graphviz': text,
        'text/vnd.mermaid': text,
      },
    },
    problems: [404, 422, 503],
  },
} as const satisfies Operations;
