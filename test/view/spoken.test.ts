import { expect, test } from 'vitest';
import type { LogEvent } from '../../src/model/event.ts';
import { spokenEvent, spokenNode, spokenRun, spokenState, sumUp } from '../../src/view/spoken.ts';
import { DIAMOND, Story, utcTime } from '../support/story.ts';

const RUN = '5e3c7q-v01m';

function story(): Story {
  return new Story()
    .elect()
    .place({ 'srv-1': ['*'] })
    .join('srv-1')
    .apply(DIAMOND)
    .trigger('diamond', RUN)
    .succeed(RUN, 'A', 'srv-1')
    .start(RUN, 'B', 'srv-1')
    .later(1_200);
}

/** What the events of a story were worth saying. */
function said(told: Story, type: LogEvent['type']): (string | undefined)[] {
  return told.seen
    .filter(({ event }) => event.type === type)
    .map(({ event }) => spokenEvent(told.state, event)?.text);
}

test('nodes and runs are told in words, with what stands before and after', () => {
  const { state, nowMs } = story();
  const run = state.runs.get(RUN as never);
  if (run === undefined) throw new Error('no run');
  const node = (index: number) =>
    spokenNode(state, { run, definition: run.definition, index }, nowMs, utcTime);
  expect(node(1)).toBe('Node B: running, runs on srv-1. After A. Before D. 2 of 5.');
  expect(node(3)).toBe('Node D: waiting, waits for B, C. After B, C. Before E. 4 of 5.');
  expect(node(9)).toBe('There is no node.');
  expect(spokenRun(run, nowMs)).toMatch(/^Run 5e3c7q-v01m of diamond: running for \d\.\ds\. 1 of 5 done\.$/);
  expect(spokenState(state, nowMs)[0]).toBe('1 dag, 1 run under way, 1 server.');
});

test('an attempt is told when it starts and when it ends, with how long it took and how far the run is', () => {
  const told = story().finish(RUN, 'B', { is: 'failed', error: 'exit code 1' });
  expect(said(told, 'attempt.dispatched')).toEqual(
    told.seen.filter(({ event }) => event.type === 'attempt.dispatched').map(() => undefined),
  );
  expect(said(told, 'attempt.started')[0]).toBe('diamond 5e3c7q: node A runs on srv-1.');
  expect(said(told, 'attempt.finished')[0]).toMatch(
    /^diamond 5e3c7q: node A succeeded on srv-1 after \d\.\ds\. 1 of 5 done\.$/,
  );
  expect(said(told, 'attempt.finished')[1]).toMatch(
    /^diamond 5e3c7q: node B failed on srv-1: exit code 1 after/,
  );
});

test('hostile words are said without their control bytes', () => {
  const told = story().finish(RUN, 'B', { is: 'failed', error: 'bad\u001B]0;x\u0007 end' });
  expect(said(told, 'attempt.finished')[1]).toContain('bad end');
});

test('of too much, what tells most is kept in its order, and the rest counted', () => {
  const line = (text: string, isTelling = false) => ({ text, isTelling });
  expect(sumUp([line('a'), line('b')], 3)).toEqual(['a', 'b']);
  expect(sumUp([line('a'), line('b'), line('c'), line('x', true), line('d')], 3)).toEqual([
    'a',
    'b',
    'x',
    'And 2 more.',
  ]);
  const many = Array.from({ length: 200 }, (_, at) => line(`f${at}`, true));
  expect(sumUp(many, 3)).toEqual(['f197', 'f198', 'f199', 'And 197 more.']);
});
