import type { LogEvent, RunOutcome } from '../model/event.ts';
import type { RunId } from '../model/ids.ts';
import type { Session } from './session.ts';

/** Tells each accepted event of a run until the run has ended, and how. Call it before the run is triggered, to miss none. */
export function followRun(
  session: Session,
  id: RunId,
  onEvent: (event: LogEvent) => void,
): Promise<RunOutcome> {
  return new Promise((resolve, reject) => {
    const end = session.replica.listen({
      onFolded: (folded) => {
        for (const { event, verdict } of folded) {
          if (!verdict.accepted || !('run' in event) || event.run !== id) continue;
          onEvent(event);
          if (event.type !== 'run.finished') continue;
          end();
          resolve(event.outcome);
          return;
        }
      },
      onFault: reject,
    });
  });
}
