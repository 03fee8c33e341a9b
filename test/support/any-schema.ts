import fc from 'fast-check';

/** A JSON Schema, as far as the OpenAPI page uses it. */
export type JsonSchema = {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly format?: string;
};

/** Bounds of texts and lists that a schema leaves open. */
const SIZE_MAX = 24;

/** What there is, by the name of the property or parameter that wants it. */
export type Known = Readonly<Record<string, readonly unknown[]>>;

/** Any value that fits the schema of a property; mostly one that is known for its name. */
export function anyOfSchema(schema: JsonSchema, known: Known, name = ''): fc.Arbitrary<unknown> {
  const fitting = known[name] ?? [];
  const any = anyValue(schema, known);
  return fitting.length === 0 ? any : fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...fitting) }, any);
}

function anyValue(schema: JsonSchema, known: Known): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => anyOfSchema(one, known)));
  switch (schema.type) {
    case 'string':
      return anyText(schema);
    case 'integer':
      return fc.integer({
        min: schema.minimum ?? -1_000,
        max: Math.min(schema.maximum ?? 1_000, 2 ** 31 - 1),
      });
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(anyOfSchema(schema.items ?? {}, known), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? SIZE_MAX, SIZE_MAX),
      });
    case 'object':
      return anyObject(schema, known);
    case undefined:
    default:
      return fc.jsonValue();
  }
}

function anyText({ pattern, format, minLength = 0, maxLength = SIZE_MAX }: JsonSchema) {
  if (format === 'date-time')
    return fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern), { maxLength: SIZE_MAX });
  return fc.string({ minLength, maxLength: Math.min(maxLength, SIZE_MAX), unit: 'binary' });
}

function anyObject({ properties = {}, required = [], patternProperties }: JsonSchema, known: Known) {
  const named = fc.record(
    Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, anyOfSchema(one, known, key)])),
    { requiredKeys: [...required] as never[] },
  );
  const [others] = Object.values(patternProperties ?? {});
  if (others === undefined) return named;
  const keys = fc.oneof(fc.constantFrom(...Object.keys(known)), fc.string({ maxLength: 12 }));
  return fc.dictionary(keys, anyOfSchema(others, known), { maxKeys: 4 });
}

/** What somebody may send who has not read the page, or has and is no friend. */
export const anyHostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    '',
    ' ',
    '..',
    '../../etc/passwd',
    '%00',
    '\u0000',
    '\u202e\u001b[31m',
    "' OR 1=1 --",
    '${jndi:ldap://x}',
    '__proto__',
    'constructor',
    '-1',
    '1e999',
    '9'.repeat(400),
    'a'.repeat(3_000),
    String.fromCodePoint(0x1f600).repeat(200),
    [],
    {},
    null,
    { __proto__: null, constructor: { prototype: {} } },
  ),
);
