import { sanitizeText } from '../graph/text.ts';
import type { ParamValue } from '../model/dag.ts';
import type { DagName, NodeName } from '../model/ids.ts';
import type { Definition, State } from '../model/state.ts';
import { ask, askTrigger, dagNames, refuse } from './asking.ts';
import type { Step } from './asking.ts';
import type { UiState } from './ui-state.ts';

const FROM = '--from';

/** `:trigger` with what follows it: a dag, its parameters, and where the run starts. */
export function triggerCommand(state: State, ui: UiState, [dag, ...words]: readonly string[]): Step {
  if (dag === undefined) return askTrigger(state, ui);
  const definition = dagNamed(state, dag);
  if (definition === undefined) return refuse(ui, `there is no dag ${sanitizeText(dag)}`);
  const params: Record<string, ParamValue> = {};
  const from: NodeName[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === FROM || word.startsWith(`${FROM}=`)) {
      const node = word === FROM ? words[(at += 1)] : word.slice(FROM.length + 1);
      if (node === undefined) return refuse(ui, `${FROM} takes a node`);
      from.push(node as NodeName);
      continue;
    }
    const read = readParam(definition, word);
    if ('problem' in read) return refuse(ui, sanitizeText(`${dag} does not take ${word}: ${read.problem}`));
    params[read.name] = read.value;
  }
  const part = from.length === 0 ? {} : { from };
  return ask(state, ui, { do: 'trigger', dag: dag as DagName, params, ...part });
}

/** What the word after `before` may be. */
export function triggerCandidates(state: State, before: readonly string[]): readonly string[] {
  const [dag] = before;
  if (dag === undefined) return dagNames(state);
  const definition = dagNamed(state, dag);
  if (definition === undefined) return [];
  if (before.at(-1) === FROM) return [...definition.indexOf.keys()];
  return [FROM, ...Object.keys(definition.dag.params).map((name) => `${name}=`)];
}

function dagNamed(state: State, name: string): Definition | undefined {
  const hash = state.dags.get(name as DagName);
  return hash === undefined ? undefined : state.definitions.get(hash);
}

function readParam(
  { dag }: Definition,
  pair: string,
): { readonly name: string; readonly value: ParamValue } | { readonly problem: string } {
  const at = pair.indexOf('=');
  const name = at < 0 ? pair : pair.slice(0, at);
  const standard = Object.hasOwn(dag.params, name) ? dag.params[name] : undefined;
  if (standard === undefined) {
    const names = Object.keys(dag.params).join(', ');
    return { problem: `its parameters are ${names || 'none'}` };
  }
  const value = at < 0 ? undefined : paramValue(standard, pair.slice(at + 1));
  return value === undefined ? { problem: `it is a ${typeof standard}` } : { name, value };
}

/** The text as a value of the same type as the default. */
function paramValue(standard: ParamValue, text: string): ParamValue | undefined {
  if (typeof standard === 'string') return text;
  if (typeof standard === 'boolean') return text === 'true' || text === 'false' ? text === 'true' : undefined;
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) ? value : undefined;
}
