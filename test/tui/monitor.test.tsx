import { expect, test, vi } from 'vitest';
import { CodedError } from '../../src/model/coded-error.ts';
import { dagOf, DIAMOND, fanOf, Story } from '../support/story.ts';
import { Stage } from '../support/tui-stage.ts';

const RUN = '5e3c7q-v01m';

function diamondStory(): Story {
  return new Story()
    .elect()
    .place({ 'srv-1': ['A', 'B', 'E'], 'srv-2': ['C', 'D'], 'srv-3': ['*'] })
    .join('srv-1')
    .join('srv-2', 2)
    .apply(DIAMOND)
    .trigger('diamond', RUN)
    .succeed(RUN, 'A', 'srv-1')
    .fail(RUN, 'B', 'srv-1')
    .start(RUN, 'C', 'srv-2')
    .later(9_000);
}

test('80×24: dags and runs, servers, the drawing, and why the node is where it is', async () => {
  const stage = new Stage(diamondStory());
  expect(await stage.shows('diamond')).toMatchInlineSnapshot(`
    " dagtop ● up  leader sch-1  last  9s     0 ev/s         runs ▶1 ✓0 ✗0  12:00:09
    ━▸ Runs ━━━━━━━━━━━━━━━━━━━│── diamond 5e3c7q-v01m ▶ running 1/5 9.8s ──────────
     diamond                   │      ┌─────┐    ┌─────┐
    ▸  ▶ running       1/5   9s│      │ ✓ A ├─┬─▶│ ↻ B ├─┐  ┌─────┐   ┌─────┐
                               │      └─────┘ │  └─────┘ ├─▶│ ○ D ├──▶│ ○ E │
                               │              │  ╔═════╗ │  └─────┘   └─────┘
                               │              └─▶║ ▶ C ╟─┘
                               │                 ╚═════╝
                               │
                               │
                               │
                               │
                               │
                               │
                               │
                               │
                               │── C  ▶ running ────────────────────────────────────
                               │ why     runs on srv-2
    ── Servers 2/3 up ─────────│ try     #1 of 4 on srv-2
     ● srv-1            0/4 now│ took    9.0s
     ● srv-2            1/2 now│ after   A
     · srv-3    never seen    -│ before  D …

     jk move  Enter open  l log  t run  r retry  R +down  x cancel  ? help  q quit"
  `);
});

test('80×24, opened: the run takes the width, with the log beside the facts', async () => {
  const stage = new Stage(diamondStory());
  await stage.shows('diamond');
  stage.press('enter');
  await vi.waitFor(() => expect(stage.source.followed).toHaveLength(1));
  stage.source.followed[0]?.writes('stdout', 'sorting words-c.txt\n');
  stage.source.followed[0]?.writes('stderr', 'sort: slow disk\n');
  expect(await stage.shows('slow disk')).toMatchInlineSnapshot(`
    " dagtop ● up  leader sch-1  last  9s     0 ev/s         runs ▶1 ✓0 ✗0  12:00:09
    ━▸ Runs › diamond 5e3c7q-v01m ▶ running 1/5 9.8s ▶1 ↻1 ○2 ✓1 ━━━━━━━━━━━━━━━━━━━
                               (✓ A  succeeded #1 srv-1)
                             ┌─────────────┴─────────────┐
                             ▼                           ▼
                 (↻ B  retrying #1 srv-1 )   [▶ C  running #1 srv-2  ]
                             └─────────────┬─────────────┘
                                           ▼
                               (○ D  waiting           )
                                           ▼
                               (○ E  waiting           )



    ── C  ▶ running ───────────────────────│── Log C#1 follows ─────────────────────
     why     runs on srv-2                 │  sorting words-c.txt
     try     #1 of 4 on srv-2              │! sort: slow disk
     took    9.0s                          │
     after   A                             │
     before  D                             │
     runs    true                          │
                                           │

     hjkl move  Esc back  L log  t run  r retry  R +down  x cancel  ? help  q quit"
  `);
});

