import { Operation } from './operation.ts';
import { Pace } from './pace.ts';
import { loadApp } from './production.ts';
import type { MonitorSource } from './source.ts';
import type { Cells } from './terminal/cells.ts';
import { composeCells } from './terminal/compositor.ts';
import { isSameScreen } from './same-screen.ts';
import type { Screen } from './scene.ts';
import { openOutput, Terminal } from './terminal/terminal.ts';
import { VirtualStdout } from './terminal/virtual-stdout.ts';

export type MonitorOptions = {
  readonly source: MonitorSource;
  /** Both must be terminals; by default this process's. */
  readonly stdin?: NodeJS.ReadStream;
  readonly stdout?: NodeJS.WriteStream;
  readonly ascii?: boolean;
  /** Nothing can be triggered, retried, canceled … from this screen. */
  readonly readOnly?: boolean | undefined;
  /** False for NO_COLOR: bold, dim and reverse stay. */
  readonly color?: boolean;
  /** A time of day; by default `12:03:07` of this machine's zone. */
  readonly timeText?: (atMs: number) => string;
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
  const style = { ascii: options.ascii ?? false, isColored: options.color ?? true };
  const terminal = new Terminal(openOutput(stdout));
  const virtual = new VirtualStdout(stdout.columns || 80, stdout.rows || 24);
  const quit = Promise.withResolvers<void>();
  const pace = new Pace(() => terminal.show(frame));
  const operation = new Operation(
    {
      source,
      ascii: style.ascii,
      readOnly: options.readOnly,
      timeText: options.timeText ?? localTime,
      frames: terminal,
      onChange: (isUrgent) => pace.ask(isUrgent),
      onQuit: quit.resolve,
      onCopy: (text) => terminal.copy(text),
    },
    virtual.columns,
    virtual.rows,
  );
  let shown: Screen | undefined;
  const onExit = (): void => terminal.leaveNow();
  const onResize = (): void => {
    virtual.resize(stdout.columns, stdout.rows);
    operation.resize(stdout.columns, stdout.rows);
    terminal.forget();
    shown = undefined;
    pace.ask(true);
  };
  process.on('exit', onExit);
  stdout.on('resize', onResize);
  for (const signal of SIGNALS) process.on(signal, quit.resolve);
  options.leave?.addEventListener('abort', () => quit.resolve(), { once: true });
  if (options.leave?.aborted === true) quit.resolve();
  const endListening = source.onChange(() => pace.ask(false));
  terminal.enter();
  const ink = render(null, { ...INK, stdout: virtual, stdin, stderr: virtual });
  ink.waitUntilExit().catch(quit.reject);
  function frame(): Cells | undefined {
    try {
      const screen = operation.screen();
      if (shown !== undefined && isSameScreen(shown, screen)) return undefined;
      shown = screen;
      ink.rerender(
        createElement(App, { screen, isColored: style.isColored, onKey: (key) => operation.press(key) }),
      );
      return composeCells(virtual.frame, screen, style);
    } catch (error) {
      quit.reject(error);
      return undefined;
    }
  }
  pace.ask(true);
  try {
    await quit.promise;
  } finally {
    for (const signal of SIGNALS) process.off(signal, quit.resolve);
    endListening();
    stdout.off('resize', onResize);
    pace.stop();
    operation.stop();
    ink.unmount();
    await terminal.leave();
    process.off('exit', onExit);
  }
}

function localTime(atMs: number): string {
  const date = new Date(atMs);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
