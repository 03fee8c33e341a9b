import { expect, onTestFinished, test } from 'vitest';
import { layoutGraph } from '../../../src/graph/layout.ts';
import { openLayouter } from '../../../src/tui/layout/layouter.ts';
import type { Layouter } from '../../../src/tui/layout/layouter.ts';
import type { Topology } from '../../../src/graph/topology.ts';
import { topologyOf } from '../../support/drawing-samples.ts';
import { randomDag } from '../../support/random-dags.ts';

function layouter(): Layouter {
  const opened = openLayouter();
  onTestFinished(() => opened.close());
  return opened;
}

test('a thread lays out just as it would be done at once', async () => {
  const own = layouter();
  for (const topology of [randomDag(3, 'layered', 60), randomDag(4, 'dense', 20)])
    expect(await own.layOut(topology)).toEqual(layoutGraph(topology));
});

test('wires that are one object stay one', async () => {
  const result = await layouter().layOut(topologyOf('a, b, c, d > e, f'));
  if (!result.drawn) throw new Error(result.reason);
  const [first] = result.layout.wires;
  expect(first).toBeDefined();
  expect(result.layout.nets[0]?.[0]).toBe(first);
});

test('what cannot be laid out has its reason, and what breaks the layout too; the next one is laid out', async () => {
  const own = layouter();
  expect(await own.layOut(topologyOf('a > b > a'))).toEqual({ drawn: false, reason: 'a cycle: a → b → a' });
  const broken = { boxes: undefined, edges: [] } as unknown as Topology;
  expect(await own.layOut(broken)).toMatchObject({ drawn: false });
  expect(await own.layOut(topologyOf('a > b'))).toMatchObject({ drawn: true });
});

test('a graph that no thread can take is a reason', async () => {
  const hostile = { ...topologyOf('a > b'), extra: () => undefined } as Topology;
  expect(await layouter().layOut(hostile)).toMatchObject({ drawn: false });
});
