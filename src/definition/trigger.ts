import type { TriggerRule } from '../model/dag.ts';
import { limits } from '../model/limits.ts';
import type { Field } from './fields.ts';
import { readFields, reportType } from './fields.ts';
import type { Problems } from './problems.ts';
import { didYouMean } from './suggestion.ts';
import { readWhole } from './values.ts';

export const TRIGGER_RULES = [
  'all_success',
  'all_done',
  'all_failed',
  'one_success',
  'one_failed',
  'none_failed',
  'none_failed_min_one_success',
  'always',
] as const satisfies readonly TriggerRule[];

/** One of `TRIGGER_RULES`, or `{at_least: N}`. Whether N nodes are there is checked when the nodes are linked. */
export function readTriggerRule(problems: Problems, field: Field): TriggerRule | undefined {
  const { value } = field;
  if (value.kind === 'map') {
    if (value.entries.length === 0) return reportType(problems, field, '{at_least: N}');
    const found = readFields(problems, value, field.label, { known: ['at_least'] })?.get('at_least');
    if (found === undefined) return undefined;
    const atLeast = readWhole(problems, found, 1, limits.dagMaxNodes);
    return atLeast === undefined ? undefined : { atLeast };
  }
  const word = value.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined;
  const rule = TRIGGER_RULES.find((known) => known === word);
  if (rule !== undefined) return rule;
  if (word?.startsWith('at_least') === true)
    return reportType(problems, field, 'a trigger rule', 'write trigger_rule: {at_least: N}');
  const hint = word === undefined ? undefined : didYouMean(word, TRIGGER_RULES);
  return reportType(
    problems,
    field,
    'a trigger rule',
    hint ?? `write ${TRIGGER_RULES.join(', ')} or {at_least: N}`,
  );
}
