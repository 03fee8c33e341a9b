import { Type } from 'typebox';
import type { TSchema } from 'typebox';
import { NAME_MAX_LENGTH } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import { DURATION_PATTERN } from './duration.ts';
import { TRIGGER_RULES } from './trigger.ts';

/**
 * JSON Schemas (draft 2020-12) of the two files, for editors. They say what can be said about one value at a time; names
 * that must exist, cycles and counts are the parsers'. Not imported by the parsers, so that these load without typebox.
 */
const DRAFT = 'https://json-schema.org/draft/2020-12/schema';
const closed = { additionalProperties: false } as const;

const scalarText = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);
const nameRules = {
  minLength: 1,
  maxLength: NAME_MAX_LENGTH,
  pattern: String.raw`^(?!\*$)(?!__proto__$)[^\s/]([^/]*[^\s/])?$`,
};
const name = (description: string): TSchema =>
  Type.Union([Type.String(nameRules), Type.Number(), Type.Boolean()], { description });
const oneOrMore = (item: TSchema, description: string): TSchema =>
  Type.Union([item, Type.Array(item)], { description });
const mapOf = (keys: object, value: TSchema, options: object = {}): TSchema =>
  Type.Object({}, { propertyNames: keys, additionalProperties: value, ...options });

const duration = (description: string): TSchema =>
  Type.Union([Type.String({ pattern: DURATION_PATTERN }), Type.Number({ minimum: 0 })], {
    description: `${description} A duration: 500ms, 30s, 5m, 1h30m; a bare number counts seconds.`,
  });

const texts = (description: string): TSchema =>
  mapOf({ pattern: String.raw`^(?!__proto__$)[^=]*[^=\s][^=]*$` }, scalarText, {
    description,
    maxProperties: limits.mapMaxEntries,
  });

const retry = Type.Union(
  [
    Type.Integer({ minimum: 0, maximum: limits.retryLimitMax }),
    Type.Object(
      {
        limit: Type.Optional(
          Type.Integer({ minimum: 0, maximum: limits.retryLimitMax, description: 'Tries after the first.' }),
        ),
        interval: Type.Optional(duration('The wait before the first further try.')),
        backoff: Type.Optional(
          Type.Number({
            minimum: 1,
            maximum: 100,
            description: 'The factor by which the wait grows each time.',
          }),
        ),
        max_interval: Type.Optional(duration('What the wait never passes.')),
        jitter: Type.Optional(
          Type.Number({
            minimum: 0,
            maximum: 1,
            description: 'The part of the wait that is spread at random.',
          }),
        ),
        exit_codes: Type.Optional(
          oneOrMore(Type.Integer({ minimum: 1, maximum: 255 }), 'Only these exit codes are tried again.'),
        ),
      },
      closed,
    ),
  ],
  { description: 'Further tries after a failure: their number, or a map.' },
);

const triggerRule = Type.Union(
  [
    Type.Enum([...TRIGGER_RULES]),
    Type.Object({ at_least: Type.Integer({ minimum: 1, maximum: limits.dagMaxNodes }) }, closed),
  ],
  { description: 'When the node starts, by the states of the nodes it depends on. Default: all_success.' },
);

const shared = {
  env: Type.Optional(texts('Environment variables of the command.')),
  retry: Type.Optional(retry),
  timeout: Type.Optional(duration('After this the command is stopped and the attempt has failed.')),
  trigger_rule: Type.Optional(triggerRule),
  max_lost: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: limits.maxLostMax,
      description: 'How often its agent may vanish. Default: 3.',
    }),
  ),
  working_dir: Type.Optional(
    Type.String({ minLength: 1, description: 'The folder in which the command runs.' }),
  ),
  priority: Type.Optional(
    Type.Integer({
      minimum: -limits.priorityMax,
      maximum: limits.priorityMax,
      description: 'Higher starts first when servers are full. Default: 0.',
    }),
  ),
};

