import { expect, it } from 'vitest';
import { composeScreen } from '../../src/tui/screen.ts';
import { changeOf } from '../../src/tui/screen-change.ts';
import type { Scene, Screen } from '../../src/tui/scene.ts';
import { FIRST_UI } from '../../src/tui/ui-state.ts';
import type { UiState } from '../../src/tui/ui-state.ts';
import { DIAMOND, Story, utcTime } from '../support/story.ts';
import { TestSource } from '../support/tui-source.ts';

function told(): Story {
  return new Story().elect().join('srv-1').apply(DIAMOND).trigger('diamond', 'r1').start('r1', 'A', 'srv-1');
}

function isSameScreen(a: Screen, b: Screen): boolean {
  return changeOf(a, b).rows.length === 0;
}

function screenOf(story: Story, ui: Partial<UiState> = {}, laterMs = 0): Screen {
  const source = new TestSource(story);
  const scene: Scene = {
    source,
    state: source.state,
    ui: { ...FIRST_UI, ...ui },
    log: undefined,
    message: undefined,
    nowMs: source.nowMs() + laterMs,
    ascii: false,
    timeText: utcTime,
    frames: { dropped: 0 },
  };
  return composeScreen(scene, 120, 40);
}

it('two screens of the same state are the same', () => {
  expect(isSameScreen(screenOf(told()), screenOf(told()))).toBe(true);
});

it.each<[string, () => Screen]>([
  ['a node that ended', () => screenOf(told().finish('r1', 'A', { is: 'succeeded' }))],
  ['a moment later, while a run goes on', () => screenOf(told(), {}, 1_000)],
  ['another node chosen', () => screenOf(told(), { node: 'B' as never })],
  ['another pane with the keys', () => screenOf(told(), { focus: 'graph' })],
  ['a dialog over it', () => screenOf(told(), { dialog: { is: 'help', page: 0 } })],
  ['another view', () => screenOf(told(), { view: 'timeline' })],
])('%s makes another', (_, other) => {
  expect(isSameScreen(screenOf(told()), other())).toBe(false);
});

it('when nothing runs, the clock alone makes none for a minute', () => {
  const over = (): Story =>
    ['B', 'C', 'D', 'E'].reduce(
      (story, node) => story.succeed('r1', node, 'srv-1'),
      told().finish('r1', 'A', { is: 'succeeded' }),
    );
  const ended = (): Story => over().end('r1', 'succeeded').later(3_600_000);
  expect(isSameScreen(screenOf(ended()), screenOf(ended(), {}, 1_500))).toBe(true);
  expect(isSameScreen(screenOf(ended()), screenOf(ended(), {}, 61_000))).toBe(false);
});

it('a second that passes changes a few rows, which stand where they stood', () => {
  const { rows, isWhole } = changeOf(screenOf(told()), screenOf(told(), {}, 1_000));
  expect(isWhole).toBe(false);
  expect(rows.length).toBeLessThan(8);
  expect(rows[0]).toMatchObject({ x: 0, y: 0, width: 120 });
});

it('what a dialog covered, or covers, is drawn whole', () => {
  const help = { dialog: { is: 'help', page: 0 } } as const;
  const sizes = [
    changeOf(screenOf(told()), screenOf(told(), help)),
    changeOf(screenOf(told(), help), screenOf(told(), help, 1_000)),
    changeOf(screenOf(told(), help), screenOf(told())),
  ];
  expect(sizes.map(({ isWhole }) => isWhole)).toEqual([true, true, true]);
  expect(changeOf(screenOf(told(), help), screenOf(told(), help)).rows).toEqual([]);
});
