import { parseDuration } from '../../definition/duration.ts';
import { CodedError } from '../../model/coded-error.ts';
import { trimmable } from '../../scheduler/checkpointer.ts';
import { durationText } from '../../view/duration.ts';
import { EXIT, printLine } from '../output.ts';
import { withSession } from '../session.ts';
import type { BrokerFlags } from '../settings.ts';
import { localTime } from '../time.ts';

type TrimFlags = BrokerFlags & { readonly keep?: string; readonly dryRun?: boolean };

/** Takes from the event log what nobody needs to begin: up to the newest checkpoint that is old enough. With `dryRun` only says so. */
export function trim(flags: TrimFlags): Promise<number> {
  return withSession(flags, async ({ broker, state, settings }) => {
    const keepMs = flags.keep === undefined ? settings.keepLogMs : readKeep(flags.keep);
    const [tail, head] = [await broker.log.tail(), await broker.log.head()];
    const kept = Math.max(0, head - tail + 1);
    printLine(`the event log has ${kept} records, ${tail} to ${head}`);
    const newest = state.checkpoints.complete.at(-1);
    if (newest === undefined) {
      printLine(
        'no checkpoint is in it yet: the leader writes one now and then, and nothing can be taken away before',
      );
      return EXIT.ok;
    }
    printLine(`its newest checkpoint is of ${newest.base}, written at ${localTime(newest.atMs)}`);
    const to = trimmable(state, Date.now() - keepMs);
    if (to === undefined || to < tail) {
      const age = Number.isFinite(keepMs)
        ? `is older than ${durationText(keepMs)}`
        : 'may be trimmed to (log: {keep: all})';
      printLine(`nothing to take away: no checkpoint that ${age} stands behind its first record`);
      return EXIT.ok;
    }
    const words = flags.dryRun === true ? 'would be taken away' : 'taken away';
    if (flags.dryRun !== true) await broker.log.trim(to);
    printLine(
      `${to - tail + 1} records ${words}; the log ${flags.dryRun === true ? 'would begin' : 'begins'} at ${to + 1}`,
    );
    return EXIT.ok;
  });
}

function readKeep(text: string): number {
  const keepMs = parseDuration(text);
  if (keepMs === undefined)
    throw new CodedError('bad_usage', `--keep takes a duration such as 7d, not '${text}'`);
  return keepMs;
}
