import { expect, test } from 'vitest';
import type { DagName, NodeName, RunId } from '../../src/model/ids.ts';
import { KEYMAP } from '../../src/tui/keymap.ts';
import { pressKey } from '../../src/tui/steps.ts';
import type { Effect } from '../../src/tui/asking.ts';
import { FIRST_UI, nodeNameOf, subjectOf } from '../../src/tui/ui-state.ts';
import type { UiState } from '../../src/tui/ui-state.ts';
import { dagOf, DIAMOND, fanOf, Story, NOON_MS, utcTime } from '../support/story.ts';
import { definitionText } from '../support/tui-source.ts';

const EXTENT = {
  listHeight: 10,
  log: { sheet: undefined, width: 80, height: 10 },
  events: [],
  nowMs: NOON_MS,
  timeText: utcTime,
  reloadLines: 0,
  page: { width: 74, height: 18 },
  definitionText,
  drawing: { width: 200, height: 60 },
};

/** The keys one after the other: where that leads, and all that they asked for. */
function press(story: Story, keys: string, from: UiState = FIRST_UI): { ui: UiState; effects: Effect[] } {
  const effects: Effect[] = [];
  let ui = from;
  for (const key of keys.split(' ')) {
    const step = pressKey(story.state, ui, key, EXTENT);
    ui = step.ui;
    if (step.effect !== undefined) effects.push(step.effect);
  }
  return { ui, effects };
}

function nodeAfter(story: Story, keys: string): string {
  const subject = subjectOf(story.state, press(story, keys).ui);
  return subject === undefined ? '' : nodeNameOf(subject);
}

function twoRuns(): Story {
  const story = new Story()
    .elect()
    .join('srv-1')
    .apply(DIAMOND)
    .apply(dagOf('small', { only: [] }));
  story.trigger('diamond', 'old').succeed('old', 'A', 'srv-1').succeed('old', 'C', 'srv-1');
  for (let tries = 0; tries < 4; tries += 1) story.fail('old', 'B', 'srv-1').later(600_000);
  story.upstreamFailed('old', 'D').upstreamFailed('old', 'E').end('old', 'failed');
  return story.trigger('diamond', 'new').start('new', 'A', 'srv-1');
}

test('unasked, the newest run is shown; whoever chooses one stays there', () => {
  const story = twoRuns();
  const chosen = press(story, 'j').ui;
  expect(subjectOf(story.state, FIRST_UI)?.run?.id).toBe('new');
  expect(subjectOf(story.state, chosen)?.run?.id).toBe('old');
  story.trigger('small', 'newest');
  expect(subjectOf(story.state, FIRST_UI)?.run?.id).toBe('newest');
  expect(subjectOf(story.state, chosen)?.run?.id).toBe('old');
});

test('hjkl and the arrows move along the lines of the drawing', () => {
  const story = twoRuns();
  expect(nodeAfter(story, 'enter')).toBe('A');
  expect(nodeAfter(story, 'enter j')).toBe('B');
  expect(nodeAfter(story, 'enter j l')).toBe('C');
  expect(nodeAfter(story, 'enter down right down')).toBe('D');
  expect(nodeAfter(story, 'enter j l h k')).toBe('A');
  expect(nodeAfter(story, 'enter j j j j j')).toBe('E');
});

test('in a fan of 300, ends and pages are a key away', () => {
  const story = new Story().elect().join('srv-1').apply(fanOf('fan', 300)).trigger('fan', 'r1');
  story.succeed('r1', 'split', 'srv-1').start('r1', 'part-217', 'srv-1');
  expect(nodeAfter(story, 'enter')).toBe('part-217');
  expect(nodeAfter(story, 'enter Z l l l')).toBe('part-220');
  expect(nodeAfter(story, 'enter Z G')).toBe('part-300');
  expect(nodeAfter(story, 'enter Z g g')).toBe('part-001');
  expect(nodeAfter(story, 'enter Z g g j')).toBe('merge');
  expect(nodeAfter(story, 'enter Z g g n')).toBe('part-217');
});

test('a stack is one step wide; Enter or z opens it, z closes it again', () => {
  const story = new Story().elect().join('srv-1').apply(fanOf('fan', 300)).trigger('fan', 'r1');
  story.succeed('r1', 'split', 'srv-1').start('r1', 'part-217', 'srv-1');
  expect(nodeAfter(story, 'enter k')).toBe('split');
  expect(nodeAfter(story, 'enter k j')).toBe('part-001');
  expect(nodeAfter(story, 'enter k j j')).toBe('merge');
  for (const open of ['enter', 'z']) {
    expect(nodeAfter(story, `enter ${open} l`)).toBe('part-218');
    expect(nodeAfter(story, `enter ${open} l z l`)).toBe('part-218');
    expect(press(story, `enter ${open} l z`).ui.drawing.opened.size).toBe(0);
  }
});

test('b goes through the kinds of boxes, and back to what fits', () => {
  const story = twoRuns();
  const modes = ['b', 'b b', 'b b b', 'b b b b'].map((keys) => press(story, `enter ${keys}`).ui.drawing.mode);
  expect(modes).toEqual(['card', 'box', 'pill', undefined]);
});

