import { expect, test } from 'vitest';
import type { DagName } from '../../src/model/ids.ts';
import { listItems, runRow } from '../../src/view/run-rows.ts';
import { dagOf, DIAMOND, Story } from '../support/story.ts';

const SMALL = dagOf('small', { only: [] });

function labels(story: Story, expanded: readonly string[] = []): string[] {
  return listItems(story.state, new Set(expanded as DagName[])).map((item) =>
    item.is === 'run'
      ? `  ${item.run}`
      : `${item.dag}${item.isCurrent ? '' : ' removed'}${item.older > 0 ? ` +${item.older}` : ''}`,
  );
}

test('dags stand by name, and their runs under them, newest first', () => {
  const story = new Story().elect().apply(SMALL).apply(DIAMOND);
  story.trigger('small', 's1').trigger('diamond', 'd1').trigger('small', 's2');
  expect(labels(story)).toEqual(['diamond', '  d1', 'small', '  s2', '  s1']);
});

test('a removed dag stays listed while runs of it are in memory', () => {
  const story = new Story()
    .elect()
    .apply(SMALL)
    .apply(DIAMOND)
    .trigger('small', 's1')
    .remove('small')
    .remove('diamond');
  expect(labels(story)).toEqual(['small removed', '  s1']);
});

test('of many ended runs the newest eight are listed, open ones always, and the rest on request', () => {
  const story = new Story().elect().join('srv-1').apply(SMALL).trigger('small', 'open');
  for (let at = 1; at <= 10; at += 1)
    story.trigger('small', `r${at}`).succeed(`r${at}`, 'only', 'srv-1').end(`r${at}`, 'succeeded');
  expect(labels(story)).toEqual([
    'small +2',
    ...['r10', 'r9', 'r8', 'r7', 'r6', 'r5', 'r4', 'r3', 'open'].map((run) => `  ${run}`),
  ]);
  expect(labels(story, ['small'])).toHaveLength(12);
});

test('a row tells state, progress, age and time taken', () => {
  const story = new Story().elect().join('srv-1').apply(DIAMOND).trigger('diamond', 'r1');
  story.succeed('r1', 'A', 'srv-1').later(64_600);
  const { look, ...row } = runRow(story.run('r1'), story.nowMs);
  expect(look.word).toBe('waiting');
  expect(row).toEqual({
    run: 'r1',
    dag: 'diamond',
    progress: { done: 1, total: 5 },
    age: '1m',
    took: '1m05s',
    by: 'op:ann@desk',
  });
});
