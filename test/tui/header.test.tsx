import { expect, test, vi } from 'vitest';
import { DEFAULT_SETTINGS } from '../../src/tui/monitor-settings.ts';
import { Operation } from '../../src/tui/operation.ts';
import { headerLine } from '../../src/tui/panes/header.ts';
import type { Scene } from '../../src/tui/scene.ts';
import { FIRST_UI } from '../../src/tui/ui-state.ts';
import { DIAMOND, Story, utcTime } from '../support/story.ts';
import { Stage } from '../support/tui-stage.ts';
import { NOTHING_OUTSIDE, TestSource } from '../support/tui-source.ts';

const RUN = '5e3c7q-v01m';

function running(): Story {
  return new Story()
    .elect('srv-1.k3x')
    .place({ 'srv-1': ['*'] })
    .join('srv-1')
    .apply(DIAMOND)
    .trigger('diamond', RUN)
    .start(RUN, 'A', 'srv-1');
}

function idle(): Story {
  return running().finish(RUN, 'A', { is: 'succeeded' }).steer('run.canceled', RUN).end(RUN, 'canceled');
}

function header(
  story: Story,
  width: number,
  change: (source: TestSource) => void = () => undefined,
  dropped = 0,
): string {
  const source = new TestSource(story);
  source.roundTripMs = 0.4;
  change(source);
  const scene: Scene = {
    source,
    state: story.state,
    ui: FIRST_UI,
    log: undefined,
    message: undefined,
    nowMs: story.nowMs,
    ascii: false,
    timeText: utcTime,
    frames: { dropped },
  };
  return headerLine(scene, width)
    .map(({ text }) => text)
    .join('');
}

test('what matters most stands on 80 columns, all of it on 120', () => {
  expect(header(running().later(12_000), 80)).toBe(
    ' dagtop ● up <1ms  leader srv-1  last 12s     0 ev/s    runs ▶1 ✓0 ✗0  12:00:12 ',
  );
  expect(header(running(), 120)).toMatch(
    /^ dagtop ● up <1ms  embedded \.\/\.dagtop  leader srv-1 epoch 1  last event now     1 events\/s +runs ▶1 ✓0 ✗0  12:00:00 $/,
  );
  expect(header(running(), 60)).toContain('● up <1ms');
  for (const width of [60, 80, 100, 120, 200]) expect(header(running(), width)).toHaveLength(width);
});

test('frames that were dropped are told before anything that tells how well it goes', () => {
  expect(header(running(), 80, undefined, 17)).toContain('dropped 17');
  expect(header(running(), 66, undefined, 17)).toContain('dropped 17');
});

test('on an idle screen it changes once a minute at most', () => {
  const story = idle();
  const texts = new Set<string>();
  for (let second = 10; second < 600; second += 1) texts.add(header(story.later(1_000), 120));
  // The clock and the age, each ten times.
  expect(texts.size).toBeLessThanOrEqual(20);
});

test('without a link it says since when, and counts down to the next try', () => {
  const story = running().later(60_000);
  const down = (retryAtMs?: number) => (source: TestSource) => {
    const sinceMs = story.nowMs - 7_000;
    source.link = { up: false, reason: 'gone', sinceMs, ...(retryAtMs === undefined ? {} : { retryAtMs }) };
  };
  expect(header(story, 80, down(story.nowMs + 2_400))).toContain('✗ STALE  since 12:00:53, next try in 3s');
  expect(header(story, 80, down(story.nowMs - 1))).toContain('since 12:00:53, trying now');
  expect(header(story, 80, down())).toContain('since 12:00:53, for 7.0s');
});

test('a broker that does not answer is told while its connection still stands', () => {
  expect(header(running(), 80, (source) => (source.roundTripMs = Infinity))).toContain('● up no answer');
});

