import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDag } from '../../src/definition/dag-file.ts';
import { lineOfNode } from '../../src/definition/node-line.ts';
import { dagText } from '../../src/definition/dag-text.ts';
import type { Dag } from '../../src/model/dag.ts';
import type { NodeName } from '../../src/model/ids.ts';
import { nameProblem } from '../../src/model/ids.ts';
import { limits } from '../../src/model/limits.ts';

const OPEN = { masksSecrets: false };

/** What the file says, read; a diagnostic fails the test. */
function read(text: string, file = 'night.yaml'): Dag {
  const { dag, diagnostics } = parseDag({ file, text });
  if (dag === undefined) throw new Error(`${diagnostics.map(({ message }) => message).join('\n')}\n${text}`);
  return dag;
}

const NIGHT = read(`
description: the night
params: {day: today, top: 3}
env: {API_TOKEN: t0p, MODE: fast}
nodes:
  extract: {command: [./extract, --all], timeout: 90s, env: {DB_PASSWORD: hunter2, LEVEL: "1"}}
  clean:
    depends: extract
    command: |
      set -e
      ./clean < "$DAGTOP_INPUT_FILE"
  load: {depends: [clean, extract], command: [./load], retry: {limit: 3, interval: 1h30m}, trigger_rule: {at_least: 1}}
  alert: {depends: load, trigger_rule: one_failed, priority: -2, max_lost: 0, working_dir: /srv, description: "says: no"}
`);

