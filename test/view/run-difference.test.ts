import { expect, it } from 'vitest';
import { runDifference } from '../../src/view/run-difference.ts';
import { dagOf, DIAMOND, Story } from '../support/story.ts';

function story(): Story {
  const told = new Story()
    .apply(DIAMOND)
    .apply(dagOf('other', { A: [], Z: ['A'] }))
    .place({ 'srv-1': ['*'], 'srv-2': ['*'] })
    .elect()
    .join('srv-1')
    .join('srv-2');
  for (const id of ['good', 'same', 'bad']) told.trigger('diamond', id).succeed(id, 'A', 'srv-1');
  return told;
}

it('finds nothing between two runs that went alike', () => {
  const told = story();
  const { version, params, nodes, tookMs } = runDifference(told.run('good'), told.run('same'));
  expect({ version, params, nodes, tookMs }).toEqual({
    version: undefined,
    params: [],
    nodes: [],
    tookMs: { one: undefined, other: undefined },
  });
});

it('says state, tries, server, error, output and time of the nodes that differ', () => {
  const told = story();
  told.start('good', 'B', 'srv-1').later(10_000);
  told.finish('good', 'B', { is: 'succeeded', output: { rows: 7 } });
  for (let tries = 0; tries < 4; tries += 1) told.fail('bad', 'B', 'srv-2', 'no disk');
  told
    .start('good', 'C', 'srv-1')
    .later(1_000)
    .finish('good', 'C', { is: 'succeeded', output: [1] });
  // A tenth longer is as long.
  told
    .start('bad', 'C', 'srv-1')
    .later(1_100)
    .finish('bad', 'C', { is: 'succeeded', output: [1] });
  expect(runDifference(told.run('good'), told.run('bad')).nodes).toEqual([
    {
      node: 'B',
      state: { one: 'succeeded', other: 'failed' },
      attempts: { one: 1, other: 4 },
      server: { one: 'srv-1', other: 'srv-2' },
      output: { one: { rows: 7 }, other: undefined },
      error: { one: undefined, other: 'no disk' },
      tookMs: { one: 10_000, other: 400 },
    },
  ]);
});

it('compares what two versions, or two dags, have in common, and names the rest', () => {
  const told = story();
  told.trigger('other', 'else').succeed('else', 'A', 'srv-1');
  const { version, nodes } = runDifference(told.run('good'), told.run('else'));
  expect(version).toEqual({ one: 'hash-diamond', other: 'hash-other' });
  expect(nodes).toEqual([
    ...['B', 'C', 'D', 'E'].map((node) => ({ node, state: { one: 'waiting', other: undefined } })),
    { node: 'Z', state: { one: undefined, other: 'waiting' } },
  ]);
});
