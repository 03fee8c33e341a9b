import { Type } from 'typebox';
import type { Static } from 'typebox';
import { name, request } from './fields.ts';
import type { Operations } from './operation.ts';
import { nodeState, runState } from './runs.ts';

/** The two operations of the first design, as they stood. */

export const started = Type.Object({ run: name, dag: name, node: name });
export type Started = Static<typeof started>;

export const dagStatus = Type.Object({
  dag: name,
  run: Type.Optional(name),
  /** Missing when it never ran. */
  state: Type.Optional(runState),
  nodes: Type.Record(Type.String(), nodeState),
});
export type DagStatus = Static<typeof dagStatus>;

export const legacyOperations = {
  startDag: {
    method: 'POST',
    path: '/dag/start/{node}',
    access: 'operator',
    tag: 'first design',
    summary: 'Starts the DAG at a node: it and all that comes after it run',
    params: request({ node: name }),
    query: request({ dag: Type.Optional(name) }),
    status: 202,
    answer: started,
    problems: [404, 409, 422, 503],
  },
  getDagStatus: {
    method: 'GET',
    path: '/dag/status',
    access: 'viewer',
    tag: 'first design',
    summary: 'The states of the nodes of the newest run of the DAG',
    query: request({ dag: Type.Optional(name), run: Type.Optional(name) }),
    status: 200,
    answer: dagStatus,
    problems: [404, 409, 503],
  },
} as const satisfies Operations;