test('120×40: everything at once', async () => {
  const stage = new Stage(diamondStory(), 120, 40);
  expect(await stage.shows('diamond')).toMatchInlineSnapshot(`
    " dagtop ● up  embedded ./.dagtop  leader sch-1 epoch 1  last event  9s     0 events/s           runs ▶1 ✓0 ✗0  12:00:09
    ━▸ Runs ━━━━━━━━━━━━━━━━━━━━━━━━│── diamond 5e3c7q-v01m ▶ running 1/5 9.8s ▶1 ↻1 ○2 ✓1 ─────────────────────────────────
     diamond                        │                              ┌─────────────────────────┐
    ▸  ▶ running            1/5   9s│                              │ ✓ A  succeeded #1 srv-1 │
                                    │                              └────────────┬────────────┘
                                    │                            ┌──────────────┴──────────────┐
                                    │                            ▼                             ▼
                                    │               ┌─────────────────────────┐   ╔═════════════════════════╗
                                    │               │ ↻ B  retrying #1 srv-1  │   ║ ▶ C  running #1 srv-2   ║
                                    │               └────────────┬────────────┘   ╚════════════╤════════════╝
                                    │                            └──────────────┬──────────────┘
                                    │                                           ▼
                                    │                              ┌─────────────────────────┐
                                    │                              │ ○ D  waiting            │
                                    │                              └────────────┬────────────┘
                                    │                                           ▼
                                    │                              ┌─────────────────────────┐
                                    │                              │ ○ E  waiting            │
                                    │                              └─────────────────────────┘
                                    │
                                    │
                                    │
                                    │
                                    │
                                    │── C  ▶ running ───────────────────────────│── Log C#1 follows ────────────────────────
                                    │ why     runs on srv-2                     │ nothing written yet
                                    │ try     #1 of 4 on srv-2                  │
                                    │ took    9.0s                              │
                                    │ after   A                                 │
                                    │ before  D                                 │
                                    │ runs    true                              │
                                    │                                           │
                                    │                                           │
                                    │                                           │
    ── Servers 2/3 up ──────────────│                                           │
     ● srv-1         0/4 now   0.1.0│                                           │
     ● srv-2         1/2 now   0.1.0│                                           │
     · srv-3 never seen    -       -│                                           │

     jk move  Enter open  l log  t run  r retry  R +down  x cancel  p pause  1-8 views  / filter  : command  ? help  q quit"
  `);
});

test('--ascii without colour: only ASCII reaches the terminal, and no colour', async () => {
  const stage = new Stage(diamondStory(), 80, 24, { ascii: true, colors: 'none' });
  const screen = await stage.shows('diamond');
  expect(screen).toMatch(/^[ -~\n]+$/);
  expect(screen).toContain('| ~ B +');
  for (let y = 0; y < 24; y += 1) {
    for (let x = 0; x < 80; x += 1) expect(stage.terminal.styleAt(x, y)).not.toMatch(/3\d/);
  }
});

test('"jjj" in one go moves three', async () => {
  const stage = new Stage(diamondStory());
  await stage.shows('diamond');
  stage.press('enter', 'kkkk', 'jjj');
  await stage.shows('── E  ○ waiting');
});

test('what happens shows by itself', async () => {
  const stage = new Stage(diamondStory());
  await stage.shows('running 1/5');
  stage.source.story.finish(RUN, 'C', { is: 'succeeded' });
  stage.source.changed();
  await stage.shows('2/5');
});

test('a question names what it touches; Enter keeps everything as it is, y does it', async () => {
  const stage = new Stage(diamondStory());
  await stage.shows('diamond');
  stage.press('x');
  const asked = await stage.shows('[▸ Keep it ]');
  expect(asked).toContain(`Cancel diamond ${RUN}?`);
  expect(asked).toContain('1 running node will be stopped: C');
  stage.press('enter');
  await stage.hides('Keep it');
  expect(stage.source.acted).toEqual([]);
  stage.source.answer = () => Promise.resolve(`canceled diamond ${RUN}`);
  stage.press('x', 'y');
  await stage.shows(`canceled diamond ${RUN}`);
  expect(stage.source.acted).toEqual([{ do: 'cancel', run: RUN }]);
});

test('what was refused is said, with what to do', async () => {
  const stage = new Stage(diamondStory());
  await stage.shows('diamond');
  stage.source.answer = () =>
    Promise.reject(new CodedError('too_late', 'the broker does not answer', { hint: 'is it running?' }));
  stage.press('p');
  await stage.shows('the broker does not answer; is it running?');
});

