import { CodedError } from '../../model/coded-error.ts';
import type { Link, Unsubscribe } from '../port/port.ts';
import type { LogGuard } from './event-log.ts';

/** The state of the files: down while they cannot be used, for good once the log is not the one that was opened. */
export type OpenLink = LogGuard & {
  on(listener: (link: Link) => void): Unsubscribe;
  /** Hears how each use of the files ended: undefined for well. */
  report(error: unknown): void;
  /** Runs `check`; what it throws ends the use of this log for good. */
  guard(check: () => void): void;
};

/** Codes that no later success takes back: the log is not what it was. */
const FINAL = new Set(['log_gone', 'log_foreign', 'log_damaged', 'log_regressed']);
/** Codes that are the caller's, or of one request: the files are fine. */
const HARMLESS = new Set(['too_large', 'closed', 'broker_overloaded']);

export function openLink(): OpenLink {
  const listeners = new Set<(link: Link) => void>();
  const faultListeners = new Set<(error: CodedError) => void>();
  let link: Link = { up: true };
  let fault: CodedError | undefined;

  const change = (next: Link): void => {
    if (next.up && link.up) return;
    if (!next.up && !link.up && next.reason === link.reason) return;
    // The reason may change while it is down, not since when it is.
    link = next.up ? next : { sinceMs: Date.now(), ...link, ...next };
    for (const listener of listeners) listener(link);
  };
  const report = (error: unknown): void => {
    if (fault !== undefined) return;
    if (error === undefined) return change({ up: true });
    if (error instanceof CodedError && HARMLESS.has(error.code)) return;
    change({ up: false, reason: error instanceof Error ? error.message : String(error) });
    if (!(error instanceof CodedError) || !FINAL.has(error.code)) return;
    fault = error;
    for (const listener of [...faultListeners]) listener(error);
  };
  return {
    get fault() {
      return fault;
    },
    on(listener) {
      listeners.add(listener);
      listener(link);
      return () => void listeners.delete(listener);
    },
    onFault(listener) {
      faultListeners.add(listener);
      return () => void faultListeners.delete(listener);
    },
    report,
    guard(check) {
      try {
        check();
      } catch (error) {
        report(error);
      }
    },
  };
}