test.each([
  ['t y', { do: 'trigger', dag: 'diamond' }],
  ['t j y', { do: 'trigger', dag: 'small' }],
  ['t k y', { do: 'trigger', dag: 'small' }],
  ['j r y', { do: 'retry', run: 'old', nodes: ['B'], downstream: false }],
  ['j R y', { do: 'retry', run: 'old', nodes: ['B'], downstream: true }],
  ['x y', { do: 'cancel', run: 'new' }],
  ['x tab enter', { do: 'cancel', run: 'new' }],
  ['x l enter', { do: 'cancel', run: 'new' }],
])('%s does it', (keys, action) => {
  const { ui, effects } = press(twoRuns(), keys);
  expect(effects).toEqual([{ do: 'act', action }]);
  expect(ui.dialog).toBeUndefined();
});

test.each(['t', 'j r', 'j R', 'x', 'p', '6 D', ': c a n c e l enter'])(
  'a read-only screen refuses %s and says why',
  (keys) => {
    const { ui, effects } = press(twoRuns(), keys, { ...FIRST_UI, isReadOnly: true });
    expect(effects).toEqual([
      { do: 'say', text: 'this screen is read-only (--read-only, or read_only in config.yaml)' },
    ]);
    expect(ui.dialog).toBeUndefined();
  },
);

test.each([
  't enter',
  'j r enter',
  'j R enter',
  'x enter',
  'x esc',
  'x n',
  'x q',
  'x tab tab enter',
  'x ctrl-c',
])('%s does nothing: Cancel is under the Enter key', (keys) => {
  const { ui, effects } = press(twoRuns(), keys);
  expect(effects).toEqual([]);
  expect(ui.dialog).toBeUndefined();
});

test('a question takes all keys: what stands behind it does not move', () => {
  const story = twoRuns();
  const asked = press(story, 'x').ui;
  const after = press(story, 'G r R t p ? j', asked);
  expect(after.ui).toEqual(asked);
  expect(after.effects).toEqual([]);
});

test('pause does not ask, and the same key resumes', () => {
  const story = twoRuns();
  expect(press(story, 'p').effects).toEqual([{ do: 'act', action: { do: 'pause', run: 'new' } }]);
  story.steer('run.paused', 'new');
  expect(press(story, 'p').effects).toEqual([{ do: 'act', action: { do: 'resume', run: 'new' } }]);
});

test.each([
  ['r', 'A is running; wait for its end or cancel the run first'],
  ['j x', 'the run failed already'],
  ['j p', 'the run failed already'],
  ['k r', 'choose a run first'],
])('%s cannot be, and says why instead of asking', (keys, text) => {
  const { ui, effects } = press(twoRuns(), keys);
  expect(effects).toEqual([{ do: 'say', text }]);
  expect(ui.dialog).toBeUndefined();
});

test('what became impossible while the question stood is not done', () => {
  const story = twoRuns();
  const asked = press(story, 'x').ui;
  story.steer('run.canceled', 'new');
  expect(press(story, 'y', asked).effects).toEqual([
    { do: 'say', text: 'the run is being canceled already' },
  ]);
});

test('Enter opens run and log, Esc goes back the same way', () => {
  const story = twoRuns();
  const opened = press(story, 'enter').ui;
  const logged = press(story, 'enter', opened).ui;
  expect([opened.focus, logged.focus, logged.fullLog]).toEqual(['graph', 'log', { before: 'graph' }]);
  const back = press(story, 'esc', logged).ui;
  expect([back.focus, back.fullLog]).toEqual(['graph', undefined]);
  expect(press(story, 'esc', back).ui.focus).toBe('runs');
  expect(press(story, 'l').ui.fullLog).toEqual({ before: 'runs' });
  expect(press(story, 'l l').ui).toMatchObject({ focus: 'runs', fullLog: undefined });
});

test('Tab goes round the panes, Shift-Tab the other way', () => {
  const story = twoRuns();
  expect(['tab', 'tab tab', 'tab tab tab', 'shift-tab'].map((keys) => press(story, keys).ui.focus)).toEqual([
    'graph',
    'log',
    'runs',
    'log',
  ]);
});

test('every key of the keymap is safe on an empty state', () => {
  const story = new Story();
  for (const { keys, command } of KEYMAP) {
    for (const key of keys) {
      for (const focus of ['runs', 'graph', 'log'] as const) {
        const { effect } = pressKey(story.state, { ...FIRST_UI, focus }, key, EXTENT);
        const isOfTerminal = command === 'quit' || command === 'snapshot' || command === 'suspend';
        if (!isOfTerminal) expect(effect?.do ?? 'say').toBe('say');
      }
    }
  }
});

test('a run or node that is gone leaves a screen, not an error', () => {
  const story = twoRuns();
  const ui: UiState = {
    ...FIRST_UI,
    chosen: { is: 'run', run: 'never' as RunId },
    node: 'nobody' as NodeName,
  };
  expect(subjectOf(story.state, ui)?.run?.id).toBe('new');
  const gone: UiState = { ...FIRST_UI, chosen: { is: 'dag', dag: 'never' as DagName } };
  expect(subjectOf(story.state, gone)).toBeUndefined();
});
