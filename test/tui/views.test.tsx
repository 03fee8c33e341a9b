import { expect, test } from 'vitest';
import { FIRST_UI, nodeNameOf, subjectOf } from '../../src/tui/ui-state.ts';
import type { UiState } from '../../src/tui/ui-state.ts';
import { pressKey } from '../../src/tui/steps.ts';
import { dagOf, Story, NOON_MS, utcTime } from '../support/story.ts';
import { definitionText } from '../support/tui-source.ts';
import { Stage } from '../support/tui-stage.ts';

/** `get` failed once and took its time, `slow` runs, `late` waits for a slot. */
function story(): Story {
  return new Story()
    .elect()
    .place({ 'srv-1': ['*'], 'srv-2': ['slow'] })
    .join('srv-1', 1)
    .join('srv-2', 1)
    .apply(
      dagOf('night', {
        start: [],
        get: ['start'],
        slow: ['start'],
        late: ['start'],
        end: ['get', 'slow', 'late'],
      }),
    )
    .trigger('night', '5e3c7q-v01m')
    .later(200)
    .succeed('5e3c7q-v01m', 'start', 'srv-1')
    .start('5e3c7q-v01m', 'slow', 'srv-2')
    .later(300)
    .fail('5e3c7q-v01m', 'get', 'srv-1')
    .later(2_000)
    .start('5e3c7q-v01m', 'get', 'srv-1')
    .later(1_500);
}

test.each([
  [80, 24],
  [120, 40],
] as const)(
  'the timeline at %i×%i: bars of every attempt, the critical path, and who stood idle',
  async (columns, rows) => {
    const stage = new Stage(story(), columns, rows);
    await stage.shows('night');
    stage.press('4');
    expect(await stage.shows(/[|│]0\.0s/)).toMatchSnapshot();
  },
);

test.each([
  [80, 24],
  [120, 40],
] as const)(
  'the timeline at %i×%i, with earlier runs: what is expected of the rest',
  async (columns, rows) => {
    const told = story();
    told.finish('5e3c7q-v01m', 'get', { is: 'succeeded' }).finish('5e3c7q-v01m', 'slow', { is: 'succeeded' });
    told
      .start('5e3c7q-v01m', 'late', 'srv-1')
      .later(3_000)
      .finish('5e3c7q-v01m', 'late', { is: 'succeeded' });
    told.succeed('5e3c7q-v01m', 'end', 'srv-1').end('5e3c7q-v01m', 'succeeded').later(60_000);
    told
      .trigger('night', '5e3d11-x0x0')
      .succeed('5e3d11-x0x0', 'start', 'srv-1')
      .start('5e3d11-x0x0', 'slow', 'srv-2');
    told.start('5e3d11-x0x0', 'get', 'srv-1').later(1_000);
    const stage = new Stage(told, columns, rows);
    await stage.shows('night');
    stage.press('4');
    expect(await stage.shows(/[|│]0\.0s/)).toMatchSnapshot();
  },
);

test.each([
  [80, 24],
  [120, 40],
] as const)('the servers at %i×%i: what each does now, and what waits', async (columns, rows) => {
  const stage = new Stage(story(), columns, rows);
  await stage.shows('night');
  stage.press('3');
  expect(await stage.shows('attempts now')).toMatchSnapshot();
});

test('in ASCII they are ASCII', async () => {
  const stage = new Stage(story(), 100, 30, { ascii: true, colors: 'none' });
  await stage.shows('night');
  stage.press('4');
  expect(await stage.shows(/[|│]0\.0s/)).toMatch(/^[ -~\n]+$/);
  stage.press('3');
  expect(await stage.shows('attempts now')).toMatch(/^[ -~\n]+$/);
});

test('2 shows the drawing again, and the node stays chosen', async () => {
  const stage = new Stage(story());
  await stage.shows('night');
  stage.press('4', 'j', 'j', '2');
  expect(await stage.shows('start')).not.toContain('Timeline');
  for (const [key, text] of [
    ['4', ' › Timeline'],
    ['7', 'events, follows'],
  ] as const) {
    stage.press(key);
    await stage.shows(text);
    stage.press('esc');
    await stage.hides(text);
  }
});

