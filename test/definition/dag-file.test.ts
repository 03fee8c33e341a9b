import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Value } from 'typebox/value';
import { parse as parseYaml } from 'yaml';
import { canonicalDag } from '../../src/definition/canonical.ts';
import { parseDag } from '../../src/definition/dag-file.ts';
import {
  diffDags,
  diffPlacement,
  formatDagDiff,
  formatPlacementDiff,
} from '../../src/definition/difference.ts';
import { parseDuration } from '../../src/definition/duration.ts';
import { checkPlacement } from '../../src/definition/placement-check.ts';
import { parsePlacement } from '../../src/definition/placement-file.ts';
import { CONFIG_WORDS } from '../../src/cli/config.ts';
import { configSchema } from '../../src/definition/config-schema.ts';
import { dagSchema, placementSchema } from '../../src/definition/schema.ts';
import { formatDiagnostic } from '../../src/definition/diagnostic.ts';
import { parseSettings } from '../../src/definition/settings-file.ts';
import { serversFor } from '../../src/model/placement.ts';
import type { Dag } from '../../src/model/dag.ts';
import type { DagName, NodeName } from '../../src/model/ids.ts';

function dagOf(text: string, file = 'etl.yaml'): Dag {
  const { dag, diagnostics } = parseDag({ file, text });
  if (dag === undefined) throw new Error(diagnostics.map(formatDiagnostic).join('\n'));
  return dag;
}

const node = (dag: Dag, name: string) => dag.nodes.find((item) => item.name === name);

describe('a dag file', () => {
  const full = dagOf(`
description: all keys
params: {day: today, n: 3, quick: true}
env: {A: "1"}
defaults: {timeout: 5m, retry: {limit: 2, interval: 2s}, env: {C: d}}
nodes:
  first: {command: [echo, hi], timeout: 30s, max_lost: 1, working_dir: /tmp, priority: 7, description: says hi}
  second:
    depends_on: first
    command: echo $A
    env: {B: x}
    retry: {limit: 5, backoff: 1.5, max_interval: 1m, jitter: 0.2, exit_codes: [75]}
    trigger_rule: one_failed
  third: {needs: [first, second], trigger_rule: {at_least: 1}}
`);

  it('is named after its file, or as it says', () => {
    expect(full.name).toBe('etl');
    expect(dagOf('name: night\nnodes: {a: {}}').name).toBe('night');
  });

  it('gives each node its own settings over the defaults', () => {
    expect(node(full, 'first')).toEqual({
      name: 'first',
      command: { argv: ['echo', 'hi'] },
      depends: [],
      description: 'says hi',
      env: { C: 'd' },
      maxLost: 1,
      priority: 7,
      retry: { limit: 2, intervalMs: 2_000, backoff: 2, maxIntervalMs: 300_000, jitter: 0.1 },
      timeoutMs: 30_000,
      triggerRule: 'all_success',
      workingDir: '/tmp',
    });
    expect(node(full, 'second')).toMatchObject({
      command: { shell: 'echo $A' },
      depends: ['first'],
      env: { B: 'x', C: 'd' },
      retry: {
        limit: 5,
        intervalMs: 2_000,
        backoff: 1.5,
        maxIntervalMs: 60_000,
        jitter: 0.2,
        exitCodes: [75],
      },
      timeoutMs: 300_000,
      triggerRule: 'one_failed',
    });
    expect(full.params).toEqual({ day: 'today', n: 3, quick: true });
  });

  it('takes depends, needs and depends_on, and k of n; a node without a command passes through', () => {
    expect(node(full, 'third')).toMatchObject({ depends: ['first', 'second'], triggerRule: { atLeast: 1 } });
    expect(node(full, 'third')?.command).toBeUndefined();
  });

  it('of the older form runs unchanged: dependencies are the successes that start a node', () => {
    const text =
      '{"nodes": ["A","B","C","D","E"], "edges": {"A": ["B","C"], "B": ["D"], "C": ["D"], "D": ["E"]}, "dependencies": {"D": 2, "E": 1}}';
    const dag = dagOf(text, 'diamond.json');
    expect(dag.nodes.map(({ name, depends }) => [name, ...depends])).toEqual([
      ['A'],
      ['B', 'A'],
      ['C', 'A'],
      ['D', 'B', 'C'],
      ['E', 'D'],
    ]);
    const oneOfTwo = dagOf(text.replace('"D": 2', '"D": 1'), 'diamond.json');
    expect(node(oneOfTwo, 'D')?.triggerRule).toEqual({ atLeast: 1 });
  });

  it('has one canonical text, whatever the order of its keys', () => {
    const one = dagOf('nodes: {a: {command: x, env: {A: "1", B: "2"}}}');
    const other = dagOf('nodes: {a: {env: {B: "2", A: "1"}, command: x}}');
    expect(canonicalDag(one)).toBe(canonicalDag(other));
    expect(JSON.parse(canonicalDag(full))).toEqual(full);
    expect(canonicalDag(dagOf('nodes: {a: {command: y}}'))).not.toBe(
      canonicalDag(dagOf('nodes: {a: {command: x}}')),
    );
  });
});

describe('durations', () => {
  it.each([
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['500ms', 500],
    ['1.5s', 1_500],
    ['2d', 172_800_000],
    ['90', 90_000],
  ])('%s', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(['', 's', '5 parsecs', '-5s', '1e9s', '5s 5', '1h-5m', 'NaN'])('not %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('are whole milliseconds, whatever the text', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.constantFrom('ms', 's', 'm'), (count, unit) => {
        const ms = parseDuration(`${count}${unit}`);
        expect(ms === undefined || Number.isSafeInteger(ms)).toBe(true);
      }),
    );
  });
});

