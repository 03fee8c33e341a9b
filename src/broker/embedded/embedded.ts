import { randomUUID } from 'node:crypto';
import { CodedError } from '../../model/coded-error.ts';
import type { Broker, BrokerOptions, Link } from '../port/port.ts';
import { openBusStore } from './bus-store.ts';
import { openRingWire } from './bus-wire.ts';
import type { RingWire } from './bus-wire.ts';
import { openBus } from './bus.ts';
import { openEventLog } from './event-log.ts';
import { openFolder } from './folder.ts';
import { openInboxStore } from './inbox-store.ts';
import { openInbox } from './inbox.ts';
import { openLink } from './link.ts';
import { openLogStore } from './log-store.ts';
import { probeEmbedded } from './probe.ts';
import { openWakeBell } from './wake.ts';
import { openWriter } from './writer.ts';

/**
 * A broker without a server: SQLite files in `folder`, shared by the processes of one machine. This thread reads, a second one
 * writes (`jobs.ts`), and a small file written after each commit wakes the other processes (`wake.ts`).
 * Errors: `folder_not_usable`, `log_damaged`, `log_too_new`, `disk_full`, `disk_failed`, `broker_busy`, `bad_namespace`.
 */
export async function openEmbedded(folder: string, { namespace }: BrokerOptions): Promise<Broker> {
  const paths = openFolder(folder, namespace);
  const logStore = openLogStore(paths.log);
  const bell = openWakeBell(paths.wake);
  const link = openLink();
  const writer = openWriter(paths, link.report);
  const id = randomUUID();

  // The followers of the log are told by the poll when its file is no longer the one that is open.
  const identity = logStore.identity();
  bell.on('poll', () =>
    link.guard(() => {
      logStore.check();
      if (logStore.identity() === identity) return;
      throw new CodedError('log_foreign', `${paths.log} was replaced by another log while in use`, {
        hint: 'start dagtop again',
      });
    }),
  );

  const log = openEventLog(logStore, writer, bell, link, paths.log);
  const inbox = openInbox(() => openInboxStore(paths.inbox), writer, bell, link.report);
  const wire: RingWire = openRingWire(id, () => openBusStore(paths.bus), writer, bell, {
    receive: (entry) => speech.receive(entry),
    gap: () => speech.gap(),
    report: link.report,
  });
  const speech = openBus(id, wire);

  const settle = async (): Promise<void> => {
    log.closeFollowers();
    speech.close();
    await inbox.settle();
    await wire.close();
    await writer.close();
    bell.close();
    logStore.close();
  };
  let closing: Promise<void> | undefined;
  return {
    kind: 'embedded',
    log,
    inbox,
    bus: speech.bus,
    onLink: (listener: (link: Link) => void) => link.on(listener),
    probe: () => probeEmbedded(paths, writer, bell),
    close: () => (closing ??= settle().catch(() => {})),
  };
}
