import type { HistoryReader } from '../history/port/history.ts';
import { ApiProblem } from './problem.ts';

export type ApiHistory = Pick<HistoryReader, 'runs' | 'run' | 'events' | 'audit' | 'stats' | 'recorded'>;

/** The same history, whose failures are problems: 503. */
export function apiHistory(history: ApiHistory): ApiHistory {
  const guarded = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw new ApiProblem(503, 'history_down', 'the database of the history does not answer', {
        retryAfterS: 5,
        hint: 'runs in memory are served all the same; runs go on',
        cause: error,
      });
    }
  };
  return {
    runs: (query) => guarded(history.runs(query)),
    run: (id) => guarded(history.run(id)),
    events: (run, after, limit) => guarded(history.events(run, after, limit)),
    audit: (query) => guarded(history.audit(query)),
    stats: (query) => guarded(history.stats(query)),
    recorded: () => guarded(history.recorded()),
  };
}
