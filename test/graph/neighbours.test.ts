import { expect, test } from 'vitest';
import { neighbour } from '../../src/graph/neighbours.ts';
import type { Direction } from '../../src/graph/neighbours.ts';
import { layoutOf, topologyOf } from '../support/drawing-samples.ts';

const layout = layoutOf(topologyOf('top > left, middle, right > bottom; left > far; far > end; loner'));

test.each<[string, Direction, string | undefined]>([
  ['left', 'right', 'middle'],
  ['middle', 'right', 'right'],
  ['right', 'left', 'middle'],
  ['left', 'left', undefined],
  ['top', 'down', 'middle'],
  ['middle', 'down', 'bottom'],
  ['bottom', 'up', 'middle'],
  ['end', 'up', 'far'],
  ['end', 'down', undefined],
  ['top', 'up', undefined],
  ['top', 'right', 'loner'],
  ['loner', 'left', 'top'],
  ['loner', 'up', undefined],
  ['nobody', 'up', undefined],
])('from %s %s is %s', (from, direction, to) => {
  expect(neighbour(layout, from, direction)).toBe(to);
});

test('every box can be reached', () => {
  const reached = new Set(['top']);
  for (const id of reached) {
    for (const direction of ['left', 'right', 'up', 'down'] as const) {
      const next = neighbour(layout, id, direction);
      if (next !== undefined) reached.add(next);
    }
  }
  expect(reached.size).toBe(layout.boxes.length);
});
