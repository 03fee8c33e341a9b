import { RecentEvents } from '../../replica/recent-events.ts';
import { eventLine } from '../../view/event-line.ts';
import { LiveSource } from '../live-source.ts';
import type { Log } from '../log.ts';
import { EXIT, printLine } from '../output.ts';
import { withSession } from '../session.ts';
import type { Session } from '../session.ts';
import type { BrokerFlags } from '../settings.ts';
import { untilSignal } from '../signals.ts';
import { localTime } from '../time.ts';

export type ScreenFlags = { readonly ascii?: boolean; readonly color?: boolean };

export type Screen = {
  readonly notice: Log;
  /** Resolves when the user leaves. */
  readonly quit: Promise<void>;
};

/** The live screen; without a terminal, a line per event until a signal ends it. */
export function monitor(flags: BrokerFlags & ScreenFlags): Promise<number> {
  const recent = new RecentEvents();
  const work = async (session: Session): Promise<number> => {
    if (process.stdout.isTTY && process.stdin.isTTY) {
      const screen = await openScreen(session, recent, flags);
      await screen.quit;
      return EXIT.ok;
    }
    process.stderr.write(`no terminal, so the events of ${session.brokerLabel} come as lines\n`);
    await Promise.race([untilSignal(), printEvents(session)]);
    return EXIT.ok;
  };
  return withSession(flags, work, recent);
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

/** Draws the screen over `session`, of which `recent` has heard from its beginning. React is loaded only here. */
export async function openScreen(
  session: Session,
  recent: RecentEvents,
  flags: ScreenFlags,
): Promise<Screen> {
  const { startMonitor } = await import('../../tui/monitor.tsx');
  const source = new LiveSource(session, recent);
  await source.start();
  const color = flags.color !== false && !process.env['NO_COLOR'];
  const quit = startMonitor({ source, ascii: flags.ascii ?? false, color });
  return { notice: (level, text) => source.notice(level, text), quit };
}
