import { describe, expect, it, test } from 'vitest';
import { focusGroups, neighbourhood } from '../../src/graph/focus.ts';
import { readNetwork, topologicalOrder } from '../../src/graph/network.ts';
import type { Stacked } from '../../src/graph/stacks.ts';
import type { Topology } from '../../src/graph/topology.ts';
import { layoutGraph } from '../../src/graph/layout.ts';
import { topologyOf } from '../support/drawing-samples.ts';
import { DAG_SHAPES, randomDag } from '../support/random-dags.ts';

function focus(topology: Topology, center: string, count: number): { near: string[]; stacked: Stacked } {
  const read = readNetwork(topology);
  if ('reason' in read) throw new Error(read.reason);
  const names = topology.boxes.map(({ id }) => id);
  const near = neighbourhood(read.network, names.indexOf(center));
  const order = topologicalOrder(read.network);
  const stacked = focusGroups(names, read.network, read.edges, order, near, count);
  return { near: near.boxes.slice(0, near.count).map((box) => names[box] ?? '?'), stacked };
}

/** Groups and edges as texts. */
function told(text: string, center: string, count: number): { groups: string[]; edges: string[] } {
  const topology = topologyOf(text);
  const { stacked } = focus(topology, center, count);
  const nameOf = (group: number): string => {
    const { members, name } = stacked.groups[group] ?? { members: [], name: '?' };
    return members.length === 1
      ? name
      : `${name}(${members.map((box) => topology.boxes[box]?.id).join(' ')})`;
  };
  return {
    groups: [...stacked.groups.keys()].map(nameOf),
    edges: stacked.edges.map(
      ({ from, to, kind }) => `${nameOf(from)} → ${nameOf(to)}${kind === undefined ? '' : ` ${kind}`}`,
    ),
  };
}

test('a neighbourhood goes hop by hop, above and below in turn, and not to what is only beside', () => {
  const text = 'r > p, q > x > y, z > w; p > beside; lone';
  expect(focus(topologyOf(text), 'x', 1).near).toEqual(['x', 'p', 'y', 'q', 'z', 'r', 'w']);
  expect(focus(topologyOf(text), 'lone', 1).near).toEqual(['lone']);
});

describe('what is not shown is counted by how it lies to what is', () => {
  it('before and after, nearest first', () => {
    expect(told('a > b > c > d > e > f > g', 'd', 3)).toEqual({
      groups: ['before(b a)', 'c', 'd', 'e', 'after(f g)'],
      edges: ['before(b a) → c 1:1', 'c → d', 'd → e', 'e → after(f g) 1:1'],
    });
  });

  it('one node alone is that node', () => {
    expect(told('a > b > c > d', 'b', 2).groups).toEqual(['a', 'b', 'after(c d)']);
  });

  it('between: on a way from one that is shown to another', () => {
    const { groups, edges } = told('a > x; a > m > n > x; x > y', 'x', 2);
    expect(groups).toEqual(['a', 'x', 'between(n m)', 'y']);
    expect(edges).toContain('a → between(n m) 1:1');
    expect(edges).toContain('between(n m) → x 1:1');
  });

  it('elsewhere: on no way through one that is shown', () => {
    const { groups, edges } = told('a > b > c; a > s > t', 'b', 3);
    expect(groups).toEqual(['a', 'b', 'c', 'after(s t)']);
    expect(edges).toContain('a → after(s t) 1:1');
    expect(told('a > b > c; q > s > t', 'b', 3).groups).toEqual(['a', 'b', 'c', 'elsewhere(q s t)']);
  });
});

test('of every graph: each node is in one group, each edge of a node that is shown is there, and all can be drawn', () => {
  for (let seed = 1; seed <= 800; seed += 1) {
    const shape = DAG_SHAPES[seed % DAG_SHAPES.length] ?? 'chains';
    const topology = randomDag(seed, shape, 10 + (seed % 40));
    const center = topology.boxes[seed % topology.boxes.length]?.id ?? '';
    const { near, stacked } = focus(topology, center, 1 + (seed % 9));
    const title = `seed ${seed}, ${shape}`;
    const members = stacked.groups.flatMap((group) => group.members).toSorted((a, b) => a - b);
    expect(members, title).toEqual([...topology.boxes.keys()]);
    const groupOf = (id: string): number =>
      stacked.groupOf[topology.boxes.findIndex((box) => box.id === id)] ?? -1;
    const drawn = new Set(stacked.edges.map(({ from, to }) => `${from} ${to}`));
    const shown = new Set(near.slice(0, 1 + (seed % 9)));
    for (const { from, to } of topology.edges) {
      if (shown.has(from) || shown.has(to))
        expect(drawn.has(`${groupOf(from)} ${groupOf(to)}`), `${title}: ${from} → ${to}`).toBe(true);
    }
    const pairs = new Set(topology.edges.map(({ from, to }) => `${groupOf(from)} ${groupOf(to)}`));
    expect(
      [...drawn].filter((edge) => !pairs.has(edge)),
      title,
    ).toEqual([]);
    const boxes = stacked.groups.map((_, at) => ({ id: `${at}`, width: 5, height: 3 }));
    const edges = stacked.edges.map(({ from, to }) => ({ from: `${from}`, to: `${to}` }));
    expect(layoutGraph({ boxes, edges }).drawn, title).toBe(true);
  }
});
