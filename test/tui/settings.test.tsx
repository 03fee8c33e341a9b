import { expect, test } from 'vitest';
import { rebind } from '../../src/tui/rebinding.ts';
import { DIAMOND, Story } from '../support/story.ts';
import { Stage } from '../support/tui-stage.ts';

function diamondStory(): Story {
  return new Story()
    .elect()
    .place({ 'srv-1': ['*'] })
    .join('srv-1')
    .apply(DIAMOND)
    .trigger('diamond', 'run-1')
    .start('run-1', 'A', 'srv-1');
}

const OTHER_KEYS = rebind(
  new Map([
    ['trigger', ['T']],
    ['help', ['H']],
    ['quit', ['Q']],
    ['first', ['aa']],
    ['yes', ['J']],
    ['close', ['esc', 'N']],
    ['next', ['ctrl-n']],
    ['previous', ['ctrl-p']],
  ]),
);

test('keys that are bound anew while the screen stands work at once, and footer, help and questions name them', async () => {
  const stage = new Stage(diamondStory());
  await stage.shows('t run');
  stage.settings.change({ keymap: OTHER_KEYS });
  const footer = await stage.shows('T run');
  expect(footer).toContain('H help  Q quit');
  stage.press('t', '?');
  stage.press('T');
  const question = await stage.shows('Run it (J)');
  expect(question).not.toContain('║ Keys');
  expect(question).toContain(' J yes  Esc no  Tab switch  Enter press');
  stage.press('y', 'n', 'q');
  stage.press('J');
  await stage.shows('done');
  expect(stage.source.acted).toEqual([{ do: 'trigger', dag: 'diamond' }]);
  stage.press('H');
  const help = await stage.shows('║ Keys');
  expect(help).toMatch(/T +run a dag/);
  expect(help).toMatch(/aa G +first, last/);
  stage.press('esc');
  await stage.hides('║ Keys');
  stage.press('Q');
  await stage.over;
});

test('a screen that becomes read-only asks for nothing', async () => {
  const stage = new Stage(diamondStory());
  await stage.shows('diamond');
  stage.settings.change({ readOnly: true });
  stage.press('t');
  await stage.shows('this screen is read-only');
});

test('--ascii can be switched on', async () => {
  const stage = new Stage(diamondStory());
  await stage.shows('▶');
  stage.settings.change({ ascii: true });
  await stage.hides('▶');
  expect(stage.terminal.text).toMatch(/^[\n -~]*$/);
});

test(':theme changes every cell, and stays until the file names another', async () => {
  const stage = new Stage(diamondStory(), 80, 24, { colors: 'true' });
  await stage.shows('diamond');
  const corners = () => [stage.terminal.styleAt(0, 23), stage.terminal.styleAt(79, 23)];
  expect(corners()).toEqual(['', '']);
  stage.press(':');
  await stage.shows(' :');
  stage.press('theme high-contrast', 'enter');
  await stage.shows('theme: high-contrast');
  for (const style of corners()) expect(style).toContain('48;2;0;0;0;38;2;255;255;255');
  stage.settings.change({ bell: 'bell' });
  expect(corners()[0]).toContain('48;2;0;0;0');
  stage.settings.change({ theme: 'light' });
  await expect.poll(() => corners()[0]).toContain('48;2;255;255;255');
});

test('without colours :theme says that none can be seen', async () => {
  const stage = new Stage(diamondStory(), 80, 24, { colors: 'none' });
  await stage.shows('diamond');
  stage.press(':');
  await stage.shows(' :');
  stage.press('theme light', 'enter');
  await stage.shows('theme: light, but colours are off');
  expect(stage.terminal.styleAt(0, 0)).toBe('1');
});

test('an error of a file is not wiped away by news before it can be read', async () => {
  const story = diamondStory();
  const stage = new Stage(story);
  await stage.shows('diamond');
  const say = (level: 'info' | 'error', text: string): void => {
    stage.source.notices.push({ atMs: story.nowMs, level, text });
    stage.source.changed();
  };
  say('error', 'config.yaml:1:8: there is no theme "drak"');
  say('info', 'placement: 3 servers');
  await stage.shows('✗ config.yaml:1:8: there is no theme "drak"');
  story.later(9_000);
  stage.source.changed();
  await stage.shows('placement: 3 servers');
});
