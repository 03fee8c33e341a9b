import { expect, test, vi } from 'vitest';
import type { RunId } from '../../src/model/ids.ts';
import { dagOf, NOON_MS, Story } from '../support/story.ts';
import { Stage } from '../support/tui-stage.ts';
import type { Followed } from '../support/tui-source.ts';

/** `split` is done; `left` runs on one server, `right` on another, after a first try on the one. */
function night(): Story {
  return new Story()
    .elect()
    .join('srv-1')
    .join('srv-2')
    .apply(dagOf('night', { split: [], left: ['split'], right: ['split'], join: ['left', 'right'] }))
    .trigger('night', '5e3c7q-v01m')
    .later(200)
    .start('5e3c7q-v01m', 'split', 'srv-1')
    .later(400)
    .finish('5e3c7q-v01m', 'split', { is: 'succeeded' }, 'split up')
    .start('5e3c7q-v01m', 'left', 'srv-1')
    .fail('5e3c7q-v01m', 'right', 'srv-1')
    .later(600_000)
    .start('5e3c7q-v01m', 'right', 'srv-2');
}

/** The attempt that is followed under a label, as soon as it is. */
function followed(stage: Stage, label: string): Promise<Followed> {
  return vi.waitFor(() => {
    const found = stage.source.followed.findLast((one) => one.label === label && one.isOn);
    if (found === undefined) throw new Error(`${label} is not followed`);
    return found;
  });
}

async function logOf(scopeKeys: string, columns = 80, rows = 24): Promise<Stage> {
  const stage = new Stage(night(), columns, rows);
  await stage.shows('night');
  stage.press('l', scopeKeys);
  return stage;
}

const atMs = (seconds: number): number => NOON_MS + 601_000 + seconds * 1_000;

test.each([
  [80, 24],
  [120, 40],
] as const)(
  'all servers in one log at %i×%i: by time, each line with who wrote it',
  async (columns, rows) => {
    const stage = await logOf('aaaT', columns, rows);
    // Until then it may still be the scope before that is followed.
    await stage.shows('on all servers');
    const [left, right] = [await followed(stage, 'left#1'), await followed(stage, 'right#2')];
    left.writes('stdout', 'left begins\n', atMs(1));
    left.writes('stdout', 'left goes on\n', atMs(3));
    right.writes('stdout', 'right begins, 二番\n', atMs(2));
    right.writes('stderr', 'right warns\n', atMs(4));
    right.writes('stdout', '50 %\r60 %', atMs(5));
    expect(await stage.shows('60 %')).toMatchSnapshot();
  },
);

test('a goes from the node to what is before it, after it, and to all', async () => {
  const stage = await logOf('');
  await stage.shows('Log left#1');
  stage.press('a');
  await stage.shows('Log left and upstream (2 nodes)');
  await followed(stage, 'split#1');
  stage.press('a');
  await stage.shows('Log left and downstream (1 node)');
  stage.press('a');
  await stage.shows('Log night on all servers (3 nodes)');
  await followed(stage, 'right#2');
  stage.press('a');
  await stage.shows('Log left#1');
  await vi.waitFor(() =>
    expect(stage.source.followed.flatMap(({ label, isOn }) => (isOn ? [label] : []))).toEqual(['left#1']),
  );
});

test('a node that is displaced comes back where it was', async () => {
  const stage = await logOf('aaa');
  const left = await followed(stage, 'left#1');
  left.writes('stdout', 'before\n');
  await stage.shows('before');
  const run = stage.source.story.state.runs.get('5e3c7q-v01m' as RunId);
  const index = run?.definition.indexOf.get('left' as never) ?? -1;
  const attempts = run?.nodes[index]?.attempts.splice(0);
  stage.source.changed();
  await vi.waitFor(() => expect(left.isOn).toBe(false));
  run?.nodes[index]?.attempts.push(...(attempts ?? []));
  stage.source.changed();
  const again = await followed(stage, 'left#1');
  expect(again.from).toEqual({ stdout: 'before\n'.length, stderr: 0 });
  again.writes('stdout', 'after\n');
  expect((await stage.shows('after')).match(/before/g)).toHaveLength(1);
});

test('[ and ] go to older and newer attempts', async () => {
  const stage = new Stage(night());
  await stage.shows('night');
  stage.press(':', 'node right', 'enter', 'L');
  await stage.shows('Log right#2');
  stage.press('[');
  await stage.shows('Log right#1 of 2');
  (await followed(stage, 'right#1')).writes('stdout', 'the first try\n');
  await stage.shows('the first try');
  stage.press('[');
  await stage.shows('there is no older one: 2 attempts');
  stage.press(']');
  await stage.hides('the first try');
  await stage.shows('Log right#2');
});