const command = Type.Union(
  [
    Type.Array(scalarText, { minItems: 1, description: 'A program with its arguments; no shell.' }),
    Type.String({ pattern: String.raw`\S`, description: 'A text that sh -c runs.' }),
    Type.Boolean(),
  ],
  { description: 'What the node runs. Without it the node is a pass-through.' },
);

const dependsText = 'The nodes that come before this one.';
const depends = oneOrMore(name('A node.'), dependsText);
const node = {
  command: Type.Optional(command),
  depends: Type.Optional(depends),
  needs: Type.Optional(depends),
  depends_on: Type.Optional(depends),
  description: Type.Optional(scalarText),
  ...shared,
};
const onlyOneDepends = {
  not: {
    anyOf: [
      ['depends', 'needs'],
      ['depends', 'depends_on'],
      ['needs', 'depends_on'],
    ].map((required) => ({ required })),
  },
};

const nativeMap = mapOf(
  nameRules,
  Type.Union([Type.Object(node, { ...closed, ...onlyOneDepends }), Type.Null()]),
  {
    minProperties: 1,
    maxProperties: limits.dagMaxNodes,
    description: 'Nodes by name.',
  },
);
const nativeList = Type.Array(
  Type.Object({ name: name('The node.'), ...node }, { ...closed, ...onlyOneDepends }),
  {
    minItems: 1,
    maxItems: limits.dagMaxNodes,
  },
);
const olderList = Type.Array(name('A node.'), {
  minItems: 1,
  maxItems: limits.dagMaxNodes,
  description: 'The older form: names of nodes; "edges" says what runs after each.',
});

const olderOnly = { properties: { nodes: olderList } };

export const dagSchema = Type.Object(
  {
    name: Type.Optional(name('The name of the dag. Default: the name of the file, without its ending.')),
    description: Type.Optional(scalarText),
    params: Type.Optional(
      mapOf(nameRules, Type.Union([scalarText, Type.Null()]), {
        maxProperties: limits.paramsMax,
        description: 'Parameters of a run, with their defaults. Commands get them as JSON in DAGTOP_PARAMS.',
      }),
    ),
    env: Type.Optional(texts('Environment variables of all commands.')),
    defaults: Type.Optional(
      Type.Object(shared, { ...closed, description: 'What nodes say unless they say otherwise.' }),
    ),
    nodes: Type.Union([nativeMap, nativeList, olderList]),
    edges: Type.Optional(
      mapOf({}, oneOrMore(name('A node.'), 'The nodes that run after it.'), {
        description: 'The older form only.',
      }),
    ),
    dependencies: Type.Optional(
      mapOf({}, Type.Integer({ minimum: 0 }), {
        description:
          'The older form only: how many of a node’s upstream nodes must succeed before it starts.',
      }),
    ),
  },
  {
    ...closed,
    $schema: DRAFT,
    title: 'dagtop dag',
    dependentSchemas: {
      edges: olderOnly,
      dependencies: olderOnly,
      defaults: { properties: { nodes: Type.Union([nativeMap, nativeList]) } },
    },
  },
);

const placementName = Type.Union(
  [
    Type.String({ pattern: String.raw`^(\*|(?!\*)[^\s/]([^/]*[^\s/])?(/(?!\*$)[^\s/]([^/]*[^\s/])?)?)$` }),
    Type.Number(),
    Type.Boolean(),
  ],
  { description: 'A node, dag/node, or "*" for what nobody else lists.' },
);

const server = Type.Object(
  {
    host: name('An IP address, a host name, or the name that an agent gives itself with --server.'),
    nodes: oneOrMore(placementName, 'What the server may run.'),
    concurrency: Type.Optional(
      Type.Integer({ minimum: 1, maximum: limits.concurrencyMax, description: 'Commands at a time.' }),
    ),
    labels: Type.Optional(texts('For people and tools.')),
    standby: Type.Optional(
      Type.Boolean({
        description: 'Takes nodes only when all others that list them are gone. Default: false.',
      }),
    ),
  },
  closed,
);

export const placementSchema = Type.Object(
  { servers: Type.Array(server, { minItems: 1, maxItems: limits.serversMax }) },
  { ...closed, $schema: DRAFT, title: 'dagtop placement' },
);
