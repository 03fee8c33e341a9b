import { nameProblem } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import { quoted } from './diagnostic.ts';
import { parseDuration } from './duration.ts';
import type { Field } from './fields.ts';
import { reportType } from './fields.ts';
import type { Problems } from './problems.ts';
import { utf8Length } from './source-file.ts';

/** Readers of single values. Each reports what is wrong and then returns undefined. */

/** A text, or a number or boolean as it is written: `1.10` is the text `1.10`. */
export function readText(problems: Problems, field: Field, expected = 'a text'): string | undefined {
  const { value } = field;
  if (value.kind !== 'scalar') return reportType(problems, field, expected);
  if (value.value === null)
    return reportType(problems, field, expected, 'write "" for an empty text, or remove it');
  return typeof value.value === 'string' ? value.value : value.text;
}

/** A text that a program gets as an argument or in its environment: no NUL, no more bytes than Linux takes. */
export function readArgument(problems: Problems, field: Field, expected = 'a text'): string | undefined {
  const text = readText(problems, field, expected);
  if (text === undefined) return undefined;
  if (text.includes('\0')) {
    problems.error(
      field.value.at,
      `${field.label} contains a NUL character`,
      'remove it: no program can be given one',
    );
    return undefined;
  }
  // UTF-8 takes at most three bytes for a UTF-16 unit.
  if (text.length * 3 > limits.argumentMaxBytes && utf8Length(text) > limits.argumentMaxBytes) {
    const bound = `${limits.argumentMaxBytes / 1024} KiB`;
    problems.error(
      field.value.at,
      `${field.label} is longer than ${bound}`,
      'put it in a file and name the file',
    );
    return undefined;
  }
  return text;
}

/** The name of a dag, node or server. */
export function readName<Name extends string>(problems: Problems, field: Field): Name | undefined {
  const text = readText(problems, field, 'a name');
  return text === undefined
    ? undefined
    : checkName<Name>(problems, text, { label: field.label, at: field.value.at });
}

/** `text` as a name, when it can be one; `field` says where it stands. */
export function checkName<Name extends string>(
  problems: Problems,
  text: string,
  field: { label: string; at: number },
): Name | undefined {
  const problem =
    text === '__proto__' ? 'is refused' : text === '*' ? 'means all nodes in nodes.yaml' : nameProblem(text);
  if (problem === undefined) return text as Name;
  const shown = text === '' ? field.label : `${field.label} ${quoted(text)}`;
  problems.error(field.at, `the ${shown} ${problem}`, 'choose another name');
  return undefined;
}

export function readWhole(problems: Problems, field: Field, min: number, max: number): number | undefined {
  const { value } = field;
  const wanted = `a whole number from ${min} to ${max}`;
  if (value.kind !== 'scalar' || typeof value.value !== 'number' || !Number.isInteger(value.value))
    return reportType(problems, field, wanted);
  if (value.value < min || value.value > max) return reportType(problems, field, wanted);
  return value.value;
}

export function readNumber(problems: Problems, field: Field, min: number, max: number): number | undefined {
  const { value } = field;
  if (value.kind === 'scalar' && typeof value.value === 'number' && value.value >= min && value.value <= max)
    return value.value;
  return reportType(problems, field, `a number from ${min} to ${max}`);
}

export function readFlag(problems: Problems, field: Field): boolean | undefined {
  const { value } = field;
  if (value.kind === 'scalar' && typeof value.value === 'boolean') return value.value;
  return reportType(problems, field, 'true or false');
}

/** Milliseconds; more than 0 when `positive`. */
export function readDuration(problems: Problems, field: Field, positive: boolean): number | undefined {
  const { value } = field;
  const expected = 'a duration such as 500ms, 30s, 5m or 1h30m';
  if (value.kind !== 'scalar' || value.value === null || typeof value.value === 'boolean')
    return reportType(problems, field, expected);
  const durationMs = parseDuration(String(value.value));
  if (durationMs === undefined) {
    const hint = 'the units are ms, s, m, h and d, a bare number counts seconds, and the bound is 365d';
    return reportType(problems, field, expected, hint);
  }
  if (durationMs === 0 && positive)
    return reportType(problems, field, 'more than 0', 'remove it for no bound');
  return durationMs;
}

/** A map of texts, such as `env` and `labels`. */
export function readTexts(problems: Problems, field: Field, of: string): Record<string, string> | undefined {
  if (field.value.kind !== 'map') return reportType(problems, field, 'a map of names to texts');
  const { entries } = field.value;
  if (entries.length > limits.mapMaxEntries) {
    problems.error(
      field.at,
      `${field.label} has ${entries.length} entries; the bound is ${limits.mapMaxEntries}`,
    );
    return undefined;
  }
  const texts: [string, string][] = [];
  for (const { key, at, value } of entries) {
    const label = `${of} ${quoted(key)} in ${field.label}`;
    if (/[=\p{Cc}]/u.test(key) || key.trim() === '')
      problems.error(at, `${of} ${quoted(key)} in ${field.label} is no name`, 'use letters, digits and _');
    const text = readArgument(problems, { label, at, value });
    if (text !== undefined) texts.push([key, text]);
  }
  return Object.fromEntries(texts);
}

/** `env` of a dag, its defaults or a node. */
export function readEnv(problems: Problems, field: Field): Record<string, string> | undefined {
  if (field.value.kind === 'map')
    for (const { key, at } of field.value.entries)
      if (key.startsWith('DAGTOP_'))
        problems.warn(
          at,
          `${quoted(key)} in ${field.label} has no effect`,
          'DAGTOP_ names are set by dagtop itself',
        );
  return readTexts(problems, field, 'variable');
}

/** One name or a list of names, with where each stands. */
export function readNames<Name extends string>(
  problems: Problems,
  field: Field,
  itemLabel: string,
): { name: Name; at: number }[] | undefined {
  const { value } = field;
  if (value.kind === 'map' || (value.kind === 'scalar' && value.value === null))
    return reportType(problems, field, 'a name or a list of names');
  const names: { name: Name; at: number }[] = [];
  for (const item of value.kind === 'list' ? value.items : [value]) {
    const name = readName<Name>(problems, {
      label: `${itemLabel} in ${field.label}`,
      at: item.at,
      value: item,
    });
    if (name !== undefined) names.push({ name, at: item.at });
  }
  return names;
}
