import { readParam } from '../engine/params.ts';
import type { Dag, ParamValue } from '../model/dag.ts';
import { limits } from '../model/limits.ts';
import { ApiProblem } from './problem.ts';

/** The parameters of a request, each of the type that the dag declares. Problem: 422, which names all that do not fit. */
export function readParams(
  dag: Dag,
  given: Readonly<Record<string, ParamValue>>,
): Readonly<Record<string, ParamValue>> {
  const errors: { at: string; message: string }[] = [];
  const read: [string, ParamValue][] = [];
  for (const [key, value] of Object.entries(given)) {
    const problem = Object.hasOwn(dag.params, key)
      ? tooLarge(value)
      : `${dag.name} declares no such parameter`;
    const found = problem === undefined ? readParam(key, value, dag.params[key] ?? null) : { problem };
    if ('value' in found) read.push([key, found.value]);
    else errors.push({ at: `body/params/${key}`, message: found.problem });
  }
  if (errors.length === 0) return Object.fromEntries(read);
  const known = Object.keys(dag.params);
  throw new ApiProblem(422, 'bad_param', `the parameters do not fit ${dag.name}`, {
    errors,
    hint: known.length === 0 ? `${dag.name} has no parameters` : `${dag.name} has ${known.join(', ')}`,
  });
}

function tooLarge(value: ParamValue): string | undefined {
  const isFine = typeof value !== 'string' || Buffer.byteLength(value) <= limits.paramMaxBytes;
  return isFine ? undefined : `it is longer than ${limits.paramMaxBytes} bytes`;
}
