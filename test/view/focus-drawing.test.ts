import { expect, test } from 'vitest';
import { ANY_DRAWING } from '../../src/view/dag-drawing.ts';
import { boxView } from '../../src/view/box-view.ts';
import { focusDrawing } from '../../src/view/focus-drawing.ts';
import type { FocusDrawing } from '../../src/view/focus-drawing.ts';
import type { NodeName } from '../../src/model/ids.ts';
import { dagOf, Story } from '../support/story.ts';

/** A line of steps, each of which two others depend on as well. */
function branchy(count: number): Record<string, string[]> {
  const nodes: Record<string, string[]> = {};
  for (let at = 0; at < count; at += 1) {
    nodes[`step-${at}`] = at === 0 ? [] : [`step-${at - 1}`];
    nodes[`left-${at}`] = [`step-${at}`];
    nodes[`right-${at}`] = [`step-${at}`, ...(at > 1 ? [`left-${at - 2}`] : [])];
  }
  return nodes;
}

const story = new Story()
  .elect()
  .join('srv-1')
  .apply(dagOf('it', branchy(40)))
  .trigger('it', 'r1');
const { definition } = story.run('r1');

function around(node: string, width: number, height: number): FocusDrawing {
  const center = definition.indexOf.get(node as NodeName) ?? -1;
  const drawing = focusDrawing(definition, ANY_DRAWING, { width, height }, center);
  if (drawing === undefined) throw new Error('it is not drawn');
  return drawing;
}

function boxesOf({ result }: FocusDrawing): readonly string[] {
  if (!result.drawn) throw new Error(result.reason);
  return result.layout.boxes.map(({ id }) => id);
}

test('a node with its neighbours at full size, on as much of a screen as there is', () => {
  for (const [width, height] of [
    [87, 20],
    [140, 45],
    [60, 12],
    [40, 9],
  ] as const) {
    const { result, focus, style } = around('step-20', width, height);
    if (!result.drawn) throw new Error(result.reason);
    expect(result.layout.width).toBeLessThanOrEqual(width);
    expect(result.layout.height).toBeLessThanOrEqual(height);
    expect(`${width}×${height}: ${focus.shown} as ${style.mode} ${style.flow}`).toMatchSnapshot();
  }
  expect(boxesOf(around('step-20', 140, 45))).toEqual(
    expect.arrayContaining(['step-19', 'step-20', 'step-21', 'left-20', 'right-20']),
  );
});

test('where nothing fits it is the node alone, and what is around it', () => {
  expect(around('step-20', 5, 3).focus.shown).toBe(1);
});

test('the rest says how many there are in each state, and no change of state moves a box', () => {
  const before = around('step-20', 140, 45);
  const rest = before.groupOf(definition.indexOf.get('step-0' as NodeName) ?? -1);
  expect(rest.rest).toBe('before');
  const says = (): string =>
    boxView(definition, story.run('r1'), rest, before.style, false)
      .lines.map(({ text }) => text)
      .join('|');
  const total = rest.members.length;
  expect(says()).toBe(`${total} before ○${total}`);
  story.succeed('r1', 'step-0', 'srv-1').start('r1', 'step-1', 'srv-1');
  expect(says()).toBe(`${total} before ▶1 ○${total - 2} ✓1`);
  expect(around('step-20', 140, 45)).toBe(before);
});

test('each node of the dag is in a box, or among what is elsewhere', () => {
  const drawing = around('left-20', 140, 45);
  const boxes = new Set(boxesOf(drawing));
  const beside = definition.dag.nodes.filter((_, at) => !boxes.has(drawing.boxOf(at))).length;
  expect(beside).toBeGreaterThan(0);
  expect(drawing.focus.elsewhere?.members.length).toBe(beside);
});