function nodeAfter(keys: string): string {
  const { state } = story();
  const extent = {
    listHeight: 5,
    log: { sheet: undefined, width: 80, height: 10 },
    events: [],
    nowMs: NOON_MS,
    timeText: utcTime,
    reloadLines: 0,
    page: { width: 74, height: 18 },
    definitionText,
    drawing: { width: 80, height: 20 },
  };
  let ui: UiState = FIRST_UI;
  for (const key of keys.split(' ')) ({ ui } = pressKey(state, ui, key, extent));
  const subject = subjectOf(state, ui);
  return subject === undefined ? '' : nodeNameOf(subject);
}

test('keys go from row to row, in the order in which things ran', () => {
  expect(nodeAfter('4 g g')).toBe('start');
  expect(nodeAfter('4 g g j')).toBe('slow');
  expect(nodeAfter('4 g g j j')).toBe('get');
  expect(nodeAfter('4 G')).toBe('end');
  expect(nodeAfter('4 G k')).toBe('late');
});

test('keys go from attempt to attempt on the servers', () => {
  expect(nodeAfter('3 g g')).toBe('get');
  expect(nodeAfter('3 g g j')).toBe('slow');
  expect(nodeAfter('3 g g j j')).toBe('slow');
  expect(nodeAfter('3 g g j k')).toBe('get');
});

test.each([
  [80, 24],
  [120, 40],
] as const)('the events at %i×%i: newest at the bottom, and followed', async (columns, rows) => {
  const stage = new Stage(story(), columns, rows);
  await stage.shows('night');
  stage.press('7');
  expect(await stage.shows('events, follows')).toMatchSnapshot();
});

test('a filter is typed, kept with Enter, turned around with !, and taken away with Esc', async () => {
  const stage = new Stage(story(), 120, 40);
  await stage.shows('night');
  stage.press('7', '/', 'started on srv-[2]');
  expect(await stage.shows('1 event, follows  /started on srv-[2]')).toContain('words, a regex');
  stage.press('enter');
  await stage.shows('jk move');
  expect(await stage.shows('slow#1 started on srv-2')).not.toContain('triggered by');
  stage.press('/', 'backspace', 'backspace', 'backspace', 'esc');
  await stage.shows('triggered by');
  stage.press('/', '!srv');
  expect(await stage.shows('/!srv')).not.toContain('joined with');
});

test('what is typed into a filter steers nothing, and what is no pattern is text', async () => {
  const stage = new Stage(story(), 120, 40);
  await stage.shows('night');
  stage.press('7', '/', 'xqRt(');
  expect(await stage.shows('nothing matches')).not.toContain('Cancel');
  expect(stage.source.acted).toEqual([]);
});

test('the list is scrolled, stands still while events come, and follows again at its end', async () => {
  const told = story();
  for (let at = 0; at < 40; at += 1) told.steer(at % 2 === 0 ? 'run.paused' : 'run.resumed', '5e3c7q-v01m');
  const stage = new Stage(told);
  await stage.shows('night');
  stage.press('7', 'g', 'g');
  expect(await stage.shows(/1–\d+ of 56/)).toContain('leads, epoch 1');
  told.steer('run.paused', '5e3c7q-v01m');
  stage.source.changed();
  expect(await stage.shows(/1–\d+ of 57/)).toContain('leads, epoch 1');
  stage.press('G');
  await stage.shows('57 events, follows');
});

test('c shows the critical path: by name in the title, and its lines in bold', async () => {
  const stage = new Stage(story(), 120, 40);
  await stage.shows('night');
  stage.press('enter', 'c');
  const text = await stage.shows('◆ start → slow');
  const rows = text.split('\n');
  const y = rows.findIndex((row) => row.includes('┴┬') || row.includes('┬┴') || row.includes('┬─'));
  const styles = Array.from(rows[y] ?? '', (_, x) => stage.terminal.styleAt(x, y));
  expect(styles).toContain('1;35');
  stage.press('c');
  await stage.hides('◆ start');
});
