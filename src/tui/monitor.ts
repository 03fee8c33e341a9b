import { setImmediate as nextTurn } from 'node:timers/promises';
import { startInk } from './ink.ts';
import type { Layouter } from './layout/layouter.ts';
import { listenForFailures } from './alarm.ts';
import { Console } from './console.ts';
import type { SettingsFeed } from './monitor-settings.ts';
import { Operation } from './operation.ts';
import { Pace } from './pace.ts';
import type { Rates } from './pace.ts';
import { Picture } from './picture.ts';
import type { MonitorSource } from './source.ts';
import { openOutput, Terminal } from './terminal/terminal.ts';
import { VirtualStdout } from './terminal/virtual-stdout.ts';
import { painterOf } from './theme.ts';

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
  /** Stops this process and those that started it; by default by a signal to their group. */
  readonly stop?: (() => void) | undefined;
  /** Ends the screen from outside. */
  readonly leave?: AbortSignal | undefined;
};

/**
 * Panes of text follow twice a second while much happens, and every second for what runs; where nothing does, a clock moves too little for that. Ink takes
 * about 5 ms for some rows, so more often would be most of what the screen costs.
 */
const PANES_MS = 500;
const CLOCK_MS = { running: 1_000, idle: 5_000, still: 60_000 } as const;

/**
 * Shows the monitor on a terminal until the operator quits or a signal asks for the end; resolves then. The terminal is as it was before on every
 * way out, a crash included. Rejects when the screen itself fails. When it returns its promise, the first frame leaves with the next turn of the event loop.
 */
export async function startMonitor(options: MonitorOptions): Promise<void> {
  const { source, stdin = process.stdin, stdout = process.stdout } = options;
  const terminal = new Terminal(openOutput(stdout));
  const virtual = new VirtualStdout(stdout.columns || 80, stdout.rows || 24);
  const quit = Promise.withResolvers<void>();
  // A frame may fail before anybody waits for the end; whoever waits then hears of it all the same.
  quit.promise.catch(() => undefined);
  const desk = new Console({
    source,
    stdin,
    terminal,
    stop: options.stop,
    onQuit: quit.resolve,
    onMouse: (event) => operation.point(event),
    onBack: () => onResize(),
    cells: () => picture.now(),
  });
  const operation: Operation = new Operation(
    {
      source,
      settings: options.settings.current,
      timeText: options.timeText ?? localTime,
      frames: terminal,
      layouter: options.layouter,
      onChange: (isUrgent) => pace.ask(isUrgent),
      outside: desk,
      onRepaint: () => repaint(),
    },
    virtual.columns,
    virtual.rows,
  );
  const picture = new Picture(operation, quit.reject);
  const pace = new Pace(ratesOf(operation, source), (kind) => terminal.show(picture.frame(kind)));
  const repaint = (): void => {
    useSettings();
    picture.forget();
    pace.ask(true);
  };
  const useSettings = (): void => {
    const { theme, colors, mouse } = operation.settings;
    terminal.repaint(painterOf(theme, colors));
    desk.prefer(mouse);
  };
  const onResize = (): void => {
    virtual.resize(stdout.columns || 80, stdout.rows || 24);
    operation.resize(virtual.columns, virtual.rows);
    repaint();
  };
  const ends = [
    desk.onAskedToLeave(options.leave, quit.resolve),
    onSize(stdout, onResize),
    source.onChange(() => pace.ask(false)),
    listenForFailures(source, terminal, () => operation.settings.bell),
    options.settings.onChange(() => operation.configure(options.settings.current)),
  ];
  useSettings();
  desk.enter(picture.frame('all'));
  try {
    await nextTurn();
    const onKey = (key: string): void => operation.press(key);
    const ink = await startInk({ stdin: desk.stdin, virtual, onKey, onFailure: quit.reject });
    ends.push(ink.end);
    picture.drawWith(ink.draw);
    await quit.promise;
  } finally {
    for (const end of ends) end();
    pace.stop();
    operation.stop();
    await desk.leave();
  }
}

function onSize(stdout: NodeJS.WriteStream, listener: () => void): () => void {
  stdout.on('resize', listener);
  return () => stdout.off('resize', listener);
}

function ratesOf(operation: Operation, source: MonitorSource): Rates {
  const canvasMs = (): number => 1_000 / operation.settings.fps;
  const clockMs = (): number => {
    if (!operation.settings.animation) return CLOCK_MS.still;
    return source.state.openRuns.size > 0 ? CLOCK_MS.running : CLOCK_MS.idle;
  };
  return { canvasMs, panesMs: () => Math.max(PANES_MS, canvasMs()), clockMs };
}

function localTime(atMs: number): string {
  const date = new Date(atMs);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
