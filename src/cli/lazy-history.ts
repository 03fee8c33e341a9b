import { existsSync } from 'node:fs';
import type { ApiHistory } from '../api/history.ts';
import type { HistoryReader } from '../history/port/history.ts';
import type { HistorySettings } from './settings.ts';

/** The history for who serves it: opened at the first question, since who writes it may come later, or be down at the start. Undefined when none is wanted. */
export class LazyHistory implements ApiHistory {
  readonly #url: string;
  #opening: Promise<HistoryReader> | undefined;

  private constructor(url: string) {
    this.#url = url;
  }

  static of({ url }: HistorySettings): LazyHistory | undefined {
    return url === undefined ? undefined : new LazyHistory(url);
  }

  readonly runs: ApiHistory['runs'] = async (query) => (await this.#open())?.runs(query) ?? { items: [] };
  readonly run: ApiHistory['run'] = async (id) => (await this.#open())?.run(id);
  readonly events: ApiHistory['events'] = async (run, after, limit) =>
    (await this.#open())?.events(run, after, limit) ?? [];
  readonly audit: ApiHistory['audit'] = async (query) => (await this.#open())?.audit(query) ?? { items: [] };
  readonly stats: ApiHistory['stats'] = async (query) =>
    (await this.#open())?.stats(query) ?? { dags: [], nodes: [], days: [], slowest: [] };
  readonly recorded: ApiHistory['recorded'] = async () => (await this.#open())?.recorded();

  async close(): Promise<void> {
    await (await this.#opening?.catch(() => undefined))?.close();
  }

  /** Undefined while nothing was ever written. */
  async #open(): Promise<HistoryReader | undefined> {
    const file = /^sqlite:(.*)$/s.exec(this.#url)?.[1];
    if (this.#opening === undefined && file !== undefined && !existsSync(file)) return undefined;
    this.#opening ??= import('../history/open.ts').then(({ openHistory }) => openHistory(this.#url));
    try {
      return await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }
}