test('the help says what works here, and any key closes it', async () => {
  const stage = new Stage(diamondStory());
  await stage.shows('diamond');
  stage.press('?');
  expect(await stage.shows('║ Keys here (list)')).toMatch(/r +retry the node/);
  stage.press('j');
  await stage.hides('║ Keys');
  stage.press('6', '?');
  expect(await stage.shows('║ Keys here (servers)')).toMatch(/D +cordon/);
  stage.press('q');
  await stage.hides('║ Keys');
});

test('on a low screen the help has pages, which space turns', async () => {
  const stage = new Stage(diamondStory(), 60, 16);
  await stage.shows('diamond');
  stage.press('?');
  expect(await stage.shows('1/2, space: more')).not.toContain('what runs where');
  stage.press(' ');
  expect(await stage.shows('2/2, space: more')).toContain('what runs where');
  stage.press('k');
  await stage.shows('1/2, space: more');
  stage.press('x');
  await stage.hides('║ Keys');
});

test('the screen stands before the broker answers, and says so', async () => {
  const stage = new Stage(new Story());
  stage.source.link = undefined;
  stage.source.changed();
  expect(await stage.shows('◌ opening')).toContain('opening the broker …');
  stage.source.link = { up: true };
  stage.source.changed();
  await stage.shows('no dag yet');
});

test('without a link the last screen stays and says that it is old', async () => {
  const stage = new Stage(diamondStory());
  await stage.shows('● up');
  stage.source.link = { up: false, reason: 'nats://127.0.0.1:4222 does not answer' };
  stage.source.changed();
  const screen = await stage.shows('✗ STALE');
  expect(screen).toContain('nats://127.0.0.1:4222 does not answer');
  expect(screen).toContain('▶ running');
  stage.press('p');
  await stage.shows('STALE');
  expect(stage.source.acted).toEqual([]);
});

test('a log that is another one now stops the screen with a red banner', async () => {
  const stage = new Stage(diamondStory());
  await stage.shows('● up');
  stage.source.fault = new Error('it was wiped');
  stage.source.changed();
  await stage.shows('✗ STOPPED');
  expect(stage.terminal.row(-2)).toContain('it was wiped');
  expect(stage.terminal.styleAt(2, 22)).toBe('1;7;31');
});

test('nothing that others wrote speaks to the terminal', async () => {
  // The terminal of the test fails at any control byte or sequence that is not one of the monitor's own.
  const evil = 'x\u001B[2J\u001B]0;owned\u0007\u009B31m\u202Ey';
  const story = new Story()
    .elect()
    .place({ [evil]: ['*'] })
    .join(evil);
  story.apply(dagOf(evil, { [evil]: [] })).trigger(evil, evil, evil);
  story.fail(evil, evil, evil, `failed${evil}`, `tail${evil}`);
  const stage = new Stage(story);
  stage.source.notices.push({ atMs: story.nowMs, level: 'error', text: `notice${evil}` });
  const first = await stage.shows('noticexy');
  expect(first).not.toMatch(/owned|31m|2J/);
  stage.press('enter');
  await vi.waitFor(() => expect(stage.source.followed).toHaveLength(1));
  stage.source.followed[0]?.writes('stdout', `log${evil}\n`);
  stage.source.followed[0]?.reader.onError(new Error(`error${evil}`));
  const second = await stage.shows('errorxy');
  expect(second).toContain('logxy');
  stage.press('R', 't', 'n', 'x', 'n', '?', 'z', 'L');
  await stage.shows(' › Log xy#1');
  stage.source.link = { up: false, reason: evil };
  stage.source.changed();
  await stage.shows('this is old: xy');
});

test('1 → 300 → 1 can be used: it shows what runs, and its ends are a key away', async () => {
  const story = new Story().elect().join('srv-1').apply(fanOf('fan', 300)).trigger('fan', RUN);
  story.succeed(RUN, 'split', 'srv-1').start(RUN, 'part-217', 'srv-1');
  const stage = new Stage(story, 120, 40);
  const first = await stage.shows('part ×300');
  expect(first).toContain('║ ▶1 ○299 ');
  expect(first).toContain('── part-217  ▶ running');
  expect(first).not.toContain('more');
  stage.press('enter', 'enter');
  expect(await stage.shows('[▶ part-217]')).toContain('more ←12 →2');
  stage.press('G');
  await stage.shows('── part-300');
  stage.press('j');
  await stage.shows('── merge');
  stage.press('n');
  await stage.shows('── part-217');
});

