import { existsSync } from 'node:fs';
import { LazyHistory } from '../history/lazy.ts';
import type { HistoryReader } from '../history/port/history.ts';
import type { FoundRun } from '../history/port/all-runs.ts';
import { CodedError } from '../model/coded-error.ts';
import type { RunId } from '../model/ids.ts';
import type { Definition, State } from '../model/state.ts';
import { ambiguousRun, findDagOrRun, findRun } from './lookup.ts';
import type { Settings } from './settings.ts';

/** The history as far as there is one: undefined when none is wanted, or nothing was written yet. `isServed`: for a process with other things to do. Errors: those of `openHistory`. */
export async function openWrittenHistory(
  { history }: Settings,
  isServed = false,
): Promise<HistoryReader | undefined> {
  const { url } = history;
  if (url === undefined) return undefined;
  if (url.startsWith('sqlite:') && !existsSync(url.slice('sqlite:'.length))) return undefined;
  const { openHistory, openServedHistory } = await import('../history/open.ts');
  return isServed ? openServedHistory(url) : openHistory(url);
}

/** As `openWrittenHistory`. Error: `no_history`. */
export async function needHistory(settings: Settings, isServed = false): Promise<HistoryReader> {
  const history = await openWrittenHistory(settings, isServed);
  if (history !== undefined) return history;
  throw new CodedError('no_history', 'there is no history yet', {
    hint: "'dagtop up', 'dagtop serve' and 'dagtop record' write it; --history URL says where it is",
  });
}

/** For a screen or a server: opened when it is asked first; until it was written, questions reject with `no_history`. Undefined when none is wanted. */
export function lazyHistory(settings: Settings): HistoryReader | undefined {
  return settings.history.url === undefined ? undefined : new LazyHistory(() => needHistory(settings, true));
}

/** Does `work` with the written history, where there is one, and closes it. */
export async function withWrittenHistory<Result>(
  settings: Settings,
  work: (history: HistoryReader | undefined) => Promise<Result>,
): Promise<Result> {
  const history = await openWrittenHistory(settings);
  try {
    return await work(history);
  } finally {
    await history?.close();
  }
}

/** A run in memory as `findRun` finds it, else one that the history has. Errors: `no_such_run`, and those of the history. */
export async function findAnyRun({ state, settings }: Place, text: string): Promise<FoundRun> {
  const found = await orHistory(settings, text, () => findRun(state, text));
  return 'from' in found ? found : { run: found, from: 'memory' };
}

/** A dag in force or a run in memory as `findDagOrRun` finds it, else a run that the history has. Errors: as `findAnyRun`. */
export async function findDagOrAnyRun(
  { state, settings }: Place,
  text: string,
): Promise<Definition | FoundRun> {
  const found = await orHistory(settings, text, () => findDagOrRun(state, text));
  return 'from' in found || 'hash' in found ? found : { run: found, from: 'memory' };
}

type Place = { readonly state: State; readonly settings: Settings };

async function orHistory<Found>(
  settings: Settings,
  text: string,
  inMemory: () => Found,
): Promise<Found | FoundRun> {
  try {
    return inMemory();
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'no_such_run') throw error;
    const found = await withWrittenHistory(
      settings,
      async (history) => history && findWritten(history, text),
    );
    if (found === undefined) throw error;
    return found;
  }
}

/** The run of that id, the only one whose id begins so, or the newest that has ended of the dag of that name. */
async function findWritten(history: HistoryReader, text: string): Promise<FoundRun | undefined> {
  const ids = [text as RunId];
  const starting = text === '' ? [] : await history.runIds(text, 2);
  if (starting.length > 1 && !starting.includes(text as RunId)) {
    const exact = await history.run(text as RunId);
    if (exact === undefined) throw ambiguousRun(text, starting.length);
  }
  ids.push(...starting.slice(0, 1));
  const query = { dag: text, states: ['succeeded', 'failed', 'canceled'] as const, limit: 1 };
  ids.push(...(await history.runs(query)).items.map(({ run }) => run));
  for (const id of ids) {
    const run = await history.run(id);
    if (run !== undefined) return { run, from: 'history' };
  }
  return undefined;
}
