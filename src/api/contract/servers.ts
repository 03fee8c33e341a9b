import { Type } from 'typebox';
import type { Static } from 'typebox';
import { count, name, request, text, time, word } from './fields.ts';
import type { Operations } from './operation.ts';

export const server = Type.Object({
  /** As the placement has it, else the agent's name. */
  server: name,
  /** The agent that is there, or was. */
  agent: Type.Optional(name),
  state: word(['present', 'draining', 'left', 'lost', 'never_seen']),
  /** An operator took it out of service: it gets no new work. */
  isCordoned: Type.Boolean(),
  isStandby: Type.Boolean(),
  /** It has the scheduler that decides. */
  leads: Type.Boolean(),
  /** Commands that it has, and how many it takes. */
  load: count,
  slots: count,
  joinedAt: Type.Optional(time),
  /** Its last heartbeat here; missing when none was heard. */
  heardAt: Type.Optional(time),
  loadAverage: Type.Optional(Type.Number()),
  version: Type.Optional(text),
  labels: Type.Record(Type.String(), text),
  /** What the placement lists for it: `NODE`, `DAG/NODE` or `*`. */
  takes: Type.Array(text),
  running: Type.Array(Type.Object({ run: name, dag: name, node: name, attempt: count })),
});
export type Server = Static<typeof server>;
export const serverList = Type.Object({ items: Type.Array(server) });

/** Where the nodes of a server go without it. */
export const drainPlan = Type.Object({
  running: count,
  moves: Type.Array(Type.Object({ to: Type.Array(text), nodes: Type.Array(text) })),
  /** Nodes that no other server in service has: they would wait. */
  stranded: Type.Array(text),
});

export const serverSteered = Type.Object({
  server: name,
  isCordoned: Type.Boolean(),
  /** Nothing was changed. */
  isDryRun: Type.Boolean(),
  plan: Type.Optional(drainPlan),
});
export type ServerSteered = Static<typeof serverSteered>;

export const serverOperations = {
  listServers: {
    method: 'GET',
    path: '/api/v1/servers',
    access: 'viewer',
    tag: 'servers',
    summary: 'Servers of the placement, and agents that it does not list',
    status: 200,
    answer: serverList,
    problems: [],
  },
  cordonServer: steering('cordon', 'Gives it no new work; what it runs goes on'),
  uncordonServer: steering('uncordon', 'Puts it back into service'),
  drainServer: steering('drain', 'As cordon, to be followed until its load is 0'),
} as const satisfies Operations;

function steering(verb: 'cordon' | 'uncordon' | 'drain', summary: string) {
  return {
    method: 'POST',
    path: `/api/v1/servers/{server}/${verb}`,
    access: 'operator',
    tag: 'servers',
    summary,
    params: request({ server: name }),
    query: request({
      dryRun: Type.Optional(Type.Boolean({ default: false, description: 'only say where its nodes go' })),
    }),
    status: 202,
    answer: serverSteered,
    problems: [404, 409, 422, 503],
  } as const;
}
