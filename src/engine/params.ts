import type { ParamValue } from '../model/dag.ts';

/** A value for a parameter, or why it is none. */
export type ReadParam = { readonly value: ParamValue } | { readonly problem: string };

/**
 * What `given` is as a value of the parameter `key`, whose default is `fallback`: it has the type of that. A text is read as a number or as true or
 * false where those are wanted. Where the default is null, anything goes.
 */
export function readParam(key: string, given: ParamValue, fallback: ParamValue): ReadParam {
  if (fallback === null || typeof given === typeof fallback) return { value: given };
  if (typeof fallback === 'number') {
    const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : Number.NaN;
    return Number.isFinite(value)
      ? { value }
      : { problem: `${key} is a number, and '${String(given)}' is none` };
  }
  if (typeof fallback === 'boolean') {
    if (given === 'true' || given === 'false') return { value: given === 'true' };
    return { problem: `${key} is true or false, not '${String(given)}'` };
  }
  return { problem: `${key} is a text, not ${String(given)}` };
}