test('who scrolls back stays there, is told how much came, and F follows again', async () => {
  const stage = await logOf('');
  const left = await followed(stage, 'left#1');
  left.writes('stdout', Array.from({ length: 100 }, (_, at) => `line ${at + 1}\n`).join(''));
  await stage.shows('line 100');
  stage.press('k', 'k');
  await stage.shows('79–98 of 100');
  left.writes('stdout', 'late 1\nlate 2\nlate');
  await stage.shows('79–98 of 103  3 new ↓');
  expect(stage.terminal.text).not.toContain('late 2');
  stage.press('F');
  await stage.shows('late 2');
  await stage.hides('new ↓');
});

test('/ searches with smart case, n and N go round, Esc clears', async () => {
  const stage = await logOf('');
  const left = await followed(stage, 'left#1');
  left.writes('stdout', Array.from({ length: 99 }, (_, at) => `line ${at + 1}\n`).join('') + 'Line 100\n');
  await stage.shows('Line 100');
  stage.press('/', 'line .?7$');
  await stage.shows('/line .?7$');
  stage.press('enter');
  await stage.shows(/ ▸line 97\n/);
  stage.press('N');
  await stage.shows(/ ▸line 87\n/);
  stage.press('n', 'n');
  await stage.shows(/ ▸line 7\n/);
  await stage.pressSlowly('esc', '/', 'Line', 'enter');
  await stage.shows(/ ▸Line 100\n/);
  stage.press('esc');
  await stage.hides('▸Line 100');
  expect(stage.terminal.text).toContain('Log left#1');
  stage.press('n');
  await stage.shows('nothing is searched');
});

test('& shows the lines that match alone; what is no expression is said, and taken as plain text', async () => {
  const stage = await logOf('');
  const left = await followed(stage, 'left#1');
  left.writes('stdout', 'fine\nif(x)\n');
  left.writes('stderr', 'broken\n');
  await stage.shows('broken');
  stage.press('&', 'f(');
  await stage.shows('as plain text: Unterminated group');
  await stage.hides('broken');
  expect(stage.terminal.text).toContain('1 of 3 lines');
  stage.press('enter');
  await stage.hides('Unterminated');
  expect(stage.terminal.text).toContain('&f( (as plain text)');
  await stage.pressSlowly('&', 'ctrl-u', 'stream:stderr', 'enter');
  await stage.shows('broken');
  await stage.hides('fine');
  await stage.pressSlowly('&', 'ctrl-u', 'nothing', 'enter');
  await stage.shows('none of 3 lines matches');
  stage.press('esc');
  await stage.shows('fine');
});

test('W wraps long lines, also wide characters, and scrolls by rows', async () => {
  const stage = await logOf('');
  const left = await followed(stage, 'left#1');
  left.writes('stdout', `${'日本語'.repeat(60)}end\n`.repeat(12));
  await stage.shows('日本語');
  expect(stage.terminal.text).not.toContain('end');
  stage.press('W');
  await stage.shows('語end');
  expect(stage.terminal.row(2)).toBe(`  ${'日本語'.repeat(13)}`);
  stage.press('k');
  await vi.waitFor(() => expect(stage.terminal.row(2)).toBe(`  ${'日本語'.repeat(8)}end`));
});

test('T shows the time of day, then the time since the attempt began', async () => {
  const stage = await logOf('');
  const left = await followed(stage, 'left#1');
  left.writes('stdout', 'timed\n', NOON_MS + 65_450);
  left.writes('stderr', 'of an older agent\n');
  await stage.shows('timed');
  stage.press('T');
  await stage.shows('12:01:05.450   timed');
  await stage.shows('             ! of an older agent');
  stage.press('T');
  await stage.shows(' +1:04.850   timed');
  stage.press('T');
  await stage.hides('+1:05.250');
});

test('in ASCII and without colour all of it can still be read', async () => {
  const stage = new Stage(night(), 100, 24, { ascii: true, colors: 'none' });
  await stage.shows('night');
  stage.press('l', 'a', 'a', 'a');
  const right = await followed(stage, 'right#2');
  right.writes('stderr', 'bad news\n');
  stage.press('/', 'news', 'enter');
  const text = await stage.shows('srv-2 right#2 !>bad news');
  expect(text).toMatch(/^[ -~\n]+$/);
});
