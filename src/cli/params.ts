import { didYouMean } from '../definition/suggestion.ts';
import { readParam } from '../engine/params.ts';
import { CodedError } from '../model/coded-error.ts';
import type { Dag, ParamValue } from '../model/dag.ts';

/**
 * `key=value` texts as parameters of `dag`, each of the type that its default has. Errors: `bad_param`, with what the
 * dag declares.
 */
export function readParams(dag: Dag, texts: readonly string[]): Record<string, ParamValue> {
  const params: [string, ParamValue][] = texts.map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw new CodedError('bad_param', `'${text}' is no parameter`, { hint: 'write KEY=VALUE' });
    const key = text.slice(0, at);
    if (!Object.hasOwn(dag.params, key)) throw unknownParam(dag, key);
    const read = readParam(key, text.slice(at + 1), dag.params[key] ?? null);
    if ('problem' in read) throw new CodedError('bad_param', read.problem);
    return [key, read.value];
  });
  return Object.fromEntries(params);
}

function unknownParam(dag: Dag, key: string): CodedError {
  const known = Object.keys(dag.params);
  const list = known.length === 0 ? `${dag.name} has no parameters` : `${dag.name} has ${known.join(', ')}`;
  return new CodedError('bad_param', `${dag.name} declares no parameter '${key}'`, {
    hint: didYouMean(key, known) ?? list,
  });
}
