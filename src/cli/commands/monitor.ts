import { setImmediate as nextTurn } from 'node:timers/promises';
import { RecentEvents } from '../../replica/recent-events.ts';
import type { DagName } from '../../model/ids.ts';
import { eventLine } from '../../view/event-line.ts';
import { ConfigWatch } from '../config-watch.ts';
import { configPath } from '../config.ts';
import { LiveSource } from '../live-source.ts';
import type { Log } from '../log.ts';
import type { ScreenFlags } from '../monitor-settings.ts';
import { EXIT, printLine } from '../output.ts';
import type { Session } from '../session.ts';
import { maskUrl, readSettings } from '../settings.ts';
import type { BrokerFlags } from '../settings.ts';
import { keepHeapSmall } from '../small-heap.ts';
import { untilSignal } from '../signals.ts';
import { localTime } from '../time.ts';

export type Screen = {
  readonly notice: Log;
  /** Tells which file each dag came from. */
  readonly knowFiles: (fileOf: (dag: DagName) => string | undefined) => void;
  /** Resolves when the user leaves. */
  readonly quit: Promise<void>;
};

/** The live screen; without a terminal, a line per event until a signal ends it. */
export async function monitor(flags: BrokerFlags & ScreenFlags): Promise<number> {
  if (process.stdout.isTTY && process.stdin.isTTY) return monitorOnScreen(flags);
  const { withSession } = await import('../session.ts');
  return withSession(flags, async (session) => {
    process.stderr.write(`no terminal, so the events of ${session.brokerLabel} come as lines\n`);
    await Promise.race([untilSignal(), printEvents(session)]);
    return EXIT.ok;
  });
}

/** The screen stands before the broker answers; what keeps it from being opened is said when the screen is gone again. */
async function monitorOnScreen(flags: BrokerFlags & ScreenFlags): Promise<number> {
  const recent = new RecentEvents();
  const source = new LiveSource(maskUrl((await readSettings(flags)).brokerUrl), recent);
  const leave = new AbortController();
  const { quit } = await showScreen(source, flags, leave.signal);
  // The first frame leaves before anything is loaded that only a broker needs.
  await nextTurn();
  const opened = import('../session.ts').then(({ openSession }) => openSession(flags, recent));
  const first = await Promise.race([
    quit.then(() => 'quit' as const),
    opened.then(
      () => 'open' as const,
      () => 'failed' as const,
    ),
  ]);
  try {
    if (first === 'open') await source.attach(await opened);
    else if (first === 'failed') leave.abort();
    await quit;
    // The reason of a failure; a broker that does not answer is not waited for when the user left.
    if (first !== 'quit') await opened;
    return EXIT.ok;
  } finally {
    const closed = opened.then((session) => session.close()).catch(() => undefined);
    if (first !== 'quit') await closed;
  }
}

/** Prints a line per accepted event. Never resolves; rejects when the log cannot be followed. */
function printEvents({ replica }: Session): Promise<never> {
  return new Promise((_resolve, reject) => {
    replica.listen({
      onFolded: (folded) => {
        for (const { event, verdict } of folded) {
          if (verdict.accepted) printLine(eventLine(event, { timeText: localTime }));
        }
      },
      onFault: reject,
    });
  });
}

/** Draws the screen over `session`, of which `recent` has heard from its beginning. */
export async function openScreen(
  session: Session,
  recent: RecentEvents,
  flags: ScreenFlags,
): Promise<Screen> {
  const source = new LiveSource(session.brokerLabel, recent);
  await source.attach(session);
  const { quit } = await showScreen(source, flags);
  return {
    notice: (level, text) => source.notice(level, text),
    knowFiles: (fileOf) => {
      source.fileOfDag = fileOf;
    },
    quit,
  };
}

/** The first frame is on its way when it resolves; `quit` resolves when the user leaves, or is to leave. */
async function showScreen(
  source: LiveSource,
  flags: ScreenFlags,
  leave?: AbortSignal,
): Promise<Pick<Screen, 'quit'>> {
  const settings = new ConfigWatch(configPath(), flags, (level, text) => source.notice(level, text));
  keepHeapSmall();
  if (flags.screenReader ?? isScreenReader(process.env)) {
    const { startLinear } = await import('../../tui/linear/linear.ts');
    await settings.start();
    const quit = startLinear({ source, settings, leave, timeText: localTime });
    return { quit: quit.finally(() => settings.stop()) };
  }
  const { startMonitor } = await import('../../tui/monitor.ts');
  await settings.start();
  return { quit: startMonitor({ source, settings, leave }).finally(() => settings.stop()) };
}

/** Ink's own switch, which other programs of the terminal know too. */
function isScreenReader(env: NodeJS.ProcessEnv): boolean {
  return env['INK_SCREEN_READER'] === 'true';
}
