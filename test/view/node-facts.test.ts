import { expect, test } from 'vitest';
import { nodeFacts } from '../../src/view/node-facts.ts';
import { DIAMOND, Story, utcTime } from '../support/story.ts';

function factsOf(story: Story, node: number): Record<string, string> {
  const { facts } = nodeFacts(story.state, story.run('r1'), node, story.nowMs, utcTime);
  return Object.fromEntries(facts.map(({ label, value }) => [label, value]));
}

const START = () => new Story().elect().join('srv-1').apply(DIAMOND).trigger('diamond', 'r1');

test('a waiting node says what it waits for', () => {
  expect(factsOf(START().start('r1', 'A', 'srv-1'), 1)).toEqual({
    why: 'waits for A',
    after: 'A',
    before: 'D',
    runs: 'true',
  });
});

test('a node that backs off says until when, which try it was, and how the earlier ones went', () => {
  const story = START().succeed('r1', 'A', 'srv-1').fail('r1', 'B', 'srv-1', 'exit code 1');
  story.later(60_000).fail('r1', 'B', 'srv-1', 'exit code 1', 'one\n\u001B[31mtwo\u001B[0m\n');
  const facts = factsOf(story, 1);
  expect(facts['why']).toMatch(/^backoff until 12:01:0\d, attempt 3 of 4$/);
  expect(facts).toMatchObject({
    try: '#2 of 4 on srv-1',
    took: '0.4s',
    exit: 'code 1',
    '#1': 'failed on srv-1: exit code 1',
  });
  expect(nodeFacts(story.state, story.run('r1'), 1, story.nowMs).tail).toEqual(['one', 'two']);
});

test('a node that succeeded shows its output and no tail', () => {
  const story = START()
    .start('r1', 'A', 'srv-1')
    .finish('r1', 'A', { is: 'succeeded', output: { words: 3 } }, 'tail');
  expect(factsOf(story, 0)['output']).toBe('{"words":3}');
  expect(nodeFacts(story.state, story.run('r1'), 0, story.nowMs).tail).toEqual([]);
});
