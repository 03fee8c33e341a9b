import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { titleSpans } from '../../src/tui/panes/breadcrumbs.ts';
import { contextOf } from '../../src/tui/place.ts';
import { pressKey } from '../../src/tui/steps.ts';
import { FIRST_UI, subjectOf } from '../../src/tui/ui-state.ts';
import type { UiState } from '../../src/tui/ui-state.ts';
import { definitionText } from '../support/tui-source.ts';
import { DIAMOND, NOON_MS, Story, utcTime } from '../support/story.ts';

const { state } = new Story()
  .elect()
  .place({ 'srv-1': ['*'] })
  .join('srv-1')
  .apply(DIAMOND)
  .trigger('diamond', '5e3c7q-v01m')
  .start('5e3c7q-v01m', 'A', 'srv-1');

const EXTENT = {
  listHeight: 5,
  log: { sheet: undefined, width: 80, height: 10 },
  events: [],
  nowMs: NOON_MS,
  timeText: utcTime,
  reloadLines: 0,
  drawing: { width: 80, height: 20 },
  page: { width: 74, height: 18 },
  definitionText,
};

function press(keys: readonly string[], from: UiState = FIRST_UI): UiState {
  let ui = from;
  for (const key of keys) ({ ui } = pressKey(state, ui, key, EXTENT));
  return ui;
}

function crumbs(ui: UiState): string {
  return titleSpans(ui, subjectOf(state, ui), contextOf(ui))
    .map(({ text }) => text)
    .join('');
}

test('they tell the way that was gone', () => {
  const after = (keys: string): string => crumbs(press(keys.split(' ')));
  expect(after('')).toBe('Runs');
  expect(after('enter')).toBe('Runs › diamond 5e3c7q-v01m');
  expect(after('enter enter')).toBe('Runs › diamond 5e3c7q-v01m › Log A');
  expect(after('enter 4 enter')).toBe('Runs › diamond 5e3c7q-v01m › Timeline › Log A');
  expect(after('4')).toBe('Runs › diamond 5e3c7q-v01m › Timeline');
  expect(after('6')).toBe('Runs › Servers');
  expect(after('1 enter 6')).toBe('Runs › All runs › diamond 5e3c7q-v01m › Servers');
  expect(after('enter 3 4 3 2 4 2 3')).toBe('Runs › diamond 5e3c7q-v01m › Lanes');
});

test('from the table of runs one comes back to the table', () => {
  const opened = press(['1', 'enter']);
  expect(contextOf(press(['esc'], opened))).toBe('runs');
  expect(contextOf(press(['esc', 'esc'], opened))).toBe('list');
});

test('Esc walks back exactly along them, wherever one went', () => {
  const keys = [
    'enter',
    'esc',
    '1',
    '2',
    '3',
    '4',
    '5',
    '6',
    '7',
    '8',
    'L',
    'l',
    'tab',
    'shift-tab',
    'c',
    'j',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...keys), { maxLength: 12 }), (walked) => {
      let ui = press(walked);
      for (;;) {
        const shown = crumbs(ui).split(' › ');
        expect(shown[0]).toBe('Runs');
        if (shown.length === 1) break;
        ui = press(['esc'], ui);
        expect(crumbs(ui).split(' › ')).toEqual(shown.slice(0, -1));
      }
      expect(contextOf(ui)).toBe('list');
    }),
    { numRuns: 2_000 },
  );
});

test('long names leave room for how the run stands', () => {
  const name = 'a-dag-with-a-name-that-is-longer-than-anyone-would-like';
  const story = new Story().apply({ ...DIAMOND, name: name as typeof DIAMOND.name });
  const subject = subjectOf(story.state, FIRST_UI);
  const text = titleSpans(press(['enter']), subject, 'graph')
    .map((part) => part.text)
    .join('');
  expect(text).toBe('Runs › a-dag-with-a-name-that-…');
});
