import { describe, expect, it, vi } from 'vitest';
import { dagOf, fanOf, Story } from '../support/story.ts';
import { Stage } from '../support/tui-stage.ts';

const LIVE = '5e3c7q-v01m';
const DEPENDS = {
  fetch: [],
  clean: ['fetch'],
  'load-eu': ['clean'],
  'load-us': ['clean'],
  check: ['load-eu', 'load-us'],
  report: ['check'],
};

/** A night on three servers: an earlier run that succeeded, one that failed, and one that goes on after a server was lost. */
function night(): Story {
  const story = new Story()
    .elect('srv-1.k3x')
    .place({
      'srv-1': ['fetch', 'clean', 'part-001'],
      'srv-2': ['load-eu', 'load-us', 'clean'],
      'srv-3': ['*'],
    })
    .join('srv-1', 2)
    .join('srv-2', 2)
    .join('srv-3', 4)
    .apply(dagOf('etl', DEPENDS))
    .apply(fanOf('thumbnails', 12));
  for (const run of ['5e3a0a-aaaa', '5e3b0b-bbbb']) {
    story.trigger('etl', run, run.endsWith('a') ? 'schedule' : 'op:ann@desk');
    for (const node of ['fetch', 'clean', 'load-eu', 'load-us', 'check'])
      story.later(300).succeed(run, node, node.startsWith('load') ? 'srv-2' : 'srv-1');
    if (run.endsWith('a')) story.succeed(run, 'report', 'srv-3').end(run, 'succeeded');
    else {
      for (let attempt = 0; attempt < 4; attempt += 1)
        story.later(2_000).fail(run, 'report', 'srv-3', 'exit code 2', 'report: the disk is full\n');
      story.end(run, 'failed');
    }
    story.later(90_000);
  }
  return story
    .trigger('etl', LIVE)
    .later(200)
    .succeed(LIVE, 'fetch', 'srv-1')
    .start(LIVE, 'clean', 'srv-2')
    .later(12_000)
    .lose('srv-2')
    .succeed(LIVE, 'clean', 'srv-1')
    .start(LIVE, 'load-eu', 'srv-3')
    .later(2_500);
}

const LOG = Array.from({ length: 70 }, (_, at) => `loading part ${at + 1} of 70\n`).join('');

/** Each screen of the monitor, with the keys that lead there and what tells that it stands. */
const SCREENS: readonly {
  readonly name: string;
  readonly keys: readonly string[];
  readonly shows: string;
}[] = [
  { name: 'the list', keys: [], shows: '━▸ Runs' },
  { name: 'all runs', keys: ['1'], shows: 'newest first' },
  { name: 'the drawing', keys: ['enter'], shows: `› etl ${LIVE}` },
  { name: 'lanes', keys: ['enter', '3'], shows: '› Lanes' },
  { name: 'the timeline', keys: ['enter', '4'], shows: '› Timeline' },
  { name: 'the log', keys: ['enter', '5'], shows: '› Log' },
  { name: 'servers', keys: ['6'], shows: '› Servers' },
  { name: 'events', keys: ['7'], shows: '› Events' },
  { name: 'reload', keys: ['8'], shows: '› Reload' },
  { name: 'help', keys: ['?'], shows: '║ Keys' },
  { name: 'all about a node', keys: ['enter', 'd'], shows: '║ load-eu' },
  { name: 'a question', keys: ['x'], shows: 'Keep it' },
  { name: 'a command', keys: [':', 'ret'], shows: ' :ret' },
];

/** What `srv-2` said last is from before it was lost. */
function openStage(columns: number, rows: number): Stage {
  const stage = new Stage(night(), columns, rows);
  stage.source.roundTripMs = 0.4;
  for (const [server, heard] of stage.source.heartbeats)
    if (server === 'srv-2')
      stage.source.heartbeats.set(server, { ...heard, receivedMs: heard.receivedMs - 15_000 });
  stage.source.changed();
  return stage;
}

describe.each([
  [80, 24],
  [120, 40],
  [200, 60],
] as const)('at %i×%i', (columns, rows) => {
  it.each(SCREENS)('$name', async ({ name, keys, shows }) => {
    const stage = openStage(columns, rows);
    await stage.shows('● up <1ms');
    for (const key of keys) stage.press(key);
    await stage.shows(shows);
    if (name === 'the log') {
      await vi.waitFor(() => expect(stage.source.followed.some(({ isOn }) => isOn)).toBe(true));
      stage.source.followed.find(({ isOn }) => isOn)?.writes('stdout', LOG);
      await stage.shows('part 70 of 70');
    }
    expect(stage.terminal.text).toMatchSnapshot();
  });

  it('without a link', async () => {
    const stage = openStage(columns, rows);
    await stage.shows('● up');
    const nowMs = stage.source.nowMs();
    const reason = 'lost the connection to the NATS server broker:4222; connecting again';
    stage.source.link = { up: false, reason, sinceMs: nowMs - 7_000, retryAtMs: nowMs + 2_600 };
    stage.source.changed();
    expect(await stage.shows('STALE')).toMatchSnapshot();
  });
});
