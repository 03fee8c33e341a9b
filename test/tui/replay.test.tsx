import { expect, test } from 'vitest';
import { Story, dagOf } from '../support/story.ts';
import { Stage } from '../support/tui-stage.ts';

/** `get` failed once, `slow` runs still, `late` waits for the one slot of srv-1; a run of another dag is over. */
function story(): Story {
  return new Story()
    .elect()
    .place({ 'srv-1': ['*'], 'srv-2': ['slow'] })
    .join('srv-1', 1)
    .join('srv-2', 1)
    .apply(dagOf('small', { only: [] }))
    .trigger('small', 'r0')
    .succeed('r0', 'only', 'srv-1')
    .end('r0', 'succeeded')
    .later(5_000)
    .apply(
      dagOf('night', {
        start: [],
        get: ['start'],
        slow: ['start'],
        late: ['start'],
        end: ['get', 'slow', 'late'],
      }),
    )
    .trigger('night', 'r1')
    .later(200)
    .succeed('r1', 'start', 'srv-1')
    .start('r1', 'slow', 'srv-2')
    .later(300)
    .fail('r1', 'get', 'srv-1', 'exit code 1', 'no such host')
    .later(2_000)
    .start('r1', 'get', 'srv-1')
    .later(1_500);
}

test.each([
  [80, 24],
  [120, 40],
] as const)(
  'at %i×%i: the run, its node and its servers as they were, said in the title',
  async (columns, rows) => {
    const stage = new Stage(story(), columns, rows);
    await stage.shows('night');
    stage.press('enter', '<', '<', ',');
    await stage.shows('step 8/11');
    expect(await stage.shows('get#1 started on srv-1')).toMatchSnapshot();
    stage.press('3');
    expect(await stage.shows('2 attempts now')).toMatchSnapshot();
    stage.press('4');
    expect(await stage.shows(/[|│]0\.0s/)).toMatchSnapshot();
  },
);

test('steps lead back and on, to failures, to numbers, and to live again', async () => {
  const stage = new Stage(story(), 120, 40);
  await stage.shows('night');
  stage.press('.');
  await stage.shows('this is live');
  stage.press(',');
  await stage.shows('REPLAY  12:00:08 +3.3s step 10/11');
  stage.press('.');
  await stage.shows('step 11/11');
  stage.press('.');
  await stage.shows('this is the newest step; 0 goes back to live');
  stage.press(':', 'replay failed', 'enter');
  expect(await stage.shows('step 9/11')).toContain('failed on srv-1: exit code 1');
  stage.press(':', 'replay 2', 'enter');
  expect(await stage.shows('step 2/11')).toContain('start#1 sent to srv-1');
  stage.press(',', ',');
  await stage.shows('this is the first step');
  stage.press(':', 'replay +2s', 'enter');
  await stage.shows('step 9/11');
  stage.press(':', 'replay yesterday', 'enter');
  await stage.shows('there is no moment yesterday');
  stage.press('0');
  expect(await stage.shows('live again')).not.toContain('REPLAY');
  expect(stage.source.eventReaders.size).toBe(0);
});

test('why and all about a node are told as of then', async () => {
  const stage = new Stage(story(), 120, 40);
  await stage.shows('night');
  stage.press('enter', ':', 'node late', 'enter', ':', 'replay 8', 'enter');
  await stage.shows('step 8/11');
  stage.press('w');
  await stage.shows('late: srv-1 is full');
  stage.press(':', 'replay 5', 'enter');
  await stage.shows('step 5/11');
  stage.press('w');
  await stage.shows('late: about to start');
  stage.press(':', 'node get', 'enter', 'd');
  expect(await stage.shows('║ get  waiting')).not.toContain('attempts');
});

test('nothing is changed from the past, and it says so', async () => {
  const stage = new Stage(story(), 80, 24);
  await stage.shows('night');
  stage.press(',');
  await stage.shows('REPLAY');
  for (const key of ['t', 'r', 'R', 'x', 'p']) {
    await stage.pressSlowly('.');
    stage.press(key);
    await stage.shows('this is a replay; 0 goes back to live');
  }
  stage.press(':', 'cancel', 'enter');
  await stage.shows('this is a replay; 0 goes back to live');
  stage.press('0', 'x');
  await stage.shows('Cancel night r1?');
  expect(stage.source.acted).toEqual([]);
});

test('what goes on makes the replay longer, and it stands where it stood', async () => {
  const told = story();
  const stage = new Stage(told, 120, 40);
  await stage.shows('night');
  stage.press(',');
  await stage.shows('step 10/11');
  told.finish('r1', 'get', { is: 'succeeded' }).start('r1', 'late', 'srv-1');
  stage.source.changed();
  await stage.shows('step 10/14');
  stage.press('.', '.');
  expect(await stage.shows('step 12/14')).toContain('get#2 succeeded');
});

test('whoever chooses another run sees that as it is', async () => {
  const stage = new Stage(story(), 80, 24);
  await stage.shows('night');
  stage.press(',');
  await stage.shows('REPLAY');
  stage.press('G');
  await stage.hides('REPLAY');
  expect(stage.source.eventReaders.size).toBe(0);
});

test('while the log is read the live run stays, what is asked for is done then, and an error is said', async () => {
  const stage = new Stage(story(), 80, 24);
  await stage.shows('night');
  const gate = Promise.withResolvers<void>();
  stage.source.gate = gate.promise;
  stage.press(',', ',', ',');
  expect(await stage.shows('REPLAY: reading the log … 0 %')).toContain('▶ slow');
  gate.resolve();
  await stage.shows('step 8/11');
  stage.press('0');
  await stage.hides('REPLAY');
  stage.source.gate = new Promise(() => undefined);
  stage.press(',');
  await stage.shows('reading the log');
  for (const { reader } of stage.source.eventReaders) reader.onError(new Error('the log is gone'));
  await stage.shows('REPLAY failed: the log is gone');
});

test('in ASCII it is ASCII', async () => {
  const stage = new Stage(story(), 100, 30, { ascii: true, colors: 'none' });
  await stage.shows('night');
  stage.press(',');
  expect(await stage.shows('REPLAY')).toMatch(/^[ -~\n]+$/);
});
