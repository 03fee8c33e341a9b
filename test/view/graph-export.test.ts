import { instance } from '@viz-js/viz';
import { describe, expect, it } from 'vitest';
import { dotText, graphJson, mermaidText } from '../../src/view/graph-export.ts';
import { renderSvg } from '../../src/view/run-svg.ts';
import { dagOf, DIAMOND, fanOf, Story } from '../support/story.ts';

const HOSTILE = [
  'a"b',
  'c\\',
  '<script>alert(1)</script>',
  'x]; click n0 "javascript:1"',
  'e\u001B[31mf',
  '] --> n9',
  'ü 日本',
];

function runOf(dag = DIAMOND) {
  const story = new Story().elect().join('srv-1').apply(dag).trigger(dag.name, 'r1');
  return story;
}

function hostileRun() {
  const depends = Object.fromEntries(HOSTILE.map((name, at) => [name, HOSTILE.slice(0, at)]));
  return runOf(dagOf('it "is"', depends)).run('r1');
}

describe('Graphviz reads what is exported', () => {
  it('exactly the nodes and edges, with their states', async () => {
    const story = runOf().succeed('r1', 'A', 'srv-1');
    const run = story.run('r1');
    const graph = (await instance()).renderJSON(dotText(run.definition, run)) as {
      objects: { name: string; label: string }[];
      edges: { tail: number; head: number }[];
    };
    const names = graph.objects.map(({ name }) => name);
    expect(names.toSorted()).toEqual(['A', 'B', 'C', 'D', 'E']);
    const edges = graph.edges.map(({ tail, head }) => `${names[tail] ?? ''}${names[head] ?? ''}`).toSorted();
    expect(edges).toEqual(['AB', 'AC', 'BD', 'CD', 'DE']);
    expect(graph.objects.find(({ name }) => name === 'A')?.label).toBe(String.raw`A\nsucceeded`);
  });

  it('hostile names as names', async () => {
    const run = hostileRun();
    const graph = (await instance()).renderJSON(dotText(run.definition, run)) as {
      objects: { name: string }[];
      edges: unknown[];
    };
    expect(graph.objects).toHaveLength(HOSTILE.length);
    expect(graph.edges).toHaveLength((HOSTILE.length * (HOSTILE.length - 1)) / 2);
  });
});

describe('Mermaid', () => {
  it('has a line for each node and edge, and a class for each colour', () => {
    const run = runOf().succeed('r1', 'A', 'srv-1').start('r1', 'B', 'srv-1').run('r1');
    expect(mermaidText(run.definition, run)).toBe(
      [
        'flowchart TD',
        '  n0["A<br>succeeded"]:::good',
        '  n1["B<br>running"]:::busy',
        '  n2["C<br>waiting"]:::muted',
        '  n3["D<br>waiting"]:::muted',
        '  n4["E<br>waiting"]:::muted',
        '  n0 --> n1',
        '  n0 --> n2',
        '  n1 --> n3',
        '  n2 --> n3',
        '  n3 --> n4',
        '  classDef good fill:#e3f4e8,stroke:#1a7f37',
        '  classDef busy fill:#def1fb,stroke:#0b72a8',
        '  classDef muted fill:#f2f2f2,stroke:#888888',
        '',
      ].join('\n'),
    );
  });

  it('takes hostile names for text', () => {
    const run = hostileRun();
    const boxes = mermaidText(run.definition, undefined)
      .split('\n')
      .slice(1, HOSTILE.length + 1);
    for (const box of boxes) expect(box).toMatch(/^ {2}n\d+\["[^"\][<>]*"\]$/);
  });
});

describe('the picture', () => {
  it('draws each box once and shows a stack with its counts', () => {
    const run = runOf(fanOf('fan', 40)).succeed('r1', 'split', 'srv-1').run('r1');
    const svg = renderSvg(run.definition, run);
    expect(svg.match(/<rect /g)).toHaveLength(1 + 42);
    const stacked = renderSvg(run.definition, run, {
      mode: undefined,
      flow: 'right',
      stacks: true,
      opened: new Set(),
    });
    expect(stacked.match(/<rect /g)).toHaveLength(1 + 3);
    expect(stacked).toContain('>part ×40</text>');
    expect(stacked).toContain('>○40</text>');
  });

  it('holds nothing but shapes and text, whatever the names', () => {
    const run = hostileRun();
    const svg = renderSvg(run.definition, run);
    const elements = new Set(Array.from(svg.matchAll(/<\/?([a-zA-Z]+)/g), ([, name]) => name));
    expect(elements).toEqual(new Set(['svg', 'rect', 'g', 'path', 'polygon', 'text']));
    for (const text of ['\u001B', 'javascript:1"', 'href', 'style=']) expect(svg).not.toContain(text);
    expect(svg).toContain('&lt;/script&gt;');
  });

  it('cuts what is longer than its box', () => {
    const [node] = dagOf('it', { a: [] }).nodes;
    if (node === undefined) throw new Error('no node');
    const long = { ...node, command: { shell: `echo ${'x'.repeat(500)}` } };
    const run = runOf({ ...dagOf('it', {}), nodes: [long] }).run('r1');
    const texts = Array.from(
      renderSvg(run.definition, undefined).matchAll(/<text[^>]*>([^<]*)</g),
      ([, text]) => text,
    );
    expect(texts[1]).toMatch(/^sh -c: echo x+…$/);
    expect(texts[1]?.length).toBeLessThan(30);
  });
});

it('as data: names, states and edges', () => {
  const run = runOf().succeed('r1', 'A', 'srv-1').run('r1');
  expect(graphJson(run.definition, run)).toMatchObject({
    dag: 'diamond',
    run: 'r1',
    nodes: [{ name: 'A', state: 'succeeded' }, { name: 'B', state: 'waiting' }, {}, {}, {}],
    edges: [
      ['A', 'B'],
      ['A', 'C'],
      ['B', 'D'],
      ['C', 'D'],
      ['D', 'E'],
    ],
  });
});
