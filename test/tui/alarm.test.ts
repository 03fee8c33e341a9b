import { expect, test } from 'vitest';
import { Alarm } from '../../src/tui/alarm.ts';
import { dagOf, Story } from '../support/story.ts';
import { TestSource } from '../support/tui-source.ts';

function failOne(story: Story, run: string): void {
  story.trigger('small', run).fail(run, 'only', 'srv-1').end(run, 'failed');
}

function watched() {
  const small = dagOf('small', { only: [] });
  const nodes = small.nodes.map((node) => ({ ...node, retry: { ...node.retry, limit: 0 } }));
  const story = new Story()
    .elect()
    .join('srv-1')
    .apply({ ...small, nodes });
  const source = new TestSource(story);
  const rung: string[] = [];
  const begin = (): Alarm => new Alarm(source, (text) => rung.push(text));
  return { story, source, rung, begin };
}

test('a run that fails rings, once in ten seconds; one that succeeds does not', () => {
  const { story, rung, begin } = watched();
  const alarm = begin();
  failOne(story, 'one');
  alarm.hear();
  alarm.hear();
  expect(rung).toEqual(['dagtop: small one failed']);
  failOne(story.later(9_000), 'two');
  alarm.hear();
  story.later(2_000).trigger('small', 'good').succeed('good', 'only', 'srv-1').end('good', 'succeeded');
  alarm.hear();
  expect(rung).toHaveLength(1);
  failOne(story, 'three');
  alarm.hear();
  expect(rung).toEqual(['dagtop: small one failed', 'dagtop: small three failed']);
});

test('what failed before somebody watched is history, also when the broker opens late', () => {
  const { story, source, rung, begin } = watched();
  failOne(story, 'old');
  source.link = undefined;
  const alarm = begin();
  failOne(story, 'older');
  alarm.hear();
  source.link = { up: true };
  alarm.hear();
  expect(rung).toEqual([]);
  failOne(story.later(60_000), 'new');
  alarm.hear();
  expect(rung).toEqual(['dagtop: small new failed']);
});
