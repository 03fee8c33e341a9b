import type { State } from '../model/state.ts';
import {
  cancelConsequence,
  cordonConsequence,
  retryConsequence,
  triggerConsequence,
  uncordonConsequence,
} from '../view/consequence.ts';
import type { Consequence } from '../view/consequence.ts';
import type { MonitorAction } from './source.ts';

/** What an action touches, in the present state. */
export function consequenceOf(state: State, action: MonitorAction): Consequence {
  if (action.do === 'trigger') {
    const hash = state.dags.get(action.dag);
    const definition = hash === undefined ? undefined : state.definitions.get(hash);
    if (definition === undefined) return { possible: false, reason: 'the dag was removed' };
    return triggerConsequence(definition, action.from);
  }
  if (action.do === 'cordon') return cordonConsequence(state, action.server);
  if (action.do === 'uncordon') return uncordonConsequence(action.server);
  const run = state.runs.get(action.run);
  if (run === undefined) return { possible: false, reason: 'the run is no longer in memory' };
  switch (action.do) {
    case 'retry':
      return retryConsequence(state, run, action.nodes, action.downstream);
    case 'cancel':
      return cancelConsequence(run);
    case 'pause':
    case 'resume':
      return { possible: true, title: '', lines: [] };
  }
}
