import type { State } from '../model/state.ts';
import { askCancel, askCordon, askRetry, askTrigger, pauseOrResume } from './asking.ts';
import type { Step } from './asking.ts';
import type { Command } from './keymap.ts';
import type { Extent } from './moves.ts';
import type { UiState } from './ui-state.ts';
import { chosenServer } from './view-moves.ts';

const STEERING = ['trigger', 'retry', 'retryDownstream', 'cordon', 'cancel', 'pause'] as const;
type Steering = (typeof STEERING)[number];

export function isSteering(command: Command): command is Steering {
  return STEERING.some((one) => one === command);
}

/** What changes runs and servers: it asks first. */
export function steer(state: State, ui: UiState, command: Steering, extent: Extent): Step {
  switch (command) {
    case 'trigger':
      return askTrigger(state, ui);
    case 'retry':
      return askRetry(state, ui, false, extent);
    case 'retryDownstream':
      return askRetry(state, ui, true, extent);
    case 'cordon':
      return askCordon(state, ui, chosenServer(state, ui));
    case 'cancel':
      return askCancel(state, ui);
    case 'pause':
      return pauseOrResume(state, ui);
  }
}
