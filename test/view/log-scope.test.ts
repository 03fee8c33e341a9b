import { expect, test } from 'vitest';
import { limits } from '../../src/model/limits.ts';
import type { RunId } from '../../src/model/ids.ts';
import { followedIn } from '../../src/view/log-scope.ts';
import type { LogScope } from '../../src/view/log-scope.ts';
import { DIAMOND, fanOf, Story } from '../support/story.ts';

/** Ends with a word. */
const DONE = { is: 'succeeded' } as const;

function followed(
  story: Story,
  node: string,
  scope: LogScope,
  attempt?: number,
): readonly [string[], number] {
  const run = story.state.runs.get('r1' as RunId);
  const index = run?.definition.dag.nodes.findIndex(({ name }) => name === node) ?? -1;
  if (run === undefined) throw new Error('no run');
  const { attempts, nodes } = followedIn(run, index, scope, attempt);
  return [attempts.map((one) => `${one.server} ${one.node}#${one.attempt}`), nodes];
}

const diamond = (): Story =>
  new Story()
    .elect()
    .join('srv-1')
    .join('srv-2')
    .apply(DIAMOND)
    .trigger('diamond', 'r1')
    .start('r1', 'A', 'srv-1')
    .later(400)
    .finish('r1', 'A', DONE, 'done')
    .fail('r1', 'B', 'srv-1')
    .later(600_000)
    .start('r1', 'B', 'srv-2')
    .start('r1', 'C', 'srv-1')
    .later(400)
    .finish('r1', 'C', DONE, 'done');

test('a node is shown by its newest attempt, or the one that is asked for', () => {
  expect(followed(diamond(), 'B', 'node')).toEqual([['srv-2 B#2'], 1]);
  expect(followed(diamond(), 'B', 'node', 1)).toEqual([['srv-1 B#1'], 1]);
  expect(followed(diamond(), 'B', 'node', 9)).toEqual([[], 0]);
  expect(followed(diamond(), 'D', 'node')).toEqual([[], 0]);
});

test('a branch is the node with all before or after it; what runs comes first, then what ended last', () => {
  expect(followed(diamond(), 'B', 'upstream')).toEqual([['srv-2 B#2', 'srv-1 A#1'], 2]);
  expect(followed(diamond(), 'A', 'downstream')).toEqual([['srv-2 B#2', 'srv-1 C#1', 'srv-1 A#1'], 3]);
  expect(followed(diamond(), 'C', 'run')).toEqual([['srv-2 B#2', 'srv-1 C#1', 'srv-1 A#1'], 3]);
});

test('of several nodes, what ended without a word is left out', () => {
  const story = diamond().later(600_000);
  story.finish('r1', 'B', { is: 'failed', error: 'exit code 1', exitCode: 1 });
  expect(followed(story, 'B', 'run')).toEqual([['srv-1 C#1', 'srv-1 A#1'], 2]);
  expect(followed(story, 'B', 'node')[0]).toEqual(['srv-2 B#2']);
});

test('of very many so many are followed: what runs, what failed, what ended last; what starts displaces nothing that runs', () => {
  const story = new Story().elect().join('srv-1', 100).apply(fanOf('fan', 40)).trigger('fan', 'r1');
  story.start('r1', 'split', 'srv-1').later(400).finish('r1', 'split', DONE, 'done').later(1_000);
  const part = (at: number): string => `part-${String(at).padStart(3, '0')}`;
  for (let at = 1; at <= 20; at += 1)
    story.start('r1', part(at), 'srv-1').later(400).finish('r1', part(at), DONE, 'done').later(1_000);
  story.fail('r1', part(21), 'srv-1', 'exit code 1', 'oh no').later(1_000);
  story.start('r1', part(30), 'srv-1').later(1_000).start('r1', part(22), 'srv-1').later(1_000);
  const [labels, nodes] = followed(story, 'split', 'run');
  expect(nodes).toBe(24);
  expect(labels).toHaveLength(limits.logNodesFollowedMax);
  expect(labels.slice(0, 5)).toEqual([30, 22, 21, 20, 19].map((at) => `srv-1 ${part(at)}#1`));
  for (let at = 23; at <= 40; at += 1) if (at !== 30) story.start('r1', part(at), 'srv-1').later(1_000);
  expect(followed(story, 'split', 'run')[0].slice(0, 3)).toEqual(
    [30, 22, 23].map((at) => `srv-1 ${part(at)}#1`),
  );
});
