import { expect, test } from 'vitest';
import { agentRecords } from '../../src/view/agent-records.ts';
import { serverFacts } from '../../src/view/server-facts.ts';
import { serverRows } from '../../src/view/server-rows.ts';
import type { ServerName } from '../../src/model/ids.ts';
import { DIAMOND, Story, utcTime } from '../support/story.ts';

const [one, two] = ['srv-1', 'srv-2'] as ServerName[];

/** srv-1 vanished with A and B; A succeeded on srv-2, B is tried there. */
function failover(): Story {
  return new Story()
    .elect('srv-2.1')
    .place({ 'srv-1': ['A', 'diamond/B'], 'srv-2': ['*'] })
    .join('srv-1', 2)
    .join('srv-2', 4)
    .apply(DIAMOND)
    .trigger('diamond', 'run-1')
    .start('run-1', 'A', 'srv-1')
    .later(10_000)
    .lose('srv-1')
    .succeed('run-1', 'A', 'srv-2')
    .start('run-1', 'B', 'srv-2')
    .dispatch('run-1', 'C', 'srv-2');
}

test('what was lost on a server and succeeded on another counts as moved, and what it has as held', () => {
  const records = agentRecords(failover().state);
  expect(records.get(one ?? ('' as ServerName))).toEqual({ done: 0, failed: 0, lost: 1, moved: 1, held: 0 });
  expect(records.get(two ?? ('' as ServerName))).toEqual({ done: 1, failed: 0, lost: 0, moved: 0, held: 2 });
});

test('all about a server: since when, what it takes, what it has, and what it lost', () => {
  const { state, nowMs } = failover();
  const records = agentRecords(state);
  const facts = (host: string): Record<string, string> => {
    const row = serverRows(state, new Map(), nowMs).find((each) => each.host === host);
    if (row === undefined) throw new Error(`no ${host}`);
    const list = serverFacts(state, row, records.get(row.host), nowMs, utcTime);
    return Object.fromEntries(list.map(({ label, value }) => [label, value]));
  };
  expect(facts('srv-1')).toEqual({
    agent: 'since 12:00:00 (<1m), version 0.1.0, incarnation srv-1/1',
    takes: 'A, diamond/B',
    has: 'nothing now',
    lost: '1 attempt lost here, 1 of them succeeded on another server',
  });
  expect(facts('srv-2')).toMatchObject({ takes: '*', has: 'diamond/B#1 running, diamond/C#1 sent' });
});

test('a server without an agent says how to start one', () => {
  const { state, nowMs } = new Story().place({ spare: ['*'] });
  const [row] = serverRows(state, new Map(), nowMs);
  if (row === undefined) throw new Error('no row');
  expect(serverFacts(state, row, undefined, nowMs, utcTime).map(({ value }) => value)).toEqual([
    '*',
    'none was ever seen: dagtop agent --server spare',
  ]);
});
