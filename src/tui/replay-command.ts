import { sanitizeText } from '../graph/text.ts';
import type { State } from '../model/state.ts';
import type { ReplayMove } from '../view/replay-moves.ts';
import { refuse } from './asking.ts';
import type { Step } from './asking.ts';
import { goLive, replayTo } from './replay.ts';
import type { UiState } from './ui-state.ts';

export const MOMENT_WORDS = ['failed', 'first', 'last', 'live'] as const;

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** `:replay` with a moment: a step by its number, a time after the trigger (`+90s`, `+2m`), or a word; without one, the first step. */
export function replayCommand(state: State, ui: UiState, text: string): Step {
  if (text === 'live') return goLive(ui);
  const move = moveOf(text);
  return move === undefined
    ? refuse(ui, sanitizeText(`there is no moment ${text}: a step, +90s, ${MOMENT_WORDS.join(', ')}`))
    : replayTo(state, ui, move);
}

function moveOf(text: string): ReplayMove | undefined {
  switch (text) {
    case '':
    case 'first':
      return { to: 'first' };
    case 'last':
      return { to: 'last' };
    case 'failed':
      return { to: 'failure' };
  }
  if (/^\d{1,7}$/u.test(text)) return { to: 'number', number: Number(text) };
  const [, amount, unit = ''] = /^\+(\d{1,7}(?:\.\d{1,3})?)([smh])$/u.exec(text) ?? [];
  const unitMs = UNITS_MS[unit];
  return amount === undefined || unitMs === undefined
    ? undefined
    : { to: 'offset', offsetMs: Number(amount) * unitMs };
}
