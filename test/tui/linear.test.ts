import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startLinear } from '../../src/tui/linear/linear.ts';
import { DEFAULT_SETTINGS } from '../../src/tui/monitor-settings.ts';
import { DIAMOND, fanOf, Story, utcTime } from '../support/story.ts';
import { TestSource } from '../support/tui-source.ts';

const RUN = '5e3c7q-v01m';

/** The monitor for somebody who listens, and all that was said. */
class Hearing {
  readonly source: TestSource;
  readonly over: Promise<void>;
  said = '';
  readonly #stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode() {
      return this;
    },
    ref: () => undefined,
    unref: () => undefined,
  });

  constructor(story: Story) {
    this.source = new TestSource(story);
    const stdout = new PassThrough();
    stdout.on('data', (data: Buffer) => {
      this.said += data.toString();
    });
    this.over = startLinear({
      source: this.source,
      stdin: this.#stdin as unknown as NodeJS.ReadStream,
      stdout: stdout as unknown as NodeJS.WriteStream,
      settings: { current: DEFAULT_SETTINGS, onChange: () => () => undefined },
      timeText: utcTime,
    });
    onTestFinished(async () => {
      this.press('\u0003', '\u0003');
      await this.over;
    });
  }

  press(...keys: readonly string[]): void {
    for (const key of keys) this.#stdin.write(key);
  }

  /** Waits until `text` is said, and returns what was said after all before it. */
  async says(text: string | RegExp, from = 0): Promise<number> {
    await vi.waitFor(
      () => {
        const news = this.said.slice(from);
        const isThere = typeof text === 'string' ? news.includes(text) : text.test(news);
        if (!isThere) throw new Error(`not said: ${text.toString()}\n${news}`);
      },
      { timeout: 10_000, interval: 10 },
    );
    return this.said.length;
  }
}

function story(): Story {
  return new Story()
    .elect()
    .place({ 'srv-1': ['*'] })
    .join('srv-1')
    .apply(DIAMOND)
    .trigger('diamond', RUN)
    .succeed(RUN, 'A', 'srv-1')
    .start(RUN, 'B', 'srv-1');
}

test('it begins with how everything stands, and moves through nodes in the order in which they could run', async () => {
  const hearing = new Hearing(story());
  await hearing.says('Run 5e3c7q-v01m of diamond: running');
  hearing.press('\r');
  let at = await hearing.says('Node B: running, runs on srv-1.');
  hearing.press('j');
  at = await hearing.says('Node C: waiting', at);
  hearing.press('j');
  at = await hearing.says('Node D: waiting', at);
  hearing.press('h');
  at = await hearing.says('Node B: running', at);
  hearing.press('G');
  at = await hearing.says('Node E: waiting', at);
  hearing.press('j');
  await hearing.says('Node E: waiting', at);
});

test('why, all about a node, its definition and the help are read out; there is no drawing', async () => {
  const hearing = new Hearing(story());
  await hearing.says('q quits');
  hearing.press('\r', 'j', 'w');
  let at = await hearing.says('C: ');
  hearing.press('d');
  at = await hearing.says('C  waiting:', at);
  hearing.press('y');
  at = await hearing.says('depends: [A]', at);
  hearing.press('?');
  at = await hearing.says('q or ctrl-c: quit.', at);
  hearing.press('z');
  at = await hearing.says('there is no drawing here', at);
  hearing.press('j');
  await hearing.says('Node D: waiting', at);
});

test('a question is put in words, and nothing happens without a yes', async () => {
  const hearing = new Hearing(story());
  await hearing.says('q quits');
  hearing.press('x');
  let at = await hearing.says('Press y for yes');
  expect(hearing.said).toContain('1 running node will be stopped: B');
  hearing.press('n');
  at = await hearing.says('The question is closed.', at);
  expect(hearing.source.acted).toEqual([]);
  hearing.press('x');
  at = await hearing.says('Press y for yes', at);
  hearing.press('y');
  await hearing.says('done', at);
  expect(hearing.source.acted).toEqual([{ do: 'cancel', run: RUN }]);
});

test('what is typed is heard letter by letter, and nobody talks meanwhile', async () => {
  const hearing = new Hearing(story());
  await hearing.says('q quits');
  hearing.press(':', 'node D');
  let at = await hearing.says('command: node D');
  hearing.source.story.finish(RUN, 'B', { is: 'failed', error: 'exit code 1' });
  hearing.source.changed();
  hearing.press('\u007F');
  at = await hearing.says('command: node ', at);
  expect(hearing.said).not.toContain('failed');
  hearing.press('E', '\r');
  at = await hearing.says('Node E: waiting', at - 20);
  await hearing.says('node B failed on srv-1: exit code 1', at - 200);
});

test('much at once is summed up, and no line moves the cursor', async () => {
  const many = new Story()
    .elect()
    .place({ 'srv-1': ['*'] })
    .join('srv-1')
    .apply(fanOf('fan', 200));
  const hearing = new Hearing(many);
  await hearing.says('q quits');
  many.trigger('fan', RUN).succeed(RUN, 'split', 'srv-1');
  for (let part = 1; part <= 200; part += 1)
    many.succeed(RUN, `part-${String(part).padStart(3, '0')}`, 'srv-1');
  hearing.source.changed();
  await hearing.says(/And \d+ more\./);
  expect(hearing.said.split('\n').length).toBeLessThan(20);
  hearing.source.link = { up: false, reason: 'gone' };
  hearing.source.changed();
  await hearing.says('No link to the broker: gone');
  // oxlint-disable-next-line no-control-regex -- control bytes are what it looks for
  expect(hearing.said).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/);
});
