import { CodedError } from '../model/coded-error.ts';
import type { HistoryReader } from './port/history.ts';

/** For a process that goes on for long: opens the history with the first question, and with the next one when that failed. */
export class LazyHistory implements HistoryReader {
  readonly #open: () => Promise<HistoryReader>;
  #opened: Promise<HistoryReader> | undefined;
  #isClosed = false;

  constructor(open: () => Promise<HistoryReader>) {
    this.#open = open;
  }

  runs: HistoryReader['runs'] = async (query) => (await this.#reader()).runs(query);
  run: HistoryReader['run'] = async (id) => (await this.#reader()).run(id);
  runIds: HistoryReader['runIds'] = async (beginning, limit) =>
    (await this.#reader()).runIds(beginning, limit);
  events: HistoryReader['events'] = async (run, after, limit) =>
    (await this.#reader()).events(run, after, limit);
  audit: HistoryReader['audit'] = async (query) => (await this.#reader()).audit(query);
  stats: HistoryReader['stats'] = async (query) => (await this.#reader()).stats(query);
  recorded: HistoryReader['recorded'] = async () => (await this.#reader()).recorded();

  async close(): Promise<void> {
    this.#isClosed = true;
    const reader = await this.#opened?.catch(() => undefined);
    await reader?.close();
  }

  #reader(): Promise<HistoryReader> {
    if (this.#isClosed) return Promise.reject(new CodedError('closed', 'the history was closed'));
    this.#opened ??= this.#open().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }
}
