import type { Dag, DagNode, ParamValue } from '../model/dag.ts';
import type { DagName } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import type { Diagnostic } from './diagnostic.ts';
import { quoted } from './diagnostic.ts';
import type { Field, Fields } from './fields.ts';
import { readFields, reportType } from './fields.ts';
import { linkNodes } from './links.ts';
import { NO_SETTINGS, readDefaults, readNativeNodes } from './native-form.ts';
import { readOlderNodes } from './older-form.ts';
import type { Problems } from './problems.ts';
import type { MapSource } from './source.ts';
import { describe } from './source.ts';
import type { TextFile } from './source-file.ts';
import { outcome, readSource, utf8Length } from './source-file.ts';
import { checkName, readEnv, readName, readText } from './values.ts';

export const DAG_KEYS: readonly string[] = [
  'name',
  'description',
  'params',
  'env',
  'defaults',
  'nodes',
  'edges',
  'dependencies',
];

/**
 * Reads a DAG file, native or of the older form, as YAML or (by its ending) JSON. `dag` is there when no diagnostic is an
 * error. Never throws, whatever the text; bounded by `limits`.
 */
export function parseDag(file: TextFile): { dag?: Dag; diagnostics: Diagnostic[] } {
  const { root, problems } = readSource(file, 'nodes');
  const dag = root === undefined ? undefined : readDag(problems, root, file.file);
  const { value, diagnostics } = outcome(dag, problems);
  return value === undefined ? { diagnostics } : { dag: value, diagnostics };
}

function readDag(problems: Problems, root: MapSource, file: string): Dag | undefined {
  if (root.entries.some(({ key }) => key === 'servers') && !root.entries.some(({ key }) => key === 'nodes')) {
    problems.error(
      root.at,
      'this is a placement file, not a dag',
      'keep it apart from the dags, as nodes.yaml',
    );
    return undefined;
  }
  const fields = readFields(problems, root, '', { known: DAG_KEYS });
  if (fields === undefined) return undefined;
  const nameField = fields.get('name');
  const env = fields.get('env');
  const params = fields.get('params');
  const description = fields.get('description');
  const name = nameField === undefined ? nameOfFile(problems, file) : readName<DagName>(problems, nameField);
  const about = description && readText(problems, description);
  const head = {
    params: params === undefined ? {} : readParams(problems, params),
    env: env === undefined ? {} : (readEnv(problems, env) ?? {}),
  };
  const nodes = readNodes(problems, root, fields);
  if (name === undefined) return undefined;
  return { name, ...(about === undefined ? {} : { description: about }), ...head, nodes };
}

/** `etl` for `dags/etl.yaml`. */
function nameOfFile(problems: Problems, file: string): DagName | undefined {
  const base = file.slice(file.lastIndexOf('/') + 1);
  const name = base.replace(/(?<=.)\.[^.]*$/, '');
  return checkName<DagName>(problems, name, { label: 'dag name (from the file name)', at: 0 });
}

function readNodes(problems: Problems, root: MapSource, fields: Fields): DagNode[] {
  const nodes = fields.get('nodes');
  if (nodes === undefined) {
    problems.error(root.at, 'the dag has no "nodes"', 'add nodes: {A: {command: [echo, hello]}}');
    return [];
  }
  const { value } = nodes;
  if (value.kind === 'scalar') {
    reportType(problems, nodes, 'a map of node names to nodes', 'such as A: {command: [echo, hello]}');
    return [];
  }
  const count = value.kind === 'map' ? value.entries.length : value.items.length;
  if (count === 0) problems.error(value.at, '"nodes" is empty', 'a dag needs at least one node');
  if (count > limits.dagMaxNodes) {
    problems.error(
      value.at,
      `the dag has ${count} nodes; the bound is ${limits.dagMaxNodes}`,
      'split it into several dags',
    );
    return [];
  }
  const isOlder = value.kind === 'list' && value.items.some((item) => item.kind === 'scalar');
  if (isOlder) checkNotMixed(problems, fields, ['defaults'], 'the native form, where "nodes" is a map');
  else
    checkNotMixed(
      problems,
      fields,
      ['edges', 'dependencies'],
      'the older form, where "nodes" is a list of names',
    );
  if (isOlder)
    return linkNodes(
      problems,
      readOlderNodes(problems, nodes, fields.get('edges'), fields.get('dependencies')),
    );
  const defaults = fields.get('defaults');
  const settings = defaults === undefined ? NO_SETTINGS : readDefaults(problems, defaults);
  return linkNodes(problems, readNativeNodes(problems, nodes, settings));
}

function checkNotMixed(problems: Problems, fields: Fields, foreign: readonly string[], form: string): void {
  for (const key of foreign) {
    const field = fields.get(key);
    const hint =
      key === 'defaults'
        ? 'write the nodes as a map'
        : 'write "depends" and "trigger_rule" in the nodes instead';
    if (field !== undefined)
      problems.error(field.at, `${quoted(key)} belongs to ${form}: the file mixes both`, hint);
  }
}

function readParams(problems: Problems, field: Field): Record<string, ParamValue> {
  if (field.value.kind !== 'map') {
    reportType(problems, field, 'a map of names to default values');
    return {};
  }
  const { entries } = field.value;
  if (entries.length > limits.paramsMax)
    problems.error(
      field.at,
      `there are ${entries.length} params; the bound is ${limits.paramsMax}`,
      'use fewer',
    );
  const params: [string, ParamValue][] = [];
  for (const { key, at, value } of entries) {
    checkName(problems, key, { label: 'parameter name', at });
    const param = { label: `parameter ${quoted(key)}`, at, value };
    if (value.kind !== 'scalar') reportType(problems, param, 'a text, a number, true, false or null');
    else if (typeof value.value === 'number' && !isExact(value.value))
      problems.error(
        value.at,
        `${param.label}: the number ${describe(value)} cannot be kept exactly`,
        'write it in quotes',
      );
    else if (utf8Length(String(value.value)) > limits.paramMaxBytes)
      problems.error(
        value.at,
        `${param.label} is longer than ${limits.paramMaxBytes / 1024} KiB`,
        'put it in a file',
      );
    else params.push([key, value.value]);
  }
  return Object.fromEntries(params);
}

function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}
