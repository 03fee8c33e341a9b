import type { RetryPolicy } from '../model/dag.ts';
import { DEFAULT_RETRY } from '../model/dag.ts';
import { limits } from '../model/limits.ts';
import type { Field } from './fields.ts';
import { readFields, reportType } from './fields.ts';
import type { Problems } from './problems.ts';
import { describe } from './source.ts';
import { readDuration, readNumber, readWhole } from './values.ts';

/** What a file says about retrying; what it leaves open is filled in by `mergeRetry`. */
export type PartialRetry = { -readonly [Key in keyof RetryPolicy]?: RetryPolicy[Key] };

export const RETRY_KEYS = ['limit', 'interval', 'backoff', 'max_interval', 'jitter', 'exit_codes'] as const;

/** `retry: 3` or a map of `RETRY_KEYS`. */
export function readRetry(problems: Problems, field: Field): PartialRetry {
  if (field.value.kind === 'scalar') {
    if (typeof field.value.value !== 'number') {
      reportType(
        problems,
        field,
        'a number of tries after the first, or a map',
        'such as {limit: 3, interval: 5s}',
      );
      return {};
    }
    return pick('limit', readWhole(problems, field, 0, limits.retryLimitMax));
  }
  const fields = readFields(problems, field.value, field.label, { known: RETRY_KEYS });
  if (fields === undefined) return {};
  const read = <T>(
    key: (typeof RETRY_KEYS)[number],
    reader: (field: Field) => T | undefined,
  ): T | undefined => {
    const found = fields.get(key);
    return found === undefined ? undefined : reader(found);
  };
  const policy: PartialRetry = {
    ...pick(
      'limit',
      read('limit', (found) => readWhole(problems, found, 0, limits.retryLimitMax)),
    ),
    ...pick(
      'intervalMs',
      read('interval', (found) => readDuration(problems, found, false)),
    ),
    ...pick(
      'backoff',
      read('backoff', (found) => readNumber(problems, found, 1, 100)),
    ),
    ...pick(
      'maxIntervalMs',
      read('max_interval', (found) => readDuration(problems, found, false)),
    ),
    ...pick(
      'jitter',
      read('jitter', (found) => readNumber(problems, found, 0, 1)),
    ),
    ...pick(
      'exitCodes',
      read('exit_codes', (found) => readExitCodes(problems, found)),
    ),
  };
  const { intervalMs, maxIntervalMs } = policy;
  if (intervalMs !== undefined && maxIntervalMs !== undefined && maxIntervalMs < intervalMs)
    problems.error(
      field.at,
      `${field.label}: max_interval is shorter than interval`,
      'raise it, or remove it',
    );
  return policy;
}

/** The policies on top of the built-in one; later ones win, field by field. */
export function mergeRetry(...policies: readonly PartialRetry[]): RetryPolicy {
  const merged: RetryPolicy = Object.assign({ ...DEFAULT_RETRY }, ...policies);
  // A bound that nobody wrote must not cut an interval that somebody did.
  return { ...merged, maxIntervalMs: Math.max(merged.maxIntervalMs, merged.intervalMs) };
}

function readExitCodes(problems: Problems, field: Field): number[] | undefined {
  const items = field.value.kind === 'list' ? field.value.items : [field.value];
  const codes = new Set<number>();
  for (const item of items) {
    const isCode =
      item.kind === 'scalar' &&
      typeof item.value === 'number' &&
      Number.isInteger(item.value) &&
      item.value > 0;
    if (isCode && item.value <= 255) codes.add(item.value);
    else problems.error(item.at, `${field.label}: expected exit codes from 1 to 255, got ${describe(item)}`);
  }
  if (items.length > 0) return [...codes].sort((a, b) => a - b);
  problems.error(field.value.at, `${field.label} is empty`, 'remove it to try again after any failure');
  return undefined;
}

function pick<Key extends keyof RetryPolicy>(key: Key, value: RetryPolicy[Key] | undefined): PartialRetry {
  return value === undefined ? {} : { [key]: value };
}