test('the log in full follows, scrolls, and gives the keys back', async () => {
  const stage = new Stage(diamondStory());
  await stage.shows('diamond');
  stage.press('l');
  await vi.waitFor(() => expect(stage.source.followed).toHaveLength(1));
  const lines = Array.from({ length: 100 }, (_, at) => `line ${at + 1}\n`).join('');
  stage.source.followed[0]?.writes('stdout', lines);
  await stage.shows('line 100');
  stage.press('gg');
  const top = await stage.shows('1–20 of 100');
  expect(top).not.toContain('line 100');
  stage.press('G');
  await stage.shows('line 100');
  stage.press('esc');
  await stage.shows('━▸ Runs');
});

test('the log of the node before is left when another is chosen', async () => {
  const stage = new Stage(diamondStory());
  await stage.shows('diamond');
  stage.press('enter');
  await vi.waitFor(() => expect(stage.source.followed.map(({ label }) => label)).toEqual(['C#1']));
  stage.press('k');
  await vi.waitFor(() => expect(stage.source.followed.map(({ label }) => label)).toEqual(['C#1', 'A#1']));
  expect(stage.source.followed.map(({ isOn }) => isOn)).toEqual([false, true]);
});

test('a new size is drawn anew; one that is too small says so', async () => {
  const stage = new Stage(diamondStory());
  await stage.shows('diamond');
  stage.terminal.resize(120, 40);
  await stage.shows('Log C#1');
  expect(stage.terminal.row(-1)).toContain('p pause');
  stage.terminal.resize(50, 10);
  expect((await stage.shows('too small')).trimEnd()).toBe(
    'This terminal is 50×10: too small.\ndagtop needs 60×15.\nMake it larger; q quits.',
  );
  stage.terminal.resize(80, 24);
  await stage.shows('diamond');
});

test('an empty log says what to do', async () => {
  const stage = new Stage(new Story());
  const screen = await stage.shows('no dag yet');
  expect(screen).toContain('no scheduler leads');
  expect(screen).toContain('none yet: dagtop agent');
  stage.press('t');
  await stage.shows('there is no dag yet');
});

test('a screen on which nothing changes is not written again', async () => {
  const stage = new Stage(diamondStory());
  await stage.shows('diamond');
  const { writes } = stage.terminal;
  stage.source.changed();
  stage.press('z', 'z', 'z');
  stage.press('?');
  await stage.shows('║ Keys');
  expect(stage.terminal.writes - writes).toBeLessThanOrEqual(2);
});

test.each(['q', 'ctrl-c'])('%s leaves the terminal as it was', async (key) => {
  const stage = new Stage(diamondStory());
  await stage.shows('diamond');
  expect([stage.terminal.modes.get('1049'), stage.terminal.modes.get('25'), stage.isRaw]).toEqual([
    true,
    false,
    true,
  ]);
  stage.press(key);
  await stage.over;
  expect(Object.fromEntries(stage.terminal.modes)).toEqual({ '1049': false, '25': true, '7': true });
  expect(stage.isRaw).toBe(false);
});

test('loading the screen leaves no trace in the environment that commands inherit', async () => {
  const before = { ...process.env };
  const stage = new Stage(diamondStory());
  await stage.shows('diamond');
  expect(process.env).toEqual(before);
});

test('a screen that fails gives the terminal back before the error is told', async () => {
  const story = diamondStory();
  const stage = new Stage(story);
  await stage.shows('diamond');
  const failed = expect(stage.over).rejects.toThrow('no such map');
  Object.defineProperty(story.state, 'runs', {
    get: () => {
      throw new Error('no such map');
    },
  });
  stage.source.changed();
  await failed;
  expect(stage.terminal.modes.get('1049')).toBe(false);
  expect(stage.isRaw).toBe(false);
});
