import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { dagOf, DIAMOND, Story } from '../support/story.ts';
import { Stage } from '../support/tui-stage.ts';

const RUN = '5e3c7q-v01m';
const NOT_WAITED = { timeout: 10_000, interval: 10 };

function story(): Story {
  const small = dagOf('small', { only: [] });
  return new Story()
    .elect()
    .place({ 'srv-1': ['*'], 'srv-2': ['*'] })
    .join('srv-1')
    .apply(DIAMOND)
    .apply({ ...small, nodes: small.nodes.map((node) => ({ ...node, retry: { ...node.retry, limit: 0 } })) })
    .trigger('small', 'older')
    .trigger('diamond', RUN)
    .start(RUN, 'A', 'srv-1');
}

/** Bytes of a mouse at the first cell of `text` on the screen. */
function at(stage: Stage, text: string, code = 0): string {
  const rows = stage.terminal.text.split('\n');
  const row = rows.findIndex((line) => line.includes(text));
  if (row < 0) throw new Error(`not on the screen: ${text}\n${stage.terminal.text}`);
  return `\u001B[<${code};${(rows[row]?.indexOf(text) ?? 0) + 1};${row + 1}M`;
}

test('a click chooses a run, a box, a row; a click on the chosen one opens it', async () => {
  const stage = new Stage(story(), 120, 40, { mouse: true });
  await stage.shows('── diamond');
  expect(stage.terminal.modes.get('1000')).toBe(true);
  stage.press(at(stage, 'D  waiting'));
  await stage.shows('── D  ○ waiting');
  stage.press(at(stage, 'A  running'));
  await stage.shows('── A  ▶ running');
  stage.press(at(stage, 'A  running'));
  await stage.shows('› Log A#1');
  stage.press('1');
  await stage.shows(' STATE ');
  stage.press(at(stage, 'small'));
  stage.press(at(stage, 'small'));
  await stage.shows(/━▸ .*small older/);
  stage.press('6');
  await stage.shows(/━▸ .*Servers/);
  stage.press(at(stage, 'srv-2'), 'D');
  await stage.shows('Take srv-2 out of service');
});

test('the wheel moves what is under it, and the keys stay where they are', async () => {
  const stage = new Stage(story(), 120, 40, { mouse: true });
  await stage.shows('━▸ Runs');
  stage.press(at(stage, 'A  running', 65));
  await stage.shows(/── [BC] {2}○ waiting/);
  expect(stage.terminal.text).toContain('━▸ Runs');
  stage.press(at(stage, '━▸ Runs', 64));
  await stage.shows('── diamond 5 nodes, not run');
});

test('off, no byte of a mouse becomes a key, and :mouse switches it', async () => {
  const stage = new Stage(story());
  await stage.shows('━▸ Runs');
  const before = stage.terminal.text;
  stage.press('\u001B[<0;40;3M', '\u001B[<64;', '2;3M', '\u001B[M !!', '\u001B[', '<0;1;1m');
  await stage.pressSlowly('?', 'z');
  await stage.hides('Keys here');
  expect(stage.terminal.text).toBe(before);
  expect(stage.terminal.modes.has('1000')).toBe(false);
  stage.press(':', 'mouse on', 'enter');
  await stage.shows('the mouse clicks and scrolls');
  expect(stage.terminal.modes.get('1006')).toBe(true);
  stage.press(':', 'mouse off', 'enter');
  await stage.shows('again');
  expect(stage.terminal.modes.get('1000')).toBe(false);
});

test('whoever leaves with the mouse on has a terminal without it', async () => {
  const stage = new Stage(story(), 80, 24, { mouse: true });
  await stage.shows('━▸ Runs');
  stage.press('q');
  await stage.over;
  expect(Object.fromEntries(stage.terminal.modes)).toMatchObject({
    '1000': false,
    '1006': false,
    '1049': false,
  });
});

test.each([
  ['bell', ''],
  ['osc9', 'dagtop: small older failed'],
] as const)('a run that fails rings with --bell %s; without it nothing does', async (bell, rung) => {
  const ringing = new Stage(story(), 80, 24, { bell });
  const quiet = new Stage(story());
  for (const stage of [ringing, quiet]) {
    await stage.shows('━▸ Runs');
    stage.source.story.fail('older', 'only', 'srv-1').end('older', 'failed');
    stage.source.changed();
    await stage.shows('✗1');
  }
  expect(ringing.terminal.rung).toEqual([rung]);
  expect(quiet.terminal.rung).toEqual([]);
});

test('Ctrl-Z gives the terminal back before the job stops, and all is drawn anew when it goes on', async () => {
  const seen: unknown[] = [];
  const stop = (): void => {
    seen.push(stage.terminal.modes.get('1049'), stage.isRaw);
    process.emit('SIGCONT');
  };
  const stage: Stage = new Stage(story(), 80, 24, { stop, mouse: true });
  await stage.shows('━▸ Runs');
  const { text } = stage.terminal;
  stage.press('\u001A');
  await vi.waitFor(() => expect(seen).toEqual([false, false]), NOT_WAITED);
  await vi.waitFor(() => expect(stage.terminal.modes.get('1049')).toBe(true), NOT_WAITED);
  await vi.waitFor(() => expect(stage.terminal.text).toBe(text), NOT_WAITED);
  expect(stage.isRaw).toBe(true);
  expect(stage.terminal.modes.get('1000')).toBe(true);
});

test('where no shell waits for the job, Ctrl-Z says so and the screen stays', async () => {
  const stage = new Stage(story(), 80, 24, { stop: () => undefined });
  await stage.shows('━▸ Runs');
  stage.press('\u001A');
  await stage.shows('not suspended: no shell waits for this job');
});

test('Ctrl-S writes what is on the screen, also a question, and says where', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dagtop-snapshot-'));
  const cwd = process.cwd();
  process.chdir(folder);
  onTestFinished(async () => {
    process.chdir(cwd);
    await rm(folder, { recursive: true, force: true });
  });
  const stage = new Stage(story());
  await stage.shows('━▸ Runs');
  stage.press('x', '\u0013');
  await stage.shows('the screen is in dagtop-diamond-5e3c7q-v01m-');
  const [name = ''] = await readdir(folder);
  expect(await readFile(name, 'utf8')).toContain('Cancel diamond');
  stage.press('n', ':', 'snapshot mine.ans', 'enter');
  await stage.shows('the screen is in mine.ans');
  stage.press(':', 'snapshot mine.ans', 'enter');
  await stage.shows('nothing is overwritten');
});

test('a file that nobody here knows is not edited, and a read-only screen edits none', async () => {
  const stage = new Stage(story());
  await stage.shows('━▸ Runs');
  stage.press('e');
  await stage.shows("the file of diamond isn't known here");
});

test('a run that starts at a node asks with what it leaves out, and the same for the shell', async () => {
  const stage = new Stage(story(), 120, 40);
  await stage.shows('── diamond');
  stage.press(':trigger diamond --from B', 'enter');
  const asked = await stage.shows('Run diamond from B on?');
  expect(asked).toContain('3 nodes will run, 2 before or beside will not; no parameters.');
  expect(asked).toContain('$ dagtop run diamond --from B');
  expect(asked).not.toContain('another dag');
  stage.press('y');
  await vi.waitFor(() => {
    expect(stage.source.acted).toEqual([{ do: 'trigger', dag: 'diamond', params: {}, from: ['B'] }]);
  }, NOT_WAITED);
});
