import type { EventLog } from '../broker/port/port.ts';
import type { Clock } from '../model/clock.ts';
import type { Position } from '../model/ids.ts';
import type { Replica } from '../replica/replica.ts';

/** A replica is rarely behind by more. */
const PATIENCE_MS = 5_000;

/**
 * Resolves with true when `replica` has read the log up to `position`, and with false when the log ends before it: whoever named that place
 * meant another log, or none. Rejects with the log's fault.
 */
export async function reaches(
  position: Position,
  replica: Replica,
  log: EventLog,
  clock: Clock,
): Promise<boolean> {
  const giveUp = new AbortController();
  const reached = replica.reached(position, giveUp.signal).then(() => true);
  reached.catch(() => undefined);
  for (;;) {
    const patience = Promise.withResolvers<false>();
    const timer = clock.after(PATIENCE_MS, () => patience.resolve(false));
    const isThere = await Promise.race([reached, patience.promise]).finally(() => timer.cancel());
    if (isThere) return true;
    // Without an answer it may be there yet.
    const head = await log.head().catch(() => position);
    if (head >= position) continue;
    giveUp.abort();
    return false;
  }
}
