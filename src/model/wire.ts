import { Type } from 'typebox';
import type { Dag } from './dag.ts';
import { limits } from './limits.ts';
import { NAME_MAX_LENGTH } from './ids.ts';
import type {
  DagHash,
  DagName,
  EventId,
  Incarnation,
  NodeName,
  Position,
  RunId,
  SchedulerId,
  ServerName,
} from './ids.ts';
import type { Placement } from './placement.ts';

/** Building blocks of what crosses the wire: the schema that checks it and the type that it has, in one. */

const name = () => Type.String({ minLength: 1, maxLength: NAME_MAX_LENGTH });
const id = () => Type.String({ minLength: 1, maxLength: 512 });

export const dagName = Type.Unsafe<DagName>(name());
export const nodeName = Type.Unsafe<NodeName>(name());
export const serverName = Type.Unsafe<ServerName>(name());
export const runId = Type.Unsafe<RunId>(name());
export const dagHash = Type.Unsafe<DagHash>(id());
export const incarnation = Type.Unsafe<Incarnation>(id());
export const schedulerId = Type.Unsafe<SchedulerId>(id());
export const eventId = Type.Unsafe<EventId>(id());
export const timeMs = Type.Integer({ minimum: 0 });
export const count = Type.Integer({ minimum: 0 });
export const position = Type.Unsafe<Position>(count);
export const shortText = Type.String({ maxLength: 4_096 });
export const paramValue = Type.Union([
  Type.String({ maxLength: limits.paramMaxBytes }),
  Type.Number(),
  Type.Boolean(),
  Type.Null(),
]);
export const params = Type.Readonly(Type.Record(Type.String(), paramValue));
const strings = Type.Record(Type.String(), Type.String());

const triggerRule = Type.Union([
  Type.Literal('all_success'),
  Type.Literal('all_done'),
  Type.Literal('all_failed'),
  Type.Literal('one_success'),
  Type.Literal('one_failed'),
  Type.Literal('none_failed'),
  Type.Literal('none_failed_min_one_success'),
  Type.Literal('always'),
  Type.Object({ atLeast: Type.Integer({ minimum: 1 }) }),
]);

const retry = Type.Object({
  limit: count,
  intervalMs: Type.Number({ minimum: 0 }),
  backoff: Type.Number({ minimum: 1 }),
  maxIntervalMs: Type.Number({ minimum: 0 }),
  jitter: Type.Number({ minimum: 0, maximum: 1 }),
  exitCodes: Type.Optional(Type.Array(Type.Integer())),
});

const node = Type.Object({
  name: nodeName,
  command: Type.Optional(
    Type.Union([
      Type.Object({ argv: Type.Array(Type.String(), { minItems: 1 }) }),
      Type.Object({ shell: Type.String() }),
    ]),
  ),
  depends: Type.Array(nodeName),
  env: strings,
  retry,
  timeoutMs: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  triggerRule,
  maxLost: count,
  workingDir: Type.Optional(Type.String()),
  priority: Type.Number(),
  description: Type.Optional(Type.String()),
});

export const dagBody = Type.Unsafe<Dag>(
  Type.Object({
    name: dagName,
    description: Type.Optional(Type.String()),
    params,
    env: strings,
    nodes: Type.Array(node, { minItems: 1, maxItems: limits.dagMaxNodes }),
  }),
);

export const placementBody = Type.Unsafe<Placement>(
  Type.Object({
    servers: Type.Array(
      Type.Object({
        host: serverName,
        nodes: Type.Array(
          Type.Union([
            Type.Object({ node: nodeName, dag: Type.Optional(dagName) }),
            Type.Object({ everything: Type.Literal(true) }),
          ]),
        ),
        concurrency: Type.Optional(Type.Integer({ minimum: 1 })),
        labels: strings,
        standby: Type.Boolean(),
      }),
      { maxItems: limits.serversMax },
    ),
  }),
);
