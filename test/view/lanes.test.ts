import { expect, it } from 'vitest';
import { lanesOf } from '../../src/view/lanes.ts';
import { DIAMOND, fanOf, Story } from '../support/story.ts';

it('what each server does, what began first on top, over all runs', () => {
  const told = new Story()
    .elect()
    .join('srv-1')
    .join('srv-2')
    .apply(DIAMOND)
    .trigger('diamond', 'r1')
    .trigger('diamond', 'r2');
  told.start('r1', 'A', 'srv-1').later(500).start('r2', 'A', 'srv-1');
  const { lanes } = lanesOf(told.state, new Map(), told.nowMs);
  expect(
    lanes.map(({ server, work }) => [
      server.server,
      work.map(({ run, node, state }) => `${run}/${node} ${state}`),
    ]),
  ).toEqual([
    ['srv-1', ['r1/A running', 'r2/A running']],
    ['srv-2', []],
  ]);
});

it('what could run and does not, by reason', () => {
  const told = new Story()
    .elect()
    .join('srv-1', 2)
    .place({ 'srv-1': ['*'] })
    .apply(fanOf('fan', 6))
    .trigger('fan', 'r1');
  told.succeed('r1', 'split', 'srv-1').start('r1', 'part-001', 'srv-1').start('r1', 'part-002', 'srv-1');
  const { waiting } = lanesOf(told.state, new Map(), told.nowMs);
  expect(waiting).toEqual([{ reason: 'srv-1 is full', count: 4, first: 'fan/part-003' }]);
});

it('does not look at thousands of reasons', () => {
  const told = new Story()
    .elect()
    .apply(fanOf('fan', 1_000))
    .join('srv-1')
    .trigger('fan', 'r1')
    .succeed('r1', 'split', 'srv-1');
  const { waiting } = lanesOf(told.state, new Map(), told.nowMs);
  expect(waiting.map(({ count }) => count)).toEqual([300, 700]);
  expect(waiting[0]?.reason).toMatch(/^no server has it: list it in nodes/);
});
