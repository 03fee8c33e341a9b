import type { Command } from '../model/dag.ts';
import { describe } from './source.ts';
import type { Field } from './fields.ts';
import { reportType } from './fields.ts';
import type { Problems } from './problems.ts';
import { readArgument } from './values.ts';

const PASS_THROUGH_HINT = 'leave it out for a node that runs nothing';

/** A program with its arguments, or one text for `sh -c`. `command: true` names the program, not the boolean. */
export function readCommand(problems: Problems, field: Field): Command | undefined {
  const { value } = field;
  if (value.kind === 'list') return readArgv(problems, field);
  const isText =
    value.kind === 'scalar' && (typeof value.value === 'string' || typeof value.value === 'boolean');
  if (!isText)
    return reportType(
      problems,
      field,
      'a list (program and arguments) or a text for sh -c',
      PASS_THROUGH_HINT,
    );
  const shell = readArgument(problems, field);
  if (shell === undefined) return undefined;
  if (shell.trim() !== '') return { shell };
  problems.error(value.at, `${field.label} is empty`, PASS_THROUGH_HINT);
  return undefined;
}

function readArgv(problems: Problems, field: Field): Command | undefined {
  const items = field.value.kind === 'list' ? field.value.items : [];
  const argv: string[] = [];
  for (const [index, item] of items.entries()) {
    const label = `argument ${index} in ${field.label}`;
    if (item.kind === 'scalar') argv.push(readArgument(problems, { label, at: item.at, value: item }) ?? '?');
    else problems.error(item.at, `${label}: expected a text, got ${describe(item)}`, 'write it in quotes');
  }
  if (argv[0] !== undefined && argv[0].trim() !== '') return { argv };
  problems.error(field.value.at, `${field.label} names no program`, PASS_THROUGH_HINT);
  return undefined;
}
