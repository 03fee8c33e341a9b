import { expect, test } from 'vitest';
import { commandCandidates, completeCommand, runCommandLine } from '../../src/tui/command-line.ts';
import { FIRST_UI } from '../../src/tui/ui-state.ts';
import { dagOf, DIAMOND, Story } from '../support/story.ts';

/** B failed, and D and E with it. */
function story(): Story {
  const etl = { ...dagOf('etl', { get: [] }), params: { day: '2026-11-24', limit: 3, full: false } };
  return new Story()
    .elect()
    .place({ 'srv-1': ['*'] })
    .join('srv-1')
    .apply(DIAMOND)
    .apply(etl)
    .trigger('diamond', 'run-1')
    .succeed('run-1', 'A', 'srv-1')
    .succeed('run-1', 'C', 'srv-1')
    .fail('run-1', 'B', 'srv-1');
}

function asked(text: string) {
  const { ui, effect } = runCommandLine(story().state, FIRST_UI, text);
  if (effect !== undefined) return effect.do === 'say' ? effect.text : effect;
  return ui.dialog?.is === 'question' ? ui.dialog.action : ui.view;
}

test.each([
  ['servers', 'servers'],
  ['timeline', 'timeline'],
  ['  runs  ', 'runs'],
  ['q', { do: 'quit' }],
  ['theme light', { do: 'theme', theme: 'light' }],
  ['cancel', { do: 'cancel', run: 'run-1' }],
  ['pause', { do: 'act', action: { do: 'pause', run: 'run-1' } }],
  ['cordon srv-1', { do: 'cordon', server: 'srv-1' }],
  ['trigger diamond', { do: 'trigger', dag: 'diamond', params: {} }],
  [
    'trigger etl day=x=y limit=7 full=true',
    { do: 'trigger', dag: 'etl', params: { day: 'x=y', limit: 7, full: true } },
  ],
  ['trigger diamond --from B --from=C', { do: 'trigger', dag: 'diamond', params: {}, from: ['B', 'C'] }],
])(':%s asks for', (text, expected) => {
  expect(asked(text)).toEqual(expected);
});

test.each([
  ['explode', 'there is no command :explode; Tab completes'],
  ['trigger etl limit=many', 'etl does not take limit=many: it is a number'],
  ['trigger etl colour=red', 'etl does not take colour=red: its parameters are day, limit, full'],
  ['trigger etl __proto__=1', 'etl does not take __proto__=1: its parameters are day, limit, full'],
  ['trigger nothing', 'there is no dag nothing'],
  ['trigger diamond --from', '--from takes a node'],
  ['trigger diamond --from Z', 'diamond has no node Z'],
  ['retry nothing', 'diamond has no node nothing'],
  ['retry A', 'A succeeded; only a retry with downstream runs it again'],
  ['cordon srv-9', 'there is no server srv-9'],
  ['uncordon srv-1', 'srv-1 is not cordoned'],
  ['run zzz', 'there is no run zzz'],
  ['node zzz', 'there is no node zzz'],
  ['theme', 'themes: dark, light, high-contrast, colour-blind'],
  ['theme drak', 'there is no theme drak; themes: dark, light, high-contrast, colour-blind'],
])(':%s is refused and says why', (text, expected) => {
  expect(asked(text)).toBe(expected);
});

test('an empty line does nothing', () => {
  expect(runCommandLine(story().state, FIRST_UI, '  ')).toEqual({ ui: FIRST_UI });
});

test(':node and :run choose, :filter filters', () => {
  const { state } = story();
  expect(runCommandLine(state, FIRST_UI, 'node D').ui).toMatchObject({
    node: 'D',
    view: 'graph',
    focus: 'graph',
  });
  expect(runCommandLine(state, FIRST_UI, 'run run').ui.chosen).toEqual({ is: 'run', run: 'run-1' });
  expect(runCommandLine(state, FIRST_UI, 'dag etl').ui.chosen).toEqual({ is: 'dag', dag: 'etl' });
  expect(runCommandLine(state, FIRST_UI, 'filter state:failed').ui.filters).toEqual({
    graph: 'state:failed',
  });
});

test('Tab completes commands and what they take, as far as it is clear', () => {
  const { state } = story();
  const complete = (text: string): string => completeCommand(state, FIRST_UI, text);
  expect(complete('trig')).toBe('trigger ');
  expect(complete('trigger d')).toBe('trigger diamond ');
  expect(complete('trigger diamond -')).toBe('trigger diamond --from ');
  expect(commandCandidates(state, FIRST_UI, 'trigger diamond --from ')).toEqual(['A', 'B', 'C', 'D', 'E']);
  expect(commandCandidates(state, FIRST_UI, 'trigger etl ')).toEqual(['--from', 'day=', 'full=', 'limit=']);
  expect(complete('r')).toBe('r');
  expect(commandCandidates(state, FIRST_UI, 'r')).toEqual(['reload', 'replay', 'retry', 'run', 'runs']);
  expect(complete('cordon ')).toBe('cordon srv-1 ');
  expect(complete('theme h')).toBe('theme high-contrast ');
  expect(commandCandidates(state, FIRST_UI, 'retry ')).toEqual([
    '--downstream',
    'A',
    'B',
    'C',
    'D',
    'E',
    'failed',
  ]);
  expect(complete('nothing at all')).toBe('nothing at all');
});
