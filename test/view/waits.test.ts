import { expect, test } from 'vitest';
import type { NodeName } from '../../src/model/ids.ts';
import { waitsOf } from '../../src/view/waits.ts';
import { dagOf, Story } from '../support/story.ts';

const DAG = dagOf('night', { get: [], load: ['get'] });

/** `no slot 1000–3000`: in milliseconds since the trigger. */
function waits(told: Story, node: string, run = 'r1'): string[] {
  const found = told.run(run);
  const of = waitsOf(told.state, found, told.nowMs)(found.definition.indexOf.get(node as NodeName) ?? -1);
  return of.map(
    ({ reason, fromMs, toMs }) => `${reason} ${fromMs - found.triggeredMs}–${toMs - found.triggeredMs}`,
  );
}

function story(slots = 1): Story {
  return new Story()
    .elect()
    .place({ 'srv-1': ['*'], 'srv-2': ['load'] })
    .join('srv-1', slots)
    .apply(DAG)
    .apply(dagOf('other', { a: [], b: [] }))
    .trigger('night', 'r1');
}

test('what starts at once waits for nothing', () => {
  const told = story().succeed('r1', 'get', 'srv-1').succeed('r1', 'load', 'srv-1');
  expect(waits(told, 'get')).toEqual([]);
  expect(waits(told, 'load')).toEqual([]);
});

test('the slots of a server, taken by another run', () => {
  const told = story().trigger('other', 'r2').start('r2', 'a', 'srv-1').later(4_000);
  expect(waits(told, 'get')).toEqual(['slot 0–4000']);
  told.finish('r2', 'a', { is: 'succeeded' }).later(50).succeed('r1', 'get', 'srv-1');
  expect(waits(told, 'get')).toEqual(['slot 0–4050']);
});

test('a server that was free all the time is not blamed', () => {
  const told = story(2).trigger('other', 'r2').start('r2', 'a', 'srv-1').later(4_000);
  expect(waits(told, 'get')).toEqual(['unknown 0–4000']);
  told.succeed('r1', 'get', 'srv-1');
  expect(waits(told, 'get')).toEqual(['unknown 0–4000']);
});

test('a server that was not there, until it joined', () => {
  const told = story()
    .place({ 'srv-3': ['*'] })
    .later(2_000);
  expect(waits(told, 'get')).toEqual(['server 0–2000']);
  told.join('srv-3').later(300).succeed('r1', 'get', 'srv-3');
  expect(waits(told, 'get')).toEqual(['server 0–2000', 'unknown 2000–2300']);
});

test('the pause of the run, and again', () => {
  const told = story().later(1_000).steer('run.paused', 'r1').later(5_000);
  expect(waits(told, 'get')).toEqual(['unknown 0–1000', 'paused 1000–6000']);
  told.steer('run.resumed', 'r1').later(100).steer('run.paused', 'r1').later(100).steer('run.resumed', 'r1');
  told.succeed('r1', 'get', 'srv-1');
  expect(waits(told, 'get')).toEqual([
    'unknown 0–1000',
    'paused 1000–6000',
    'unknown 6000–6100',
    'paused 6100–6200',
  ]);
});

test('the backoff after a failure, and what came after it', () => {
  const told = story().fail('r1', 'get', 'srv-1');
  const status = told.run('r1').nodes[0]?.status;
  const dueMs = (status?.is === 'retrying' ? status.dueMs : 0) - told.run('r1').triggeredMs;
  told.later(200);
  expect(waits(told, 'get')).toEqual(['backoff 400–600']);
  told.later(3_000).start('r1', 'get', 'srv-1');
  expect(waits(told, 'get')).toEqual([`backoff 400–${dueMs}`, `unknown ${dueMs}–3600`]);
});

test('a message that lay in the inbox', () => {
  const told = story().dispatch('r1', 'get', 'srv-1').later(900);
  expect(waits(told, 'get')).toEqual(['sent 0–900']);
});

test('after a loss it waits again, and a retry by hand is nobody waiting', () => {
  const told = story().join('srv-2').succeed('r1', 'get', 'srv-1').start('r1', 'load', 'srv-2').later(600);
  told
    .lose('srv-2')
    .later(2_000)
    .place({ 'srv-1': ['*'] })
    .start('r1', 'load', 'srv-1')
    .later(100);
  expect(waits(told, 'load')).toEqual(['unknown 1000–3000']);
  told.finish('r1', 'load', { is: 'succeeded' }).end('r1', 'succeeded').later(60_000);
  told.retry('r1', 'load', true).later(10).start('r1', 'load', 'srv-1');
  expect(waits(told, 'load')).toEqual(['unknown 1000–3000']);
});

test('what waits for other nodes waits for no server', () => {
  expect(waits(story().start('r1', 'get', 'srv-1').later(9_000), 'load')).toEqual([]);
});
