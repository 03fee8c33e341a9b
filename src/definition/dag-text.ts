import { Document, Scalar, isScalar, visit } from 'yaml';
import type { Dag, DagNode, RetryPolicy, TriggerRule } from '../model/dag.ts';
import { DEFAULT_MAX_LOST, DEFAULT_RETRY } from '../model/dag.ts';
import type { NodeName } from '../model/ids.ts';
import { MASK, isSecretName } from '../model/secret.ts';

/** A dag as a file in lines, and where each node begins in it. */
export type DagText = {
  readonly lines: readonly string[];
  /** Counted from 0. */
  readonly lineOf: ReadonlyMap<NodeName, number>;
  /** Variables whose values were replaced, each once, in the order of the text. */
  readonly masked: readonly string[];
};

/**
 * The dag as YAML of the native form, without what is the default anyway: `parseDag` makes an equal dag of it. With `masksSecrets` the values of
 * variables with telling names (`…TOKEN`, `…PASSWORD`, `…SECRET`, `…KEY`) are `***`, and only they differ.
 */
export function dagText(dag: Dag, { masksSecrets }: { readonly masksSecrets: boolean }): DagText {
  const masked = new Set<string>();
  const env = (variables: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(variables).map(([name, value]) => {
        if (!masksSecrets || !isSecretName(name)) return [name, value];
        masked.add(name);
        return [name, MASK];
      }),
    );
  const lines = yamlLines({
    name: dag.name,
    ...given('description', dag.description),
    ...filledMap('params', dag.params),
    ...filledMap('env', env(dag.env)),
  });
  lines.push('nodes:');
  const lineOf = new Map<NodeName, number>();
  for (const node of dag.nodes) {
    lineOf.set(node.name, lines.length);
    // Node by node: then it is known where each one stands.
    for (const line of yamlLines({ [node.name]: nodeBody(node, env(node.env)) }))
      lines.push(line === '' ? '' : `  ${line}`);
  }
  return { lines, lineOf, masked: [...masked] };
}

function nodeBody(node: DagNode, env: Readonly<Record<string, string>>): Record<string, unknown> {
  const { command } = node;
  return {
    ...given('description', node.description),
    ...(node.depends.length === 0 ? {} : { depends: node.depends }),
    ...(command === undefined ? {} : { command: 'shell' in command ? command.shell : command.argv }),
    ...filledMap('env', env),
    ...filledMap('retry', retryBody(node.retry)),
    ...given('timeout', node.timeoutMs === undefined ? undefined : durationOf(node.timeoutMs)),
    ...(node.triggerRule === 'all_success' ? {} : { trigger_rule: ruleBody(node.triggerRule) }),
    ...(node.maxLost === DEFAULT_MAX_LOST ? {} : { max_lost: node.maxLost }),
    ...given('working_dir', node.workingDir),
    ...(node.priority === 0 ? {} : { priority: node.priority }),
  };
}

function retryBody(retry: RetryPolicy): Record<string, unknown> {
  const standard = DEFAULT_RETRY;
  // A bound below the interval is raised to it by whoever reads the file.
  const bound = Math.max(standard.maxIntervalMs, retry.intervalMs);
  return {
    ...(retry.limit === standard.limit ? {} : { limit: retry.limit }),
    ...(retry.intervalMs === standard.intervalMs ? {} : { interval: durationOf(retry.intervalMs) }),
    ...(retry.backoff === standard.backoff ? {} : { backoff: retry.backoff }),
    ...(retry.maxIntervalMs === bound ? {} : { max_interval: durationOf(retry.maxIntervalMs) }),
    ...(retry.jitter === standard.jitter ? {} : { jitter: retry.jitter }),
    ...given('exit_codes', retry.exitCodes),
  };
}

function ruleBody(rule: TriggerRule): unknown {
  return typeof rule === 'object' ? { at_least: rule.atLeast } : rule;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** `1h30m`, `250ms`: read back, it is the same. */
function durationOf(durationMs: number): string {
  let rest = durationMs;
  let text = '';
  for (const [unit, unitMs] of UNITS) {
    const count = Math.floor(rest / unitMs);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * unitMs;
  }
  return rest > 0 || text === '' ? `${text}${rest}ms` : text;
}

function given<Value>(key: string, value: Value | undefined): Record<string, Value> {
  return value === undefined ? {} : { [key]: value };
}

function filledMap(key: string, map: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.keys(map).length === 0 ? {} : { [key]: map };
}

const DELETE = '\u007F';

/** Lists and the maps of one node's settings stand on one line, unless a text of several lines is in them. */
function yamlLines(value: Readonly<Record<string, unknown>>): string[] {
  const document = new Document(value, { version: '1.2', schema: 'core' });
  visit(document, {
    Seq: (_key, list) => {
      list.flow = !list.items.some((item) => isScalar(item) && String(item.value).includes('\n'));
    },
    Map: (_key, map, path) => {
      // `path` of a node's own settings: document, map, pair, map, pair.
      if (path.length < 5) return;
      map.flow = !map.items.some(({ value: part }) => isScalar(part) && String(part.value).includes('\n'));
    },
    Scalar: (key, scalar) => {
      // A plain `<<` would merge maps.
      if (key === 'key' && scalar.value === '<<') scalar.type = Scalar.QUOTE_DOUBLE;
      // The one control character that is not written as an escape by itself.
      if (String(scalar.value).includes(DELETE)) scalar.type = Scalar.QUOTE_DOUBLE;
    },
  });
  const text = document.toString({
    lineWidth: 0,
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
    flowCollectionPadding: false,
  });
  if (text.trimEnd() === '{}') return [];
  return text.replace(/\n$/, '').replaceAll(DELETE, '\\x7F').split('\n');
}
