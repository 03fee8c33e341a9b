import type { Run } from '../model/state.ts';

export const RUN_STATES = ['running', 'paused', 'canceling', 'succeeded', 'failed', 'canceled'] as const;
/** What a run is called where one word must do. */
export type RunState = (typeof RUN_STATES)[number];

export function runState(run: Pick<Run, 'end' | 'canceled' | 'paused'>): RunState {
  if (run.end !== undefined) return run.end.outcome;
  if (run.canceled) return 'canceling';
  return run.paused ? 'paused' : 'running';
}
