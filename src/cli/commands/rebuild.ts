import { openBroker } from '../../broker/open.ts';
import { openStore } from '../../history/open.ts';
import { Recorder } from '../../history/recorder.ts';
import type { Retention } from '../../history/retention.ts';
import type { HistoryStore } from '../../history/store.ts';
import { CodedError } from '../../model/coded-error.ts';
import type { EventLog } from '../../broker/port/port.ts';
import { EXIT, printLine } from '../output.ts';
import { maskUrl, readSettings } from '../settings.ts';
import type { BrokerFlags, HistoryFlags } from '../settings.ts';
import { systemClock } from '../system-clock.ts';

type RebuildFlags = BrokerFlags & HistoryFlags & { readonly force?: boolean };

/** Forgets the history and records the log anew, from its first event to the present one. */
export async function rebuild(flags: RebuildFlags): Promise<number> {
  const settings = await readSettings(flags);
  const { url, retention } = settings.history;
  if (url === undefined)
    throw new CodedError('no_history', 'the history is off', { hint: 'name a database: --history URL' });
  const broker = await openBroker(settings.brokerUrl, { namespace: settings.namespace });
  try {
    const { log } = broker;
    await refuseLoss(log, flags.force === true);
    const store = await openStore(url);
    try {
      await store.wipe(await log.identity());
    } finally {
      await store.close();
    }
    const events = await recordAll(log, () => openStore(url), retention);
    printLine(`${maskUrl(url)} reflects the log up to ${events} again`);
    return EXIT.ok;
  } finally {
    await broker.close();
  }
}

/** Error: `history_needed`, when the log no longer has all that the history may have. */
async function refuseLoss(log: EventLog, isForced: boolean): Promise<void> {
  const tail = await log.tail();
  if (tail <= 1 || isForced) return;
  throw new CodedError(
    'history_needed',
    `the log begins at ${tail}: what was before it stands in the history alone, and would be lost`,
    { hint: 'record into another database (--history), or say --force' },
  );
}

async function recordAll(
  log: EventLog,
  open: () => Promise<HistoryStore>,
  retention: Retention,
): Promise<number> {
  const head = await log.head();
  const recorder = new Recorder({
    log,
    open,
    retention,
    clock: systemClock,
    onNotice: (_level, text) => process.stderr.write(`${text}\n`),
  });
  try {
    await recorder.reached(head);
    return recorder.recorded;
  } finally {
    await recorder.stop();
  }
}
