import { expect, test } from 'vitest';
import { dagOf, DIAMOND, Story } from '../support/story.ts';
import { Stage } from '../support/tui-stage.ts';

/** Three runs: one failed, one succeeded, one goes on; srv-3 was never seen. */
function night(): Story {
  const story = new Story()
    .elect('srv-1.1')
    .place({ 'srv-1': ['A', 'B', 'one'], 'srv-2': ['*'], 'srv-3': ['B'] })
    .join('srv-1', 2)
    .join('srv-2', 4)
    .apply(DIAMOND)
    .apply(dagOf('small', { one: [] }))
    .trigger('diamond', 'bad-run')
    .succeed('bad-run', 'A', 'srv-1')
    .succeed('bad-run', 'C', 'srv-2');
  for (let attempt = 0; attempt < 4; attempt += 1) story.later(3_000).fail('bad-run', 'B', 'srv-1');
  story.upstreamFailed('bad-run', 'D').upstreamFailed('bad-run', 'E').end('bad-run', 'failed');
  story
    .later(60_000)
    .trigger('small', 'good-run')
    .succeed('good-run', 'one', 'srv-1')
    .end('good-run', 'succeeded');
  return story
    .later(9_000)
    .trigger('diamond', 'live-run')
    .succeed('live-run', 'A', 'srv-2')
    .start('live-run', 'B', 'srv-1')
    .later(1_500);
}

const SIZES = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const;

test.each(SIZES)('the runs at %i×%i', async (columns, rows) => {
  const stage = new Stage(night(), columns, rows);
  await stage.shows('small');
  stage.press('1');
  expect(await stage.shows('newest first')).toMatchSnapshot();
});

test.each(SIZES)('the servers at %i×%i', async (columns, rows) => {
  const stage = new Stage(night(), columns, rows);
  await stage.shows('small');
  stage.press('6');
  expect(await stage.shows('HEARD')).toMatchSnapshot();
});

test.each(SIZES)('the reload view at %i×%i', async (columns, rows) => {
  const story = night().place({ 'srv-1': ['A', 'one'], 'srv-2': ['*', 'B'] });
  const stage = new Stage(story, columns, rows);
  await stage.shows('small');
  stage.source.notices.push({
    atMs: story.nowMs,
    level: 'error',
    text: "dags/x.yaml:3:9: no node is named 'Q'",
  });
  stage.press('8');
  expect(await stage.shows('dags/x.yaml:3:9')).toMatchSnapshot();
});

test('runs are sorted and filtered, and Enter opens the drawing of the chosen one', async () => {
  const stage = new Stage(night(), 100, 30);
  await stage.shows('small');
  stage.press('1', '/', 'state:failed', 'enter');
  const failed = await stage.shows('1 of 3');
  expect(failed).toContain('bad-run');
  expect(failed).not.toContain('good-run');
  stage.press('G', 'enter');
  await stage.shows('diamond bad-run ✗ failed');
  stage.press('1');
  await stage.shows('1 of 3');
  stage.press('esc');
  await stage.shows('3 of 3');
  stage.press('s', 's');
  expect((await stage.shows('state first')).indexOf('bad-run')).toBeLessThan(
    stage.terminal.text.indexOf('good-run'),
  );
});

test('a server is cordoned with D: it says what moves and what would wait, and does nothing by itself', async () => {
  const stage = new Stage(night(), 120, 40);
  await stage.shows('small');
  stage.press('6', 'j');
  stage.press('D');
  const question = await stage.shows('Take srv-2 out of service');
  expect(question).toMatchSnapshot();
  stage.press('enter');
  await stage.hides('out of service');
  expect(stage.source.acted).toEqual([]);
  stage.press('D', 'y');
  await stage.shows('done');
  expect(stage.source.acted).toEqual([{ do: 'cordon', server: 'srv-2' }]);
  stage.source.story.cordon('srv-2');
  stage.source.changed();
  await stage.shows('◑ cordoned');
  stage.press('D');
  await stage.shows('Put srv-2 back into service?');
});

test('a filter dims what does not match, n goes to the next match, w says why, d tells all', async () => {
  const stage = new Stage(night(), 120, 40);
  await stage.shows('small');
  stage.press('enter', '/', 'state:waiting', 'enter', 'n', 'n', 'w');
  await stage.shows('D: waits for B, C');
  stage.press('esc', ':', 'run bad', 'enter');
  await stage.shows('diamond bad-run');
  stage.press(':', 'node B', 'enter', 'd');
  const text = await stage.shows('attempts, newest first');
  expect(text).toMatchSnapshot();
});

test.each([
  [80, 24],
  [120, 40],
] as const)(
  'all about a node at %i×%i: its attempts in columns, late results among them',
  async (columns, rows) => {
    const told = night().later(3_000).lose('srv-1').later(9_000).late('live-run', 'B', { is: 'succeeded' });
    told.join('srv-3').start('live-run', 'B', 'srv-3').later(2_000);
    const stage = new Stage(told, columns, rows);
    await stage.shows('small');
    stage.press('enter', ':', 'node B', 'enter', 'd');
    expect(await stage.shows('attempts, newest first')).toMatchSnapshot();
  },
);

test('marked nodes are retried together, and the question names the commands that do the same', async () => {
  const stage = new Stage(night(), 120, 40);
  await stage.shows('small');
  stage.press(':', 'run bad', 'enter', ':', 'node B', 'enter', ' ', ':', 'node D', 'enter', ' ');
  await stage.shows('marked B D');
  stage.press('R');
  expect(await stage.shows('Retry 2 nodes')).toMatchSnapshot();
  stage.press('y');
  await stage.shows('done');
  expect(stage.source.acted).toEqual([{ do: 'retry', run: 'bad-run', nodes: ['B', 'D'], downstream: true }]);
  await stage.hides('marked');
});

test('timeline and lanes show the filter and dim what it leaves out', async () => {
  const stage = new Stage(night(), 120, 40);
  await stage.shows('small');
  for (const [view, mark] of [
    ['4', 'A '],
    ['3', 'diamond/B'],
  ] as const) {
    stage.press(view, '/', 'nothing-like-it', 'enter');
    await stage.shows('/nothing-like-it');
    const y = stage.terminal.text.split('\n').findIndex((line) => line.slice(33).includes(mark));
    const x = stage.terminal.row(y).indexOf(mark, 33);
    expect(stage.terminal.styleAt(x, y)).toContain('2');
    stage.press('esc');
    await stage.hides('/nothing-like-it');
  }
});

test('another run has no marks: they were of the run before', async () => {
  const stage = new Stage(night(), 120, 40);
  await stage.shows('small');
  stage.press(':', 'run bad', 'enter', ' ');
  await stage.shows('marked');
  stage.press(':', 'run live', 'enter');
  await stage.hides('marked');
});

test('Y hands the name to the clipboard of the terminal, and only that', async () => {
  const stage = new Stage(night(), 80, 24);
  await stage.shows('small');
  stage.press('Y');
  await stage.shows('copied: live-run');
  expect(stage.terminal.copied).toEqual(['live-run']);
});

test('a command is typed, completed and run; Esc leaves it', async () => {
  const stage = new Stage(night(), 80, 24);
  await stage.shows('small');
  stage.press(':', 'serv', 'tab');
  await stage.shows(':servers');
  stage.press('enter');
  await stage.shows('HEARD');
  stage.press(':', 'q');
  await stage.shows(' :q');
  stage.press('esc');
  await stage.hides(' :q');
  expect(stage.source.acted).toEqual([]);
});
