import { describe, expect, it, test } from 'vitest';
import type { NodeName } from '../../src/model/ids.ts';
import { boxSize, boxView } from '../../src/view/box-view.ts';
import type { BoxMode } from '../../src/view/box-view.ts';
import { ANY_DRAWING, chooseDrawing, drawingOf } from '../../src/view/dag-drawing.ts';
import type { DagDrawing } from '../../src/view/dag-drawing.ts';
import { dagOf, Story } from '../support/story.ts';

const diamond = { A: [], B: ['A'], C: ['A'], D: ['B', 'C'] };
const fan = (count: number): Record<string, string[]> => {
  const parts = Array.from({ length: count }, (_, at) => `part-${at + 1}`);
  return { split: [], ...Object.fromEntries(parts.map((part) => [part, ['split']])), merge: parts };
};

function definitionOf(nodes: Record<string, string[]>, hash = 'hash-it') {
  const story = new Story().elect().apply(dagOf('it', nodes), hash).trigger('it', 'r1');
  return story.run('r1').definition;
}

function styleIn(nodes: Record<string, string[]>, width: number, height: number): string {
  const { mode, detail, flow, stacks } = chooseDrawing(definitionOf(nodes), ANY_DRAWING, {
    width,
    height,
  }).style;
  return [mode, ...(detail && mode !== 'card' ? ['detail'] : []), flow, ...(stacks ? ['stacks'] : [])].join(
    ' ',
  );
}

describe('the drawing tells as much of each node as there is room for', () => {
  it('a diamond, on ever less of a screen', () => {
    expect(styleIn(diamond, 60, 30)).toBe('card down');
    expect(styleIn(diamond, 100, 15)).toBe('card right');
    expect(styleIn(diamond, 60, 15)).toBe('box detail down');
    expect(styleIn(diamond, 60, 9)).toBe('pill detail down');
    expect(styleIn(diamond, 30, 15)).toBe('box down');
    expect(styleIn(diamond, 30, 9)).toBe('box right');
    expect(styleIn(diamond, 22, 9)).toBe('pill down');
    expect(styleIn(diamond, 30, 4)).toBe('pill right');
    expect(styleIn(diamond, 4, 2)).toBe('pill down');
  });

  it('a fan, whose siblings stand in a stack where they find no room', () => {
    expect(styleIn(fan(4), 150, 40)).toBe('card down');
    expect(styleIn(fan(4), 90, 25)).toBe('card right');
    expect(styleIn(fan(9), 90, 25)).toBe('pill right');
    expect(styleIn(fan(40), 90, 25)).toBe('card down stacks');
    expect(styleIn(fan(300), 70, 40)).toBe('card down stacks');
    expect(styleIn(fan(300), 70, 9)).toBe('pill detail down stacks');
  });

  it('what was wished for stands, whether it fits or not', () => {
    const definition = definitionOf(fan(40));
    const small = { width: 40, height: 10 };
    expect(chooseDrawing(definition, { ...ANY_DRAWING, mode: 'card' }, small).style.mode).toBe('card');
    expect(chooseDrawing(definition, { ...ANY_DRAWING, stacks: false }, small).style.stacks).toBe(false);
  });
});

test('a stack that is opened shows its members, and the others stay closed', () => {
  const nodes = { ...fan(10), ...Object.fromEntries(range(6).map((at) => [`mail-${at}`, ['merge']])) };
  const definition = definitionOf(nodes);
  const ids = (drawing: DagDrawing): number =>
    drawing.result.drawn ? drawing.result.layout.boxes.length : 0;
  const style = { mode: 'card', detail: true, flow: 'down', stacks: true } as const;
  expect(ids(drawingOf(definition, { ...style, opened: new Set() }))).toBe(4);
  const opened = new Set(['part-3' as NodeName]);
  expect(ids(drawingOf(definition, { ...style, opened }))).toBe(13);
});

test('the drawing of a version is computed once, and no change of state makes another', () => {
  const story = new Story()
    .elect()
    .join('srv-1')
    .apply(dagOf('it', fan(8)))
    .trigger('it', 'r1');
  const area = { width: 70, height: 20 };
  const before = chooseDrawing(story.run('r1').definition, ANY_DRAWING, area);
  story.succeed('r1', 'split', 'srv-1').start('r1', 'part-2', 'srv-1');
  expect(chooseDrawing(story.run('r1').definition, ANY_DRAWING, area)).toBe(before);
});

describe('what a stack says', () => {
  const dag = dagOf('it', fan(8));
  const once = dag.nodes.map((node) => ({ ...node, retry: { ...node.retry, limit: 0 } }));
  const story = new Story()
    .elect()
    .join('srv-1')
    .apply({ ...dag, nodes: once })
    .trigger('it', 'r1');
  story.succeed('r1', 'split', 'srv-1').start('r1', 'part-2', 'srv-1').succeed('r1', 'part-3', 'srv-1');
  const { definition } = story.run('r1');
  const group = { members: range(8).map((at) => at + 1), name: 'part' };
  const texts = (mode: BoxMode, ascii = false): string[] =>
    boxView(definition, story.run('r1'), group, { mode, detail: true }, ascii).lines.map(({ text }) => text);

  it('how many there are in each state, what needs a look first', () => {
    expect(texts('card')).toEqual(['part ×8', '▶1 ○6 ✓1', '']);
    expect(texts('pill')).toEqual(['part ×8 ▶1 ○6 ✓1']);
    expect(texts('pill', true)).toEqual(['part x8 >1 .6 +1']);
  });

  it('and names what went wrong', () => {
    story.fail('r1', 'part-5', 'srv-1').fail('r1', 'part-7', 'srv-1');
    expect(texts('card')).toEqual(['part ×8', '✗2 ▶1 ○4 ✓1', 'part-5 part-7']);
    expect(texts('pill')).toEqual(['part ×8 ✗2 ▶1 ○4 ✓1: part-5 part-7']);
    expect(texts('box', true)).toEqual(['part x8 x2 >1 .4 +1: part-5 part-7']);
  });

  it('for which its box has room from the start, so that no failure moves it', () => {
    const { width } = boxSize({ mode: 'pill', detail: true }, group);
    expect(width - 2).toBeGreaterThanOrEqual('part ×8 ✗2 ▶1 ○4 ✓1: part-5 part-7'.length);
    const area = { width: 70, height: 9 };
    const before = chooseDrawing(definition, ANY_DRAWING, area);
    story
      .start('r1', 'part-1', 'srv-1')
      .finish('r1', 'part-1', { is: 'failed', error: 'exit code 1', exitCode: 1 });
    expect(chooseDrawing(definition, ANY_DRAWING, area)).toBe(before);
  });
});

function range(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

test('the next version of a dag keeps its boxes in their order, whatever the order of its file', () => {
  const orderIn = (nodes: Record<string, string[]>): string[] => {
    const style = {
      mode: 'pill',
      detail: false,
      flow: 'down',
      stacks: false,
      opened: new Set<NodeName>(),
    } as const;
    const { result } = drawingOf(definitionOf(nodes, Object.keys(nodes).join()), style);
    if (!result.drawn) throw new Error(result.reason);
    return result.layout.boxes.toSorted((a, b) => a.y - b.y || a.x - b.x).map(({ id }) => id);
  };
  const before = orderIn({ start: [], north: ['start'], east: ['start'], south: ['start'] });
  expect(before).toEqual(['start', 'north', 'east', 'south']);
  const after = orderIn({ start: [], west: ['start'], south: ['start'], east: ['start'], north: ['start'] });
  expect(after.filter((id) => id !== 'west')).toEqual(before);
});