test('what is old is faded all over but for header and footer; what is chosen is still to be seen', async () => {
  const stage = new Stage(running(), 80, 24);
  await stage.shows('● up');
  const { terminal } = stage;
  const styles = (): string[] =>
    Array.from({ length: 80 * 21 }, (_, at) => terminal.styleAt(at % 80, 1 + Math.floor(at / 80)));
  expect(new Set(styles()).size).toBeGreaterThan(5);
  stage.source.link = { up: false, reason: 'gone' };
  stage.source.changed();
  await stage.shows('✗ STALE');
  expect(new Set(styles())).toEqual(new Set(['2', '2;7']));
  stage.press('?');
  await stage.shows('║ Keys');
  expect(new Set(styles()).size).toBeGreaterThan(2);
});

test.each([
  ['t', 'r', 'R', 'x', 'p'],
  ['6', 'D'],
] as const)('without a link %s … say why they do nothing, and are not offered', async (...keys) => {
  const stage = new Stage(running(), 120, 30);
  await stage.shows('● up');
  stage.source.link = { up: false, reason: 'gone', sinceMs: stage.source.nowMs() };
  stage.source.changed();
  expect(await stage.shows('this is old')).not.toContain('x cancel');
  for (const key of keys) {
    stage.press(key);
    if (key === '6') await stage.shows('SERVER');
    else await stage.shows('not done: there is no link to the broker');
    stage.source.story.later(10_000);
    stage.source.changed();
    await stage.shows('this is old');
  }
  expect(stage.source.acted).toEqual([]);
});

test('a typed command without a link says why it does nothing', async () => {
  const stage = new Stage(running(), 120, 30);
  await stage.shows('● up');
  stage.source.link = { up: false, reason: 'gone', sinceMs: stage.source.nowMs() };
  stage.source.changed();
  await stage.shows('this is old');
  for (const command of [':trigger diamond', ':retry A', ':cancel', ':pause', ':cordon srv-1']) {
    stage.press(command, 'enter');
    await stage.shows('not done: there is no link to the broker');
    stage.source.story.later(10_000);
    stage.source.changed();
    await stage.shows('this is old');
  }
  expect(stage.source.acted).toEqual([]);
});

test('a question that stood when the link went stays, and is answered when it is back', async () => {
  const stage = new Stage(running(), 100, 30);
  await stage.shows('● up');
  stage.press('x');
  await stage.shows('Keep it');
  stage.source.link = { up: false, reason: 'gone', sinceMs: stage.source.nowMs() };
  stage.source.changed();
  await stage.shows('this is old');
  stage.press('y');
  expect(await stage.shows('not done: there is no link')).toContain('Keep it');
  stage.source.link = { up: true };
  stage.press('y');
  await stage.hides('Keep it');
  expect(stage.source.acted).toEqual([{ do: 'cancel', run: RUN }]);
});

test.each([
  [59, 15],
  [60, 14],
  [10, 3],
  [3, 1],
  [1, 1],
] as const)('%i×%i is too small: it says what is needed, and q quits', async (columns, rows) => {
  const stage = new Stage(running(), columns, rows);
  await vi.waitFor(() => expect(stage.terminal.text).not.toMatch(/^\s*$/));
  if (columns >= 10) expect(stage.terminal.text).toMatch(/60×15[\s\S]*q quits/);
  stage.terminal.resize(80, 24);
  await stage.shows('diamond');
  stage.terminal.resize(columns, rows);
  stage.press('q');
  await stage.over;
});

test('where nobody sees what keys do, they do nothing but quit', () => {
  const source = new TestSource(running());
  const quit = vi.fn<() => void>();
  const operation = new Operation(
    {
      source,
      settings: DEFAULT_SETTINGS,
      timeText: utcTime,
      onChange: () => undefined,
      outside: { ...NOTHING_OUTSIDE, quit },
    },
    10,
    3,
  );
  for (const key of ['x', 'y', 't', 'y', '?', 'enter']) operation.press(key);
  operation.resize(80, 24);
  expect(operation.screen().dialog).toBeUndefined();
  expect(source.acted).toEqual([]);
  operation.resize(10, 3);
  operation.press('ctrl-c');
  expect(quit).toHaveBeenCalledOnce();
});

test('60×15 is large enough', async () => {
  const stage = new Stage(running(), 60, 15);
  expect(await stage.shows('diamond')).toMatchSnapshot();
});
