import { PassThrough } from 'node:stream';
import { onTestFinished, vi } from 'vitest';
import type { Layouter } from '../../src/tui/layout/layouter.ts';
import { startMonitor } from '../../src/tui/monitor.ts';
import { DEFAULT_SETTINGS } from '../../src/tui/monitor-settings.ts';
import type { MonitorSettings, SettingsFeed } from '../../src/tui/monitor-settings.ts';
import { utcTime } from './story.ts';
import type { Story } from './story.ts';
import { TestSource } from './tui-source.ts';
import { TestTerminal } from './tui-terminal.ts';

const BYTES: Readonly<Record<string, string>> = {
  enter: '\r',
  esc: '\u001B',
  tab: '\t',
  'shift-tab': '\u001B[Z',
  up: '\u001B[A',
  down: '\u001B[B',
  right: '\u001B[C',
  left: '\u001B[D',
  home: '\u001B[H',
  end: '\u001B[F',
  pageup: '\u001B[5~',
  pagedown: '\u001B[6~',
  backspace: '\u007F',
  'ctrl-b': '\u0002',
  'ctrl-c': '\u0003',
  'ctrl-f': '\u0006',
  'ctrl-u': '\u0015',
};

/** Settings that the test changes. */
class TestSettings implements SettingsFeed {
  current: MonitorSettings;
  readonly #listeners = new Set<() => void>();

  constructor(current: MonitorSettings) {
    this.current = current;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  change(settings: Partial<MonitorSettings>): void {
    this.current = { ...this.current, ...settings };
    for (const listener of this.#listeners) listener();
  }
}

/** `stop` stands for what Ctrl-Z does to the job. */
export type StageOptions = Partial<MonitorSettings> & { readonly stop?: () => void };

/** The real monitor on a terminal that the test reads, with a keyboard that the test presses. */
export class Stage {
  readonly source: TestSource;
  readonly terminal: TestTerminal;
  readonly settings: TestSettings;
  readonly over: Promise<void>;
  readonly #stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    isRaw: false,
    setRawMode(isRaw: boolean) {
      this.isRaw = isRaw;
      return this;
    },
    ref: () => undefined,
    unref: () => undefined,
  });

  constructor(
    story: Story,
    columns = 80,
    rows = 24,
    { stop, ...settings }: StageOptions = {},
    layouter?: Layouter,
  ) {
    this.settings = new TestSettings({ ...DEFAULT_SETTINGS, ...settings });
    this.source = new TestSource(story);
    this.terminal = new TestTerminal(columns, rows);
    this.over = startMonitor({
      source: this.source,
      stdin: this.#stdin as unknown as NodeJS.ReadStream,
      stdout: this.terminal as unknown as NodeJS.WriteStream,
      timeText: utcTime,
      layouter,
      settings: this.settings,
      ...(stop === undefined ? {} : { stop }),
    });
    onTestFinished(async () => {
      this.settings.change({ keymap: DEFAULT_SETTINGS.keymap });
      // The first closes a question that may stand.
      this.press('ctrl-c', 'ctrl-c');
      await this.over.catch(() => undefined);
    });
  }

  get isRaw(): boolean {
    return this.#stdin.isRaw;
  }

  /** Keys by name; texts that name no key are typed in one go. */
  press(...keys: readonly string[]): void {
    for (const key of keys) this.#stdin.write(BYTES[key] ?? key);
  }

  /** Presses one after the other, each when the screen has answered to the one before. */
  async pressSlowly(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const writes = this.terminal.writes;
      this.press(key);
      await vi.waitFor(() => {
        if (this.terminal.writes === writes) throw new Error(`nothing came of ${key}`);
      }, WAIT);
    }
  }

  /** Waits until the screen shows `text`; its whole text then. */
  async shows(text: string | RegExp): Promise<string> {
    await vi.waitFor(() => {
      const shown = this.terminal.text;
      const isThere = typeof text === 'string' ? shown.includes(text) : text.test(shown);
      if (!isThere) throw new Error(`not on the screen: ${text.toString()}\n${shown}`);
    }, WAIT);
    return this.terminal.text;
  }

  async hides(text: string): Promise<void> {
    await vi.waitFor(() => {
      if (this.terminal.text.includes(text))
        throw new Error(`still on the screen: ${text}\n${this.terminal.text}`);
    }, WAIT);
  }
}

const WAIT = { timeout: 10_000, interval: 10 };
