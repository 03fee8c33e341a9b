import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDag } from '../../src/definition/dag-file.ts';
import { formatDiagnostic } from '../../src/definition/diagnostic.ts';
import { parsePlacement } from '../../src/definition/placement-file.ts';
import { parseSettings } from '../../src/definition/settings-file.ts';
import { limits } from '../../src/model/limits.ts';

const dagProblems = (file: string, text: string): string[] =>
  parseDag({ file, text }).diagnostics.map(formatDiagnostic);
const placementProblems = (text: string): string[] =>
  parsePlacement({ file: 'nodes.yaml', text }).diagnostics.map(formatDiagnostic);

const DURATION_HINT = 'the units are ms, s, m, h and d, a bare number counts seconds, and the bound is 365d';

describe('a bad dag file says where, what, and what to do', () => {
  it.each([
    [
      'an unknown key',
      'nodes:\n  a: {comand: echo hi}\n',
      'd.yaml:2:7: unknown key "comand" in node "a"; did you mean "command"?',
    ],
    [
      'an unknown dependency',
      'nodes:\n  a: {}\n  b: {depends: [a, zz]}\n',
      'd.yaml:3:20: node "b" depends on "zz", which is no node here; add a node of that name, or use one of a, b',
    ],
    [
      'a bad duration',
      'nodes:\n  a: {timeout: 5 parsecs}\n',
      `d.yaml:2:16: timeout of node "a": expected a duration such as 500ms, 30s, 5m or 1h30m, got "5 parsecs"; ${DURATION_HINT}`,
    ],
    [
      'a cycle',
      'nodes:\n  a: {depends: c}\n  b: {depends: a}\n  c: {depends: b}\n',
      'd.yaml:2:16: the dependencies form a cycle: a → b → c → a; remove one of these edges',
    ],
    [
      'a node that waits for itself',
      'nodes:\n  a: {depends: a}\n',
      'd.yaml:2:16: node "a" depends on itself; remove it from its own dependencies',
    ],
    [
      'a tab',
      'nodes:\n\ta: {command: x}\n',
      'd.yaml:2:1: a tab in the indentation; indent with blanks: YAML forbids tabs here',
    ],
    ['nothing', '', 'd.yaml:1:1: the file is empty; write a definition into it, or remove the file'],
    [
      'only comments',
      '# later\n',
      'd.yaml:1:1: the file has no content but comments; write a definition into it, or remove the file',
    ],
    [
      'a key that appears twice',
      'nodes:\n  a: {command: x}\n  a: {command: y}\n',
      'd.yaml:3:3: the key "a" appears twice in this map (first at line 2); remove or rename one of them',
    ],
    [
      'a name with a slash',
      'nodes:\n  "a/b": {command: x}\n',
      'd.yaml:2:3: the node name "a/b" contains \'/\', which separates dag from node in nodes.yaml; choose another name',
    ],
    [
      'an empty command',
      'nodes:\n  a: {command: []}\n',
      'd.yaml:2:16: command of node "a" names no program; leave it out for a node that runs nothing',
    ],
    [
      'a misspelt trigger rule',
      'nodes:\n  a: {trigger_rule: all_sucess}\n',
      'd.yaml:2:21: trigger_rule of node "a": expected a trigger rule, got "all_sucess"; did you mean "all_success"?',
    ],
    [
      'more successes than there are nodes',
      'nodes:\n  a: {}\n  b: {depends: a, trigger_rule: {at_least: 2}}\n',
      'd.yaml:3:33: node "b" waits for 2 successes but depends on only 1 node; write 1 or less',
    ],
    [
      'two spellings of one key',
      'nodes:\n  a: {needs: [b], depends: [b]}\n  b: {}\n',
      'd.yaml:2:19: "depends" says the same as "needs" in node "a"; keep one of them',
    ],
    [
      'an escape sequence',
      'nodes:\n  a: {command: "echo \u001B[31m"}\n',
      'd.yaml:2:22: the control character U+001B; remove it; is this a text file?',
    ],
    [
      'a list where a text should be',
      'nodes:\n  a: {env: {A: [1]}}\n',
      'd.yaml:2:16: variable "A" in env of node "a": expected a text, got a list',
    ],
    [
      'a byte order mark and Windows line ends',
      '\uFEFFnodes:\r\n  a: {command: x}\r\n  b: {depnds: a}\r\n',
      'd.yaml:3:7: unknown key "depnds" in node "b"; did you mean "depends"?',
    ],
  ])('%s', (_what, text, message) => {
    expect(dagProblems('d.yaml', text)).toEqual([message]);
  });

  it.each([
    [
      'a comma too many',
      '{"nodes": {"a": {}},}',
      'd.json:1:20: a comma before "}"; remove it: JSON allows none after the last item',
    ],
    [
      'a half-saved file',
      '{"nodes": {"a": {}}',
      'd.json:1:20: the file ends too early inside a map that begins at line 1; is it half saved?',
    ],
    [
      'a key that appears twice',
      '{"nodes":["A","B"],"nodes":["A"]}',
      'd.json:1:20: the key "nodes" appears twice in this map (first at line 1); remove or rename one of them',
    ],
    [
      'more of n than n',
      '{"nodes":["A","B"],"edges":{"A":["B"]},"dependencies":{"B":2}}',
      'd.json:1:60: node "B" waits for 2 successes but depends on only 1 node; write 1 or less',
    ],
    [
      'an edge to nowhere',
      '{"nodes":["A","B"],"edges":{"A":["X"]}}',
      'd.json:1:34: edges of "A": "X" is no node here; add it to "nodes", or remove it here',
    ],
  ])('%s, in JSON', (_what, text, message) => {
    expect(dagProblems('d.json', text)).toEqual([message]);
  });

  it('tells all of them at once, in the order of the file', () => {
    const text =
      'nodes:\n  a: {comand: x}\n  b: {depends: zz, timeout: -5s}\n  c: {retry: {limit: -1, jitter: 2}}\n';
    const places = dagProblems('d.yaml', text).map((line) => line.split(': ')[0]);
    expect(places).toEqual(['d.yaml:2:7', 'd.yaml:3:16', 'd.yaml:3:29', 'd.yaml:4:22', 'd.yaml:4:34']);
  });
});

