import { expect, it } from 'vitest';
import { decide } from '../../src/engine/decide.ts';
import { fold } from '../../src/engine/fold.ts';
import { explainNode } from '../../src/engine/reason.ts';
import type { LogEvent } from '../../src/model/event.ts';
import type { Position } from '../../src/model/ids.ts';
import { drainLines, drainPlan } from '../../src/view/drain.ts';
import { DIAMOND, Story } from '../support/story.ts';

/** B stands on both servers, all else on srv-1 alone. */
function twoServers(): Story {
  return new Story()
    .apply(DIAMOND)
    .place({ 'srv-1': ['A', 'B', 'C', 'D', 'E'], 'srv-2': ['B'] })
    .elect()
    .join('srv-1')
    .join('srv-2')
    .trigger('diamond', 'r1');
}

function serversChosen(story: Story): string[] {
  return decide(story.state, story.nowMs, new Set(), 'sch-1').events.flatMap((event) =>
    event.type === 'attempt.dispatched' ? [`${event.node}@${event.server}`] : [],
  );
}

function tell(story: Story, fields: object) {
  const event = { id: JSON.stringify(fields), atMs: story.nowMs, by: 'op:ann@desk', ...fields } as LogEvent;
  return fold(story.state, event, 1_000 as Position);
}

it('sends nothing to a cordoned server, what it runs goes on, and other servers take its nodes', () => {
  const story = twoServers().start('r1', 'A', 'srv-1').cordon('srv-1');
  expect(story.state.runs.get('r1' as never)?.nodes[0]?.status.is).toBe('running');
  story.later(100).finish('r1', 'A', { is: 'succeeded' });
  expect(serversChosen(story)).toEqual(['B@srv-2']);
});

it('says why a node of a cordoned server waits, and goes on once it is back', () => {
  const story = twoServers().cordon('srv-1');
  const run = story.state.runs.get('r1' as never);
  if (run === undefined) throw new Error('no run');
  expect(explainNode(story.state, run, 0, story.nowMs)).toBe('no live server has A (srv-1 is cordoned)');
  expect(serversChosen(story)).toEqual([]);
  expect(tell(story, { type: 'server.uncordoned', server: 'srv-1' })).toEqual({ accepted: true });
  expect(serversChosen(story)).toEqual(['A@srv-1']);
});

it('takes nothing, whichever of its names was cordoned', () => {
  const story = twoServers();
  tell(story, {
    type: 'agent.joined',
    server: 'box',
    incarnation: 'box/1',
    names: ['10.0.0.7', 'srv-1'],
    slots: 2,
    labels: {},
    journal: 'j',
    version: '1',
  });
  expect(tell(story, { type: 'server.cordoned', server: '10.0.0.7' })).toEqual({ accepted: true });
  const dispatch = { type: 'attempt.dispatched', dag: 'diamond', run: 'r1', node: 'A', attempt: 1, epoch: 1 };
  expect(tell(story, { ...dispatch, server: 'box', incarnation: 'box/1' })).toEqual({
    accepted: false,
    reason: 'box is cordoned',
  });
  expect(tell(story, { type: 'server.cordoned', server: 'box' })).toMatchObject({
    reason: 'box is cordoned already',
  });
  expect(tell(story, { type: 'server.uncordoned', server: 'box' })).toEqual({ accepted: true });
  expect(story.state.cordoned.size).toBe(0);
});

it('refuses what makes no sense', () => {
  const story = twoServers().cordon('srv-1');
  const reasonOf = (type: string, server: string) => tell(story, { type, server });
  expect(reasonOf('server.cordoned', 'srv-1')).toMatchObject({ reason: 'srv-1 is cordoned already' });
  expect(reasonOf('server.cordoned', 'srv-9')).toMatchObject({ reason: 'there is no server srv-9' });
  expect(reasonOf('server.uncordoned', 'srv-2')).toMatchObject({ reason: 'srv-2 is not cordoned' });
});

it('tells beforehand where the nodes of a server would go, and which have nowhere to go', () => {
  const story = twoServers().start('r1', 'A', 'srv-1');
  expect(drainLines(drainPlan(story.state, 'srv-1' as never))).toEqual([
    '4 nodes would wait, no other server has them: diamond/A, diamond/C, diamond/D, diamond/E',
    '1 node will run on srv-2: diamond/B',
    '1 attempt there will go on to the end.',
  ]);
  expect(drainLines(drainPlan(story.state, 'srv-2' as never))).toEqual([
    '1 node will run on srv-1: diamond/B',
    'Nothing runs there now.',
  ]);
});
