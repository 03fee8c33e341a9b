import { listed, quoted } from './diagnostic.ts';
import type { Problems } from './problems.ts';
import { describe } from './source.ts';
import type { Source } from './source.ts';
import { didYouMeanKey } from './suggestion.ts';

/** A value with what it is called in messages: `timeout of node "A"`. */
export type Field = { readonly label: string; readonly at: number; readonly value: Source };

/** The fields of one map, by key, in the order of the file. */
export type Fields = ReadonlyMap<string, Field>;

export type FieldKeys = {
  readonly known: readonly string[];
  /** Other spellings, and which key each stands for. */
  readonly aliases?: Readonly<Record<string, string>>;
};

/**
 * The fields of the map `source`, which messages call `owner` (empty at the top of a file). Unknown keys are reported
 * and left out, aliases are renamed. Undefined, and reported, when `source` is no map.
 */
export function readFields(
  problems: Problems,
  source: Source,
  owner: string,
  keys: FieldKeys,
): Fields | undefined {
  if (source.kind !== 'map') {
    problems.error(
      source.at,
      `${owner}: expected a map, got ${describe(source)}`,
      `its keys are ${keys.known.join(', ')}`,
    );
    return undefined;
  }
  const aliases = keys.aliases ?? {};
  const fields = new Map<string, Field & { written: string }>();
  for (const { key: written, at, value } of source.entries) {
    const key = Object.hasOwn(aliases, written) ? (aliases[written] ?? written) : written;
    const first = fields.get(key);
    if (!keys.known.includes(key)) reportUnknown(problems, written, at, owner, keys);
    else if (first === undefined)
      fields.set(key, { label: owner === '' ? key : `${key} of ${owner}`, at, value, written });
    else
      problems.error(
        at,
        `${quoted(written)} says the same as ${quoted(first.written)}${owner === '' ? '' : ` in ${owner}`}`,
        'keep one of them',
      );
  }
  return fields;
}

function reportUnknown(problems: Problems, key: string, at: number, owner: string, keys: FieldKeys): void {
  const candidates = [...keys.known, ...Object.keys(keys.aliases ?? {})];
  const hint = didYouMeanKey(key, candidates) ?? `the keys here are ${listed(keys.known, 20)}`;
  problems.error(at, `unknown key ${quoted(key)}${owner === '' ? '' : ` in ${owner}`}`, hint);
}

/** Reports `label: expected …, got …`. */
export function reportType(problems: Problems, field: Field, expected: string, hint?: string): undefined {
  problems.error(field.value.at, `${field.label}: expected ${expected}, got ${describe(field.value)}`, hint);
  return undefined;
}
