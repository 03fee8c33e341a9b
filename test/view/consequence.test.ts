import { expect, test } from 'vitest';
import type { ParamValue } from '../../src/model/dag.ts';
import type { NodeName } from '../../src/model/ids.ts';
import type { Definition } from '../../src/model/state.ts';
import { cancelConsequence, retryConsequence, triggerConsequence } from '../../src/view/consequence.ts';
import type { Consequence } from '../../src/view/consequence.ts';
import { DIAMOND, fanOf, Story } from '../support/story.ts';

const B = 'B' as NodeName;

function failedDiamond(): Story {
  const story = new Story().elect().join('srv-1').apply(DIAMOND).trigger('diamond', 'r1');
  story.succeed('r1', 'A', 'srv-1').succeed('r1', 'C', 'srv-1');
  for (let tries = 0; tries < 4; tries += 1) story.fail('r1', 'B', 'srv-1').later(600_000);
  return story.upstreamFailed('r1', 'D').upstreamFailed('r1', 'E').end('r1', 'failed');
}

function retryOf(told: Story, nodes: readonly NodeName[], downstream: boolean): Consequence {
  return retryConsequence(told.state, told.run('r1'), nodes, downstream);
}

test('a retry names every node that will run again', () => {
  expect(retryOf(failedDiamond(), [B], false)).toEqual({
    possible: true,
    title: 'Retry B?',
    lines: [
      '3 nodes of diamond r1 will run again:',
      '  B, D, E',
      'Where: 3 waiting for a server.',
      'They last ran on srv-1 (1).',
      'The run failed; it is opened again.',
    ],
  });
  expect(retryOf(failedDiamond(), ['A' as NodeName], true)).toMatchObject({
    title: 'Retry A with all that is downstream?',
    lines: [
      '5 nodes of diamond r1 will run again:',
      '  A, B, C, D, E',
      'Where: 5 waiting for a server.',
      'They last ran on srv-1 (3).',
      'The run failed; it is opened again.',
    ],
  });
});

test('what cannot be retried says why', () => {
  expect(retryOf(failedDiamond(), ['D' as NodeName], false)).toEqual({
    possible: false,
    reason: 'D ended as upstream_failed because of what it depends on; retry that',
  });
});

test('a cancel tells what is stopped and what never runs', () => {
  const story = new Story().elect().join('srv-1').apply(DIAMOND).trigger('diamond', 'r1');
  story.succeed('r1', 'A', 'srv-1').start('r1', 'B', 'srv-1').dispatch('r1', 'C', 'srv-1');
  expect(cancelConsequence(story.run('r1'))).toEqual({
    possible: true,
    title: 'Cancel diamond r1?',
    lines: [
      '1 running node will be stopped: B',
      'Where: srv-1 (1).',
      'Sent and not started: 1, on srv-1 (1).',
      '3 nodes will not run; 1 ended already.',
    ],
  });
  story.steer('run.canceled', 'r1');
  expect(cancelConsequence(story.run('r1'))).toEqual({
    possible: false,
    reason: 'the run is being canceled already',
  });
});

test('a long list of names is cut and counted', () => {
  const story = new Story().elect().join('srv-1').apply(fanOf('fan', 300)).trigger('fan', 'r1');
  story.succeed('r1', 'split', 'srv-1');
  const consequence = retryOf(story, ['split' as NodeName], true);
  expect(consequence).toMatchObject({ possible: true });
  const story2 = story.steer('run.canceled', 'r1').end('r1', 'canceled');
  expect(retryOf(story2, ['split' as NodeName], true)).toMatchObject({
    lines: [
      '302 nodes of fan r1 will run again:',
      '  split, part-001, part-002, part-003, part-004, part-005, part-006, part-007 and 294 more',
      'Where: 302 waiting for a server.',
      'They last ran on srv-1 (1).',
      'The run was canceled; it is opened again.',
    ],
  });
});

function diamondFor(params: Record<string, ParamValue>): Definition {
  const { state } = new Story().apply({ ...DIAMOND, params });
  const [definition] = state.definitions.values();
  if (definition === undefined) throw new Error('the dag is not there');
  return definition;
}

test('a trigger shows the parameters', () => {
  expect(triggerConsequence(diamondFor({ day: '2026-11-24', limit: 3 }))).toEqual({
    possible: true,
    title: 'Run diamond?',
    lines: ['5 nodes will run, with these parameters:', '  day = "2026-11-24"', '  limit = 3'],
  });
});

test('a trigger from nodes on tells how much of the dag runs', () => {
  const from = (...nodes: string[]) => triggerConsequence(diamondFor({}), nodes as NodeName[]);
  expect(from('B', 'C')).toEqual({
    possible: true,
    title: 'Run diamond from B and C on?',
    lines: ['4 nodes will run, 1 before or beside will not; no parameters.'],
  });
  expect(from('B', 'nothing')).toEqual({ possible: false, reason: 'diamond has no node nothing' });
});

test('a retry tells how many run where: on the servers that would take them now', () => {
  const told = failedDiamond().join('srv-2').join('srv-3').join('spare');
  told.place({ 'srv-1': ['*'], 'srv-2': ['*'], 'srv-3': ['D', 'E'], spare: ['D'] }, ['spare']);
  expect(retryOf(told, ['A' as NodeName], true)).toMatchObject({
    lines: expect.arrayContaining(['Where: 3 on srv-1 or srv-2, 2 on srv-3.']) as string[],
  });
  told.lose('srv-3');
  expect(retryOf(told, [B], false)).toMatchObject({
    lines: expect.arrayContaining([
      'Where: 1 on srv-1 or srv-2, 1 on spare, 1 waiting for a server.',
    ]) as string[],
  });
});
