import type { Layouter } from './layout/layouter.ts';
import { Operation } from './operation.ts';
import { Pace } from './pace.ts';
import { loadApp } from './production.ts';
import type { SettingsFeed } from './monitor-settings.ts';
import type { MonitorSource } from './source.ts';
import { painterOf } from './theme.ts';
import type { Cells } from './terminal/cells.ts';
import { Frames } from './frames.ts';
import { openOutput, Terminal } from './terminal/terminal.ts';
import { VirtualStdout } from './terminal/virtual-stdout.ts';

export type MonitorOptions = {
  readonly source: MonitorSource;
  /** Both must be terminals; by default this process's. */
  readonly stdin?: NodeJS.ReadStream;
  readonly stdout?: NodeJS.WriteStream;
  readonly settings: SettingsFeed;
  /** A time of day; by default `12:03:07` of this machine's zone. */
  readonly timeText?: (atMs: number) => string;
  /** Who lays large drawings out; by default a thread of its own. */
  readonly layouter?: Layouter | undefined;
  /** Ends the screen from outside. */
  readonly leave?: AbortSignal | undefined;
};

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Whole frames, nothing of Ink's own about the terminal: that is `terminal/`'s. */
const INK = { debug: true, interactive: true, exitOnCtrlC: false, patchConsole: false } as const;

/**
 * Shows the monitor on a terminal until the operator quits or a signal asks for the end; resolves then. The terminal is as it was before on every
 * way out, a crash included. Rejects when the screen itself fails.
 */
export async function startMonitor(options: MonitorOptions): Promise<void> {
  const { source, stdin = process.stdin, stdout = process.stdout } = options;
  const { App, render, createElement } = await loadApp();
  const terminal = new Terminal(openOutput(stdout));
  const virtual = new VirtualStdout(stdout.columns || 80, stdout.rows || 24);
  const quit = Promise.withResolvers<void>();
  const pace = new Pace(() => terminal.show(frame));
  const operation = new Operation(
    {
      source,
      settings: options.settings.current,
      timeText: options.timeText ?? localTime,
      frames: terminal,
      layouter: options.layouter,
      onChange: (isUrgent) => pace.ask(isUrgent),
      onQuit: quit.resolve,
      onCopy: (text) => terminal.copy(text),
      onRepaint: () => repaint(),
    },
    virtual.columns,
    virtual.rows,
  );
  const onExit = (): void => terminal.leaveNow();
  const repaint = (): void => {
    const { theme, colors } = operation.settings;
    terminal.repaint(painterOf(theme, colors));
    frames.forget();
    pace.ask(true);
  };
  const onResize = (): void => {
    virtual.resize(stdout.columns || 80, stdout.rows || 24);
    operation.resize(virtual.columns, virtual.rows);
    repaint();
  };
  process.on('exit', onExit);
  stdout.on('resize', onResize);
  const ends = [
    onAskedToLeave(options.leave, quit.resolve),
    source.onChange(() => pace.ask(false)),
    options.settings.onChange(() => operation.configure(options.settings.current)),
  ];
  terminal.enter();
  const ink = render(null, { ...INK, stdout: virtual, stdin, stderr: virtual });
  ink.waitUntilExit().catch(quit.reject);
  const onKey = (key: string): void => operation.press(key);
  const frames = new Frames(operation, virtual, (screen, isColored) =>
    ink.rerender(createElement(App, { screen, isColored, onKey })),
  );
  function frame(): Cells | undefined {
    try {
      return frames.next();
    } catch (error) {
      quit.reject(error);
      return undefined;
    }
  }
  repaint();
  try {
    await quit.promise;
  } finally {
    for (const end of ends) end();
    stdout.off('resize', onResize);
    pace.stop();
    operation.stop();
    ink.unmount();
    await terminal.leave();
    process.off('exit', onExit);
  }
}

function onAskedToLeave(leave: AbortSignal | undefined, listener: () => void): () => void {
  if (leave?.aborted === true) listener();
  else leave?.addEventListener('abort', listener, { once: true });
  for (const signal of SIGNALS) process.on(signal, listener);
  return () => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
}

function localTime(atMs: number): string {
  const date = new Date(atMs);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
