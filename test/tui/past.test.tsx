import { expect, it, vi } from 'vitest';
import type { Run } from '../../src/model/state.ts';
import { historyOf } from '../support/kept-runs.ts';
import { DIAMOND, NOON_MS, Story } from '../support/story.ts';
import { Stage } from '../support/tui-stage.ts';

function live(): Story {
  return new Story()
    .apply(DIAMOND)
    .place({ 'srv-1': ['*'] })
    .elect()
    .join('srv-1')
    .trigger('diamond', 'now-1')
    .start('now-1', 'A', 'srv-1')
    .later(5_000);
}

/** Runs of the days before, each of which failed at B; nothing of them is in the memory of the screen. */
function older(count: number): readonly Run[] {
  const story = new Story()
    .apply(DIAMOND)
    .place({ 'srv-9': ['*'] })
    .elect()
    .join('srv-9');
  for (let at = 0; at < count; at += 1) {
    const id = `old-${String(at).padStart(2, '0')}`;
    story.nowMs = NOON_MS - (count - at) * 3_600_000;
    story.trigger('diamond', id).succeed(id, 'A', 'srv-9');
    for (let tries = 0; tries < 4; tries += 1) story.fail(id, 'B', 'srv-9', 'no space left');
    story.succeed(id, 'C', 'srv-9').upstreamFailed(id, 'D').upstreamFailed(id, 'E').end(id, 'failed');
  }
  return [...story.state.runs.values()];
}

function stage(columns = 80, rows = 24): Stage {
  const stand = new Stage(live(), columns, rows);
  stand.source.history = historyOf(older(40), 100);
  return stand;
}

it.each([
  [80, 24],
  [120, 40],
])('lists runs of the history after those in memory, at %i×%i', async (columns, rows) => {
  const stand = stage(columns, rows);
  await stand.shows('now-1');
  stand.press('1');
  expect(await stand.shows('old-39')).toContain('1 of 1 + 40 of the history');
  expect(stand.terminal.text).toMatchSnapshot();
});

it('opens one of them, marked, with its node and attempts, and changes nothing of it', async () => {
  const stand = stage();
  await stand.shows('now-1');
  stand.press('1');
  await stand.shows('old-39');
  await stand.pressSlowly('j', 'j');
  stand.press('enter');
  const text = await stand.shows('HISTORY');
  expect(text).toContain('old-38');
  expect(await stand.shows('no space left')).toContain('srv-9');
  expect(stand.terminal.text).toMatchSnapshot();
  stand.press('x');
  await stand.shows('this run has left memory');
  stand.press('R');
  await stand.shows('this run has left memory');
  stand.press('4');
  await stand.shows('HISTORY');
  expect(stand.source.acted).toEqual([]);
});

it('finds a run by the beginning of its id, and says where there is none or more than one', async () => {
  const stand = stage();
  await stand.shows('now-1');
  stand.press(':', 'run old-07', 'enter');
  await stand.shows('HISTORY');
  await stand.shows('old-07');
  stand.press(':', 'run old-1', 'enter');
  await stand.shows('several ids begin with old-1');
  stand.press(':', 'run nothing', 'enter');
  await stand.shows('there is no run nothing');
  stand.press(':', 'run now', 'enter');
  await stand.hides('HISTORY');
});

it('goes from live to the past with :history, and does not cancel what it does not show', async () => {
  const stand = stage();
  await stand.shows('now-1');
  stand.press(':', 'history', 'enter');
  await stand.shows('of the history');
  // Until the chosen run is read, no other is meant.
  stand.press('G', 'x');
  await stand.shows(/this run has left memory|choose a run first/u);
  expect(stand.source.acted).toEqual([]);
});

it('says that there is none, and goes on without one that fails', async () => {
  const stand = new Stage(live());
  await stand.shows('now-1');
  stand.press(':', 'history', 'enter');
  await stand.shows('there is no history here');
  stand.source.history = {
    ...historyOf([]),
    runs: () => Promise.reject(new Error('PostgreSQL does not answer')),
  };
  stand.press('1');
  await stand.shows('PostgreSQL does not answer');
  expect(stand.terminal.text).toContain('now-1');
});

it('tells of an output whose agent is not here how much it was, where, and its last lines', async () => {
  const story = new Story()
    .apply(DIAMOND)
    .place({ 'srv-9': ['*'] })
    .elect()
    .join('srv-9');
  const tail = 'mounting /data_1\nno \u001B[31mspace\u001B[0m left\n';
  story.trigger('diamond', 'old-1').start('old-1', 'A', 'srv-9');
  story.finish('old-1', 'A', { is: 'failed', error: 'exit code 1', exitCode: 1 }, tail);
  story.steer('run.canceled', 'old-1').end('old-1', 'canceled');
  const stand = new Stage(live());
  stand.source.history = historyOf([...story.state.runs.values()], 100);
  await stand.shows('now-1');
  stand.press(':', 'run old-1', 'enter');
  await stand.shows('HISTORY');
  await stand.pressSlowly('k', 'k', 'k');
  stand.press('l');
  const before = await stand.shows(`${tail.length} B written, on srv-9`);
  expect(before).toContain('nothing of it came from there yet');
  expect(before).toContain('mounting /data_1');
  expect(before).not.toContain('nothing was written');
  expect(before).not.toContain('\u001B[31m');
  const log = await vi.waitFor(() => {
    const found = stand.source.followed.findLast(({ label, isOn }) => label === 'A#1' && isOn);
    if (found === undefined) throw new Error('it is not followed');
    return found;
  });
  log.reader.onError(new Error('the agent of srv-9 does not answer'));
  const after = await stand.shows('the agent of srv-9 does not answer');
  expect(after).toContain('its last lines, as they were recorded:');
  expect(after).toContain('mounting /data_1');
  // Its agent is there after all.
  log.writes('stdout', 'all of it\n');
  await stand.shows('all of it');
  await stand.hides('as they were recorded');
});
