import { CodedError } from '../../model/coded-error.ts';
import type { Unsubscribe } from './port.ts';

/** What ends the use of a log for good: it is not the one that was opened, or lost what was read of it. */
export class LogFault {
  readonly #listeners = new Set<(error: CodedError) => void>();
  #fault: CodedError | undefined;

  get fault(): CodedError | undefined {
    return this.#fault;
  }

  /** Calls at once when there is one already. */
  on(listener: (error: CodedError) => void): Unsubscribe {
    this.#listeners.add(listener);
    if (this.#fault !== undefined) listener(this.#fault);
    return () => void this.#listeners.delete(listener);
  }

  /** The first one stays; returned is the one that stands. */
  raise(error: CodedError): CodedError {
    if (this.#fault !== undefined) return this.#fault;
    this.#fault = error;
    for (const listener of [...this.#listeners]) listener(error);
    return error;
  }

  check(): void {
    if (this.#fault !== undefined) throw this.#fault;
  }
}

/** `where` names log and server: `the event log dag:log on the Redis server localhost:6379`. */
export function goneLog(where: string): CodedError {
  return new CodedError('log_gone', `${where} was deleted`, {
    hint: 'restore it from a backup, or start all of dagtop again to begin a new one',
  });
}

export function foreignLog(where: string): CodedError {
  return new CodedError('log_foreign', `${where} is not the one that was in use`, {
    hint: 'it was wiped or restored: start all of dagtop again if the new log is the one to use',
  });
}

export function regressedLog(where: string, last: number, seen: number): CodedError {
  return new CodedError('log_regressed', `${where} ends at ${last}, but was seen up to ${seen}`, {
    hint: 'the server lost its newest records or an older copy was restored: stop every dagtop, and start with the newest copy',
  });
}
