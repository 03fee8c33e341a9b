import type { Param } from '../../api/contract/dags.ts';
import type { ParamValue } from '../../model/dag.ts';

/** The text of a value, as the form shows it. */
export function paramText(value: ParamValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A default that the API does not tell; what is shown of it must not be sent back as if it were the value. */
export function isMasked({ default: value }: Param): boolean {
  return value === '***';
}

/** The value that was typed, in the type of the parameter, or why it is none. */
export function readParam(
  { type }: Param,
  text: string,
): { readonly value: ParamValue } | { readonly problem: string } {
  switch (type) {
    case 'string':
      return { value: text };
    case 'boolean':
      return text === 'true' || text === 'false' ? { value: text === 'true' } : { problem: 'true or false' };
    case 'number': {
      const value = Number(text);
      return text.trim() === '' || !Number.isFinite(value) ? { problem: 'a number is wanted' } : { value };
    }
    case 'any':
      return { value: readAny(text) };
  }
}

/** JSON where it is a value of a parameter, else the text itself. */
function readAny(text: string): ParamValue {
  try {
    const value: unknown = JSON.parse(text);
    const isValue = value === null || ['string', 'number', 'boolean'].includes(typeof value);
    return isValue ? (value as ParamValue) : text;
  } catch {
    return text;
  }
}

/** The parameters to send: what differs from the defaults. `problems` by the names of parameters. */
export function readParams(
  params: readonly Param[],
  entries: ReadonlyMap<string, string>,
): { readonly values: Readonly<Record<string, ParamValue>>; readonly problems: ReadonlyMap<string, string> } {
  const values: Record<string, ParamValue> = {};
  const problems = new Map<string, string>();
  for (const param of params) {
    const text = entries.get(param.name);
    if (text === undefined || text === paramText(param.default)) continue;
    const read = readParam(param, text);
    if ('problem' in read) problems.set(param.name, read.problem);
    // A name like `__proto__` is a name like any other.
    else Object.defineProperty(values, param.name, { value: read.value, enumerable: true });
  }
  return { values, problems };
}
