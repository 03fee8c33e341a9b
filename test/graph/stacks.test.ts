import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { readNetwork, topologicalOrder } from '../../src/graph/network.ts';
import { stackSiblings, stemOf } from '../../src/graph/stacks.ts';
import type { Stacked } from '../../src/graph/stacks.ts';
import type { Topology } from '../../src/graph/topology.ts';
import { topologyOf } from '../support/drawing-samples.ts';

const CORPUS = join(import.meta.dirname, '../../../shared/corpus');

function stacked(topology: Topology, kept: readonly string[] = []): Stacked {
  const read = readNetwork(topology);
  if ('reason' in read) throw new Error(read.reason);
  const names = topology.boxes.map(({ id }) => id);
  return stackSiblings(names, read.network, read.edges, new Set(kept.map((name) => names.indexOf(name))));
}

/** `resize×4 -1:1-> merge×4`, sorted. */
function told({ groups, edges }: Stacked): string[] {
  const name = (at: number): string => {
    const group = groups[at];
    return group === undefined || group.members.length === 1
      ? (group?.name ?? '?')
      : `${group.name}×${group.members.length}`;
  };
  return edges.map(({ from, to, kind }) => `${name(from)} -${kind ?? ''}-> ${name(to)}`).sort();
}

const numbers = (count: number, stem: string): string =>
  Array.from({ length: count }, (_, at) => `${stem}-${at}`).join(', ');

describe('equal siblings become a stack', () => {
  it('a fan and what gathers it', () => {
    const topology = topologyOf(`list > ${numbers(6, 'resize')} > index`);
    expect(told(stacked(topology))).toEqual(['list --> resize×6', 'resize×6 --> index']);
  });

  it('rows of parallel chains, joined one to one', () => {
    const chains = [0, 1, 2, 3, 4].map((at) => `fetch > get-${at} > check-${at} > report`).join('; ');
    expect(told(stacked(topologyOf(chains)))).toEqual([
      'check×5 --> report',
      'fetch --> get×5',
      'get×5 -1:1-> check×5',
    ]);
  });

  it('all to all, and many to few', () => {
    const all = topologyOf(`${numbers(4, 'a')} > ${numbers(5, 'b')}`);
    expect(told(stacked(all))).toEqual(['a×4 -all-> b×5']);
    const few = topologyOf('a1, a2 > b1; a3, a4 > b2; a5, a6 > b3; a7, a8 > b4');
    expect(told(stacked(few))).toEqual(['a×8 -8:4-> b×4']);
  });

  it('not those that depend on others, or that others depend on', () => {
    const topology = topologyOf(`list > ${numbers(6, 'resize')} > index; resize-3 > inspect`);
    expect(told(stacked(topology))).toEqual([
      'list --> resize-3',
      'list --> resize×5',
      'resize-3 --> index',
      'resize-3 --> inspect',
      'resize×5 --> index',
    ]);
  });

  it('not boxes of other kinds, nor a few', () => {
    const topology = topologyOf('list > resize-1, resize-2, resize-3, mail-4 > index');
    expect(stacked(topology).groups).toHaveLength(6);
  });

  it('not the links of one chain', () => {
    const chain = topologyOf(Array.from({ length: 40 }, (_, at) => `step${at}`).join(' > '));
    expect(stacked(chain).groups).toHaveLength(40);
  });

  it('not the stack that is to be kept open', () => {
    const topology = topologyOf(`list > ${numbers(6, 'resize')} > ${numbers(5, 'mail')}`);
    const open = stacked(topology, ['resize-2']);
    expect(open.groups.map(({ members }) => members.length)).toEqual([1, 1, 1, 1, 1, 1, 1, 5]);
  });
});

test('the stem of a name', () => {
  expect(['resize-17', 'n12', 'chr1_part2', '42', 'a', 'v1.2'].map(stemOf)).toEqual([
    'resize',
    'n',
    'chr*_part',
    '*',
    'a',
    'v*',
  ]);
});

const topologies = fc
  .record({ size: fc.integer({ min: 1, max: 40 }), pairs: fc.array(fc.tuple(fc.nat(39), fc.nat(39))) })
  .map(({ size, pairs }) => {
    const boxes = Array.from({ length: size }, (_, at) => ({
      id: `${at % 3 === 0 ? 'x' : 'y'}-${at}`,
      width: 5,
      height: 3,
    }));
    const edges = pairs
      .filter(([a, b]) => a < b && b < size)
      .map(([a, b]) => ({ from: boxes[a]?.id ?? '', to: boxes[b]?.id ?? '' }));
    return { boxes, edges };
  });

test('whatever the graph: each box stands in one group, each edge between groups is of edges, and there is no cycle', () => {
  fc.assert(
    fc.property(topologies, (topology) => {
      const { groups, groupOf, edges } = stacked(topology);
      expect(groups.flatMap(({ members }) => members).sort((a, b) => a - b)).toEqual(
        topology.boxes.map((_, at) => at),
      );
      const indexOf = new Map(topology.boxes.map(({ id }, at) => [id, at]));
      const expected = new Set(
        topology.edges.map(({ from, to }) => [from, to].map((id) => groupOf[indexOf.get(id) ?? 0]).join('>')),
      );
      expect(new Set(edges.map(({ from, to }) => `${from}>${to}`))).toEqual(expected);
      const out: number[][] = groups.map(() => []);
      const into: number[][] = groups.map(() => []);
      for (const { from, to } of edges) {
        out[from]?.push(to);
        into[to]?.push(from);
      }
      expect(topologicalOrder({ size: groups.length, out, into })).toHaveLength(groups.length);
    }),
  );
});

test.skipIf(!existsSync(CORPUS)).each([
  ['l07-wf-1000genome902', 5],
  ['x01-wf-seismology1101', 2],
  ['m12-wf-soykb96', 14],
])('a real one becomes readable: %s', (name, count) => {
  const { nodes, edges } = JSON.parse(readFileSync(join(CORPUS, `${name}.json`), 'utf8')) as {
    nodes: string[];
    edges: [string, string][];
  };
  const boxes = nodes.map((id) => ({ id, width: 5, height: 3 }));
  const { groups } = stacked({ boxes, edges: edges.map(([from, to]) => ({ from, to })) });
  expect(groups).toHaveLength(count);
});