test('a dag as a file, without what is the default', () => {
  const { lines, lineOf, masked } = dagText(NIGHT, OPEN);
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "name: night
    description: the night
    params:
      day: today
      top: 3
    env:
      API_TOKEN: t0p
      MODE: fast
    nodes:
      extract:
        command: [./extract, --all]
        env: {DB_PASSWORD: hunter2, LEVEL: "1"}
        timeout: 1m30s
      clean:
        depends: [extract]
        command: |
          set -e
          ./clean < "$DAGTOP_INPUT_FILE"
      load:
        depends: [clean, extract]
        command: [./load]
        retry: {limit: 3, interval: 1h30m}
        trigger_rule: {at_least: 1}
      alert:
        description: "says: no"
        depends: [load]
        trigger_rule: one_failed
        max_lost: 0
        working_dir: /srv
        priority: -2"
  `);
  expect(read(lines.join('\n'))).toEqual(NIGHT);
  expect(lines[lineOf.get('load' as NodeName) ?? 0]).toBe('  load:');
  expect(masked).toEqual([]);
});

test('the values of variables with telling names are masked, and it is said which', () => {
  const { lines, masked } = dagText(NIGHT, { masksSecrets: true });
  expect(masked).toEqual(['API_TOKEN', 'DB_PASSWORD']);
  expect(lines.join('\n')).not.toMatch(/t0p|hunter2/);
  expect(lines.join('\n')).toContain('MODE: fast');
});

const ODD = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '',
    'true',
    'null',
    '~',
    '1.10',
    '0x1f',
    '- a',
    'a: b',
    '# c',
    "it's",
    '"',
    '<<',
    '*x',
    '&x',
  ),
  fc.constantFrom(
    'a\nb',
    'a\n\n  b\n',
    '\n',
    ' lead',
    'trail ',
    '\ttab',
    'a\r\nb',
    'a\u007Fb',
    '%',
    '---',
    '...',
    '日本',
  ),
);
/** The control bytes that a definition file may not hold as they are come back from their escapes. */
const text = fc
  .oneof(ODD, fc.string({ unit: 'binary' }))
  .map((value) => value.replaceAll('\0', '').toWellFormed());
const name = ODD.filter(
  (value) => nameProblem(value) === undefined && value !== '*' && value !== '__proto__',
);
const variables = fc.dictionary(
  ODD.filter((key) => !/[=\p{Cc}]/u.test(key) && key.trim() !== '' && key !== '__proto__'),
  text,
  { maxKeys: 4 },
);
const command = fc.option(
  fc.oneof(
    fc.record({ shell: text.filter((value) => value.trim() !== '') }),
    fc.record({
      argv: fc.array(text, { minLength: 1, maxLength: 4 }).filter(([first]) => first?.trim() !== ''),
    }),
  ),
  { nil: undefined },
);
const ms = fc.integer({ min: 1, max: limits.durationMaxMs });
const retry = fc
  .record({
    limit: fc.nat(100),
    intervalMs: fc.oneof(ms, fc.constant(0)),
    backoff: fc.double({ min: 1, max: 100, noNaN: true }),
    maxIntervalMs: ms,
    jitter: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
    exitCodes: fc.option(
      fc
        .uniqueArray(fc.integer({ min: 1, max: 255 }), { minLength: 1, maxLength: 4 })
        .map((codes) => codes.toSorted((a, b) => a - b)),
      { nil: undefined },
    ),
  })
  .map((policy) => ({ ...policy, maxIntervalMs: Math.max(policy.maxIntervalMs, policy.intervalMs) }));

const settings = fc.record({
  command,
  env: variables,
  retry,
  timeoutMs: fc.option(ms, { nil: undefined }),
  triggerRule: fc.constantFrom('all_success', 'one_failed', 'always'),
  maxLost: fc.nat(limits.maxLostMax),
  workingDir: fc.option(
    text.filter((value) => value !== ''),
    { nil: undefined },
  ),
  priority: fc.integer({ min: -limits.priorityMax, max: limits.priorityMax }),
  description: fc.option(text, { nil: undefined }),
  depends: fc.array(fc.nat(5), { maxLength: 3 }),
});

const param = fc.oneof(
  text,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);

const dags: fc.Arbitrary<Dag> = fc
  .record({
    name,
    description: fc.option(text, { nil: undefined }),
    params: fc.dictionary(
      name,
      param.filter(
        (value) =>
          typeof value !== 'number' ||
          (!Object.is(value, -0) && (!Number.isInteger(value) || Number.isSafeInteger(value))),
      ),
      { maxKeys: 3 },
    ),
    env: variables,
    nodes: fc.array(settings, { minLength: 1, maxLength: 5 }),
    names: fc.uniqueArray(name, { minLength: 5, maxLength: 5 }),
  })
  .map(({ nodes, names, ...rest }) => {
    const linked = nodes.map((node, at) => ({
      ...node,
      name: names[at],
      depends: [...new Set(node.depends.filter((on) => on < at))].map((on) => names[on]),
    }));
    // An entry that is undefined says as much as one that is absent.
    return JSON.parse(JSON.stringify({ ...rest, nodes: linked })) as Dag;
  });

test('whatever a dag says, its text is read back as an equal dag, and each node stands where it is said to', () => {
  fc.assert(
    fc.property(dags, (dag) => {
      const { lines, lineOf } = dagText(dag, OPEN);
      expect(read(lines.join('\n'))).toEqual(dag);
      const starts = dag.nodes.map((node) => lineOf.get(node.name) ?? -1);
      expect(starts).toEqual(starts.toSorted((a, b) => a - b));
      expect(new Set(starts).size).toBe(dag.nodes.length);
    }),
    { numRuns: 200 },
  );
});

test('the line of a node in a file of either form', () => {
  const native = { file: 'a.yaml', text: 'name: a\nnodes:\n  one: {}\n  # two:\n  two:\n    depends: one\n' };
  expect(lineOfNode(native, 'two' as NodeName)).toBe(5);
  expect(
    lineOfNode(
      { file: 'a.yaml', text: 'nodes:\n- name: one\n- depends: one\n  name: two\n' },
      'two' as NodeName,
    ),
  ).toBe(3);
  const older = '{\n"nodes": [\n"A",\n"B"],\n"edges": {"A": ["B"]}}';
  expect(lineOfNode({ file: 'a.json', text: older }, 'B' as NodeName)).toBe(4);
  expect(lineOfNode(native, 'three' as NodeName)).toBeUndefined();
  expect(lineOfNode({ file: 'a.yaml', text: '{' }, 'one' as NodeName)).toBeUndefined();
});
