import { expect, it } from 'vitest';
import { findRun, listRuns } from '../../../src/history/port/all-runs.ts';
import { runSummary } from '../../../src/history/port/run-summary.ts';
import type { RunCursor, RunQuery } from '../../../src/history/port/run-summary.ts';
import type { RunId } from '../../../src/model/ids.ts';
import type { Run } from '../../../src/model/state.ts';
import { historyOf } from '../../support/kept-runs.ts';
import { DIAMOND, Story } from '../../support/story.ts';

/** r1 failed, r2 was canceled, r3 goes on; each triggered a second after the one before. */
function threeRuns(): Story {
  const story = new Story()
    .apply(DIAMOND)
    .place({ 'srv-1': ['*'] })
    .elect()
    .join('srv-1');
  story.trigger('diamond', 'r1').later(1_000).trigger('diamond', 'r2', 'api:Bob@10.0.0.7').later(1_000);
  story.trigger('diamond', 'r3').succeed('r1', 'A', 'srv-1');
  for (let failures = 0; failures < 4; failures += 1) story.fail('r1', 'B', 'srv-1', 'Disk is full');
  return story.steer('run.canceled', 'r2').end('r2', 'canceled');
}

/** r0 to r9 ended before r1 … of `story` began. */
function olderRuns(): Run[] {
  const story = new Story().apply(DIAMOND).elect();
  story.later(-60_000);
  for (let at = 0; at < 10; at += 1) {
    story.later(1_000).trigger('diamond', `old-${at}`).steer('run.canceled', `old-${at}`);
    story.end(`old-${at}`, 'canceled');
  }
  return [...story.state.runs.values()];
}

it('says in one line how a run stands, and what its first failed node said last', () => {
  const { state } = threeRuns();
  expect([...state.runs.values()].map(runSummary)).toMatchObject([
    { run: 'r1', state: 'running', ended: 2, succeeded: 1, failed: 1, error: 'Disk is full' },
    { run: 'r2', state: 'canceled', ended: 5, succeeded: 0, failed: 0, by: 'api:Bob@10.0.0.7' },
    { run: 'r3', state: 'running', nodes: 5, ended: 0 },
  ]);
});

it.each<[string, Omit<RunQuery, 'limit'>, string[]]>([
  ['everything', {}, ['r3', 'r2', 'r1']],
  ['a dag', { dag: 'other' }, []],
  ['states', { states: ['canceled', 'failed'] }, ['r2']],
  ['an error, whatever its letters', { search: 'DISK is' }, ['r1']],
  ['who triggered it', { search: 'bob@' }, ['r2']],
  ['the beginning of an id', { search: 'r3' }, ['r3']],
])('finds runs in memory by %s', async (_, query, expected) => {
  const { items } = await listRuns(threeRuns().state, undefined, { ...query, limit: 10 });
  expect(items.map(({ run }) => run)).toEqual(expected);
});

it('pages through memory and history as one list, each run once, the newer knowledge shown', async () => {
  const { state } = threeRuns();
  const stale = threeRuns();
  stale.steer('run.paused', 'r3');
  const history = historyOf([...olderRuns(), ...stale.state.runs.values()]);
  const pages: string[][] = [];
  let before: RunCursor | undefined;
  do {
    const page = await listRuns(state, history, { limit: 4, ...(before === undefined ? {} : { before }) });
    pages.push(page.items.map(({ run, from, state: word }) => `${run} ${from} ${word}`));
    before = page.next;
  } while (before !== undefined);
  expect(pages).toEqual([
    ['r3 memory running', 'r2 memory canceled', 'r1 memory running', 'old-9 history canceled'],
    [8, 7, 6, 5].map((at) => `old-${at} history canceled`),
    [4, 3, 2, 1].map((at) => `old-${at} history canceled`),
    ['old-0 history canceled'],
  ]);
});

it('takes a run from memory, else from the history, and says which', async () => {
  const { state } = threeRuns();
  const history = historyOf([...olderRuns(), ...threeRuns().state.runs.values()]);
  const found = await findRun(state, history, 'r1' as RunId);
  expect(found).toEqual({ run: state.runs.get('r1' as RunId), from: 'memory' });
  expect(await findRun(state, history, 'old-3' as RunId)).toMatchObject({ from: 'history' });
  expect(await findRun(state, history, 'none' as RunId)).toBeUndefined();
  expect(await findRun(state, undefined, 'old-3' as RunId)).toBeUndefined();
});
