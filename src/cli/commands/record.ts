import { setTimeout as pause } from 'node:timers/promises';
import { openBroker } from '../../broker/open.ts';
import { parseDuration } from '../../definition/duration.ts';
import { openStore } from '../../history/open.ts';
import { Recorder } from '../../history/recorder.ts';
import type { Retention } from '../../history/retention.ts';
import { CodedError } from '../../model/coded-error.ts';
import { createLog } from '../log.ts';
import type { Log } from '../log.ts';
import { errorText, EXIT } from '../output.ts';
import { maskUrl, readSettings } from '../settings.ts';
import type { BrokerFlags, HistoryFlags, Settings } from '../settings.ts';
import { untilOrphaned, untilSignal } from '../signals.ts';
import { systemClock } from '../system-clock.ts';

export type KeepFlags = { readonly keep?: string; readonly keepRuns?: string };
type RecordFlags = BrokerFlags & HistoryFlags & KeepFlags & { readonly withParent?: boolean };

const AGAIN_AFTER_MS = 2_000;
/** What trying again may help with. */
const PASSING = new Set(['unavailable', 'history_regressed']);

/** Records the event log into the history until a signal ends it. What it refuses for good ends it with its exit code. */
export async function record(flags: RecordFlags): Promise<number> {
  const settings = await readSettings(flags);
  const { url } = settings.history;
  if (url === undefined)
    throw new CodedError('no_history', 'the history is off', { hint: 'name a database: --history URL' });
  const retention = retentionOf(flags, settings.history.retention);
  const log = createLog('dagtop-record');
  const asked = Promise.race([
    untilSignal(),
    flags.withParent === true ? untilOrphaned() : new Promise<never>(() => undefined),
  ]).then(() => 'asked' as const);
  log('info', `recording ${maskUrl(settings.brokerUrl)} into ${maskUrl(url)}`);
  for (;;) {
    const end = await recordOnce(settings, url, retention, log, asked);
    if (end === 'asked') return EXIT.ok;
    const isPassing = end instanceof CodedError && PASSING.has(end.code);
    log(isPassing ? 'warning' : 'error', errorText(end));
    if (!isPassing) return EXIT.error;
    await Promise.race([pause(AGAIN_AFTER_MS), asked]);
  }
}

/** One recorder, from opening the broker to its end: why it ended. */
async function recordOnce(
  { brokerUrl, namespace }: Settings,
  url: string,
  retention: Retention,
  log: Log,
  asked: Promise<'asked'>,
): Promise<unknown> {
  const opening = openBroker(brokerUrl, { namespace });
  try {
    const broker = await Promise.race([opening, asked]);
    if (broker === 'asked') return broker;
    const recorder = new Recorder({
      log: broker.log,
      open: () => openStore(url),
      retention,
      clock: systemClock,
      onNotice: log,
    });
    try {
      await Promise.race([recorder.run(), asked]);
      return 'asked';
    } finally {
      await recorder.stop();
      await broker.close();
    }
  } catch (error) {
    return error;
  }
}

/** What the flags say of it, else `dagtop.yaml`. Error: `bad_usage`. */
export function retentionOf({ keep, keepRuns }: KeepFlags, file: Retention): Retention {
  const keepMs = keep === undefined ? file.keepMs : parseDuration(keep);
  if (keep !== undefined && (keepMs ?? 0) <= 0)
    throw new CodedError('bad_usage', `--keep takes a duration such as 90d, not '${keep}'`);
  const runs = keepRuns === undefined ? file.keepRuns : Number(keepRuns);
  if (runs !== undefined && (!Number.isInteger(runs) || runs < 1))
    throw new CodedError('bad_usage', `--keep-runs takes a whole number from 1 on, not '${keepRuns}'`);
  return {
    ...(keepMs === undefined ? {} : { keepMs }),
    ...(runs === undefined ? {} : { keepRuns: runs }),
  };
}
