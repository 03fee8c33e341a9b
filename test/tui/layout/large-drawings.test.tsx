import { expect, test, vi } from 'vitest';
import { layoutGraph } from '../../../src/graph/layout.ts';
import type { LayoutResult } from '../../../src/graph/layout.ts';
import type { Topology } from '../../../src/graph/topology.ts';
import type { Layouter } from '../../../src/tui/layout/layouter.ts';
import { dagOf, Story } from '../../support/story.ts';
import { randomOf } from '../../support/random-dags.ts';
import { Stage } from '../../support/tui-stage.ts';

/** Irregular, and too large to be laid out while the operator waits. */
function story(nodes = 600): Story {
  const random = randomOf(5);
  const names = Array.from({ length: nodes }, (_, at) => `n${at}x`);
  const wild = names.map((name, at) => {
    const depends = new Set(at === 0 ? [] : [names[at - 1 - Math.floor(random() * Math.min(at, 20))] ?? '']);
    if (at > 1) depends.add(names[at - 1 - Math.floor(random() * Math.min(at, 20))] ?? '');
    return [name, [...depends]] as const;
  });
  return new Story()
    .elect()
    .place({ 'srv-1': ['*'] })
    .join('srv-1', 4)
    .apply(dagOf('wild', Object.fromEntries(wild)))
    .trigger('wild', '5e3c7q-v01m')
    .succeed('5e3c7q-v01m', 'n0x', 'srv-1');
}

/** Lays out when the test says so. */
class TestLayouter implements Layouter {
  readonly orders: { readonly topology: Topology; readonly answer: (result: LayoutResult) => void }[] = [];
  isClosed = false;

  layOut(topology: Topology): Promise<LayoutResult> {
    return new Promise((resolve) => this.orders.push({ topology, answer: resolve }));
  }

  close(): void {
    this.isClosed = true;
  }

  /** The order number `at`, when it has come. */
  async order(at: number): Promise<TestLayouter['orders'][number]> {
    return vi.waitFor(() => {
      const order = this.orders[at];
      if (order === undefined) throw new Error(`order ${at} has not come`);
      return order;
    });
  }
}

test('keys are answered while a large drawing is laid out, and then it stands there', async () => {
  const layouter = new TestLayouter();
  const stage = new Stage(story(), 120, 40, {}, layouter);
  await stage.shows('wild');
  stage.press('enter', 'f');
  const waiting = await stage.shows('laying out 600 boxes …');
  expect(waiting).toContain('laying out 600 boxes … ○599 ✓1');
  const { topology, answer } = await layouter.order(0);
  // The node that is chosen goes through a list, the help opens and closes, events go on: nothing of it waits.
  stage.press('j');
  await stage.shows('── n2x');
  stage.press('?');
  await stage.shows('║ Keys');
  stage.press('?');
  await stage.hides('║ Keys');
  stage.source.story.succeed('5e3c7q-v01m', 'n1x', 'srv-1');
  stage.source.changed();
  await stage.shows('laying out 600 boxes … ○598 ✓2');
  answer(layoutGraph(topology));
  expect(await stage.shows(/more [←↑↓→]/)).not.toContain('laying out');
  expect(layouter.orders).toHaveLength(1);
});

test('what went wrong is a reason beside the list, and is not tried again and again', async () => {
  const layouter = new TestLayouter();
  const stage = new Stage(story(), 120, 40, {}, layouter);
  await stage.shows('wild');
  stage.press('enter', 'f');
  (await layouter.order(0)).answer({
    drawn: false,
    reason: 'the thread that lays out has died: \u001B[31mno memory',
  });
  const screen = await stage.shows('not drawn: the thread that lays out has died: no memory');
  expect(screen).toContain('n3x');
  stage.press('j');
  await stage.shows('── n2x');
  expect(layouter.orders).toHaveLength(1);
});

test('another kind of drawing, asked for meanwhile, comes next; with the screen the thread ends', async () => {
  const layouter = new TestLayouter();
  const stage = new Stage(story(), 120, 40, {}, layouter);
  await stage.shows('wild');
  stage.press('enter', 'f');
  const first = await layouter.order(0);
  await stage.pressSlowly('o', 'o');
  expect(layouter.orders).toHaveLength(1);
  first.answer(layoutGraph(first.topology));
  const second = await layouter.order(1);
  expect(first.topology.flow).toBe('down');
  expect(second.topology.flow).toBe('right');
  second.answer(layoutGraph(second.topology));
  await stage.shows(/more [←↑↓→]/);
  stage.press('q');
  await stage.over;
  expect(layouter.isClosed).toBe(true);
});

test('the thread of the program itself does it as well', async () => {
  const stage = new Stage(story(), 120, 40);
  await stage.shows('wild');
  stage.press('enter', 'f');
  expect(await stage.shows(/more [←↑↓→]/)).not.toContain('laying out');
});