describe('a placement file', () => {
  const { doc, placement } = parsePlacement({
    file: 'nodes.yaml',
    text: 'servers:\n  - {host: 10.0.0.5, nodes: [a, etl/b], concurrency: 4, labels: {zone: x}}\n  - {host: srv-2, nodes: [b, "*"], standby: true}\n  - {host: srv-3, nodes: [a, ghost]}\n',
  });
  const hosts = (dag: string, name: string) =>
    placement && serversFor(placement, dag as DagName, name as NodeName).map(({ host }) => host);

  it('says which servers may run a node: dag/node before node before *', () => {
    expect(hosts('etl', 'a')).toEqual(['10.0.0.5', 'srv-3']);
    expect(hosts('etl', 'b')).toEqual(['10.0.0.5']);
    expect(hosts('other', 'b')).toEqual(['srv-2']);
    expect(hosts('other', 'z')).toEqual(['srv-2']);
    expect(placement?.servers[0]).toMatchObject({ concurrency: 4, labels: { zone: 'x' }, standby: false });
  });

  it('is warned about entries that name no node', () => {
    if (doc === undefined) throw new Error('no placement');
    const dags = [dagOf('nodes: {a: {}, b: {}}')];
    expect(checkPlacement(doc, dags).map(formatDiagnostic)).toEqual([
      'nodes.yaml:4:30: warning: no dag has a node "ghost"; correct the name, or remove it',
    ]);
  });
});

describe('a reload', () => {
  it('is told as a difference: +2 −1 ~3 nodes', () => {
    const before = dagOf('nodes: {a: {}, b: {command: x}, c: {command: x}, d: {command: x}}');
    const after = dagOf('nodes: {b: {command: y}, c: {command: y}, d: {command: y}, e: {}, f: {}}');
    expect(formatDagDiff(diffDags(before, after))).toBe('+2 −1 ~3 nodes');
    expect(formatDagDiff(diffDags(before, before))).toBe('no change');
    expect(formatDagDiff(diffDags(before, { ...before, env: { A: 'x' } }))).toBe('env');
  });

  it('tells where nodes move: B: srv-2 → srv-3', () => {
    const place = (hostOfB: string) => {
      const text = `servers: [{host: srv-1, nodes: [A]}, {host: ${hostOfB}, nodes: [B]}]`;
      const { placement } = parsePlacement({ file: 'nodes.yaml', text });
      if (placement === undefined) throw new Error('no placement');
      return placement;
    };
    const dags = [dagOf('nodes: {A: {}, B: {}}')];
    expect(formatPlacementDiff(diffPlacement(place('srv-2'), place('srv-3'), dags))).toEqual([
      'B: srv-2 → srv-3',
    ]);
  });
});

it('dagtop.yaml names a broker, and mistakes in it are told', () => {
  expect(parseSettings({ file: 'dagtop.yaml', text: 'broker: nats://x:4222\n' }).settings).toEqual({
    broker: 'nats://x:4222',
  });
  expect(
    parseSettings({ file: 'dagtop.yaml', text: 'brokr: x\n' }).diagnostics.map(formatDiagnostic),
  ).toEqual(['dagtop.yaml:1:1: unknown key "brokr"; did you mean "broker"?']);
});

it.each([
  ['log: {keep: 30d}', { keepLogMs: 30 * 86_400_000 }],
  ['log: {keep: all}', { keepLogMs: Number.POSITIVE_INFINITY }],
  [
    'log: {keep: 5m}',
    'dagtop.yaml:1:13: keep of log is too short; write 1h or more: other readers must keep up',
  ],
  [
    'log: {keep: long}',
    'dagtop.yaml:1:13: keep of log: expected a duration such as 500ms, 30s, 5m or 1h30m, got "long"; the units are ms, s, m, h and d, a bare number counts seconds, and the bound is 365d',
  ],
])('dagtop.yaml says how long the log is kept: %s', (text, expected) => {
  const { settings, diagnostics } = parseSettings({ file: 'dagtop.yaml', text });
  expect(settings ?? diagnostics.map(formatDiagnostic).join()).toEqual(expected);
});

describe('the samples', () => {
  const root = join(import.meta.dirname, '../..');
  const files = readdirSync(join(root, 'dags'));

  it.each(files)('%s has no problem, and fits its schema', (file) => {
    const text = readFileSync(join(root, 'dags', file), 'utf8');
    expect(parseDag({ file, text }).diagnostics).toEqual([]);
    expect(Value.Check(dagSchema, parseYaml(text, { merge: true }))).toBe(true);
  });

  it('are all placed by nodes.yaml', () => {
    const text = readFileSync(join(root, 'nodes.yaml'), 'utf8');
    const { doc } = parsePlacement({ file: 'nodes.yaml', text });
    if (doc === undefined) throw new Error('no placement');
    const dags = files.map((file) => dagOf(readFileSync(join(root, 'dags', file), 'utf8'), file));
    expect(checkPlacement(doc, dags)).toEqual([]);
    expect(Value.Check(placementSchema, parseYaml(text))).toBe(true);
    expect(doc.placement.servers.map(({ host }) => host)).toEqual(['srv-1', 'srv-2', 'srv-3']);
  });

  it.each([
    ['dag', dagSchema],
    ['nodes', placementSchema],
    ['config', configSchema(CONFIG_WORDS)],
  ])('the schema of %s files is current: npx dagtop schema … > schemas/….schema.json', (name, schema) => {
    const written = readFileSync(join(root, 'schemas', `${name}.schema.json`), 'utf8');
    expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(schema)));
    expect(Value.Check(schema, { nodes: { a: { comand: 'x' } }, servers: 5 })).toBe(false);
  });
});