describe('a bad placement file', () => {
  it('is told as exactly', () => {
    expect(
      placementProblems('servers:\n  - {hst: a, nodes: [x]}\n  - {host: b, nodes: x/y/z, concurrency: 0}\n'),
    ).toEqual([
      'nodes.yaml:2:5: a server without a host; add "host: …": an IP address, a host name or a name of its own',
      'nodes.yaml:2:6: unknown key "hst" in a server; did you mean "host"?',
      'nodes.yaml:3:22: node in nodes of server "b": "x/y/z" is neither a node nor dag/node; "*" alone takes what nobody else lists',
      'nodes.yaml:3:42: concurrency of server "b": expected a whole number from 1 to 100000, got 0',
    ]);
    expect(placementProblems('servers:\n  - {host: a, nodes: [x]}\n  - {host: a, nodes: [y]}\n')).toEqual([
      'nodes.yaml:3:12: the host "a" is listed twice (first at line 2); put all its nodes into one entry',
    ]);
    expect(placementProblems('nodes:\n  a: {command: x}\n')).toEqual([
      'nodes.yaml:1:1: this is a dag, not a placement file; a placement file has "servers"',
    ]);
  });
});

describe('hostile files are refused within a bound', () => {
  const levels = 'abcdefg';
  const laughs = Array.from(levels, (name, at) => {
    const item = at === 0 ? 'x' : `*${levels.charAt(at - 1)}`;
    return `${name}: &${name} [${Array.from({ length: 9 }, () => item).join(', ')}]`;
  });
  const chain = Array.from(
    { length: 100_000 },
    (_, at) => `  n${at}: {depends: ${at === 0 ? '[]' : `n${at - 1}`}}`,
  );

  it.each([
    [
      'aliases that grow to millions',
      'd.yaml',
      `${laughs.join('\n')}\nnodes: *g\n`,
      /aliases in here grow to more than 2,000,000 values/,
    ],
    [
      'nesting 100,000 deep',
      'd.json',
      `{"nodes":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      /nesting is deeper than 32 levels/,
    ],
    [
      'nesting 100,000 deep in YAML',
      'd.yaml',
      `nodes: ${'['.repeat(100_000)}`,
      /deeper than 32 levels|has no \]/,
    ],
    [
      'a chain of 100,000 nodes',
      'd.yaml',
      `nodes:\n${chain.join('\n')}\n`,
      /the dag has 100000 nodes; the bound is 20000/,
    ],
    ['a file of 9 MiB', 'd.yaml', `nodes:\n# ${'x'.repeat(9 * 1024 * 1024)}`, /larger than 8 MiB/],
    [
      'a cycle of 15,000 nodes',
      'd.yaml',
      `nodes:\n  n0: {depends: n14999}\n${chain.slice(1, 15_000).join('\n')}\n`,
      /form a cycle: n0 → n1 →/,
    ],
  ])('%s', (_what, file, text, message) => {
    expect(dagProblems(file, text).join('\n')).toMatch(message);
  });

  it('no more problems of one file than a screen can hold', () => {
    const nodes = Array.from({ length: 5_000 }, (_, at) => `  n${at}: {comand: x}`);
    expect(dagProblems('d.yaml', `nodes:\n${nodes.join('\n')}\n`).length).toBeLessThanOrEqual(
      limits.diagnosticsMax + 1,
    );
  });

  it('whatever the text: never a crash, and every place lies in the file', () => {
    const parts = fc.constantFrom(
      'nodes',
      ':',
      ' ',
      '\n',
      '  ',
      '{',
      '}',
      '[',
      ']',
      ',',
      '"',
      "'",
      '&a',
      '*a',
      '<<',
      '- ',
      'depends',
      'command',
      '!!js',
      '|',
      '>',
      '#',
      '\t',
      '\0',
      '💥',
      'servers',
      '1e999',
      '__proto__',
      'host',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(parts, { maxLength: 60 }).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(text, fc.constantFrom('d.yaml', 'd.json'), (any, file) => {
        const lines = any.split(/\r\n|\r|\n/).length;
        for (const parse of [parseDag, parsePlacement, parseSettings]) {
          for (const { line, column } of parse({ file, text: any }).diagnostics) {
            expect(line).toBeGreaterThanOrEqual(1);
            expect(line).toBeLessThanOrEqual(lines);
            expect(column).toBeGreaterThanOrEqual(1);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
