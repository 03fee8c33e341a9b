import { explainNode } from '../engine/reason.ts';
import { sanitizeText } from '../graph/text.ts';
import type { State } from '../model/state.ts';
import { describeNode } from '../view/describe.ts';
import { refuse, tell } from './asking.ts';
import type { Step } from './asking.ts';
import type { Extent } from './moves.ts';
import { nodeNameOf, subjectOf } from './ui-state.ts';
import type { UiState } from './ui-state.ts';
import { chosenServer } from './view-moves.ts';

/** What tells more about the chosen node, or hands its name on; nothing changes. */
export function lookUp(state: State, ui: UiState, what: 'why' | 'describe' | 'copy', extent: Extent): Step {
  if (what === 'copy' && ui.focus === 'graph' && ui.view === 'servers') {
    const server = chosenServer(state, ui);
    return server === undefined ? { ui } : copy(ui, server);
  }
  const subject = subjectOf(state, ui);
  if (subject === undefined) return refuse(ui, 'there is nothing yet');
  const { run, definition, index } = subject;
  const name = nodeNameOf(subject);
  if (what === 'copy')
    return copy(ui, ui.focus === 'runs' || ui.view === 'runs' ? (run?.id ?? definition.dag.name) : name);
  if (what === 'describe') {
    const { title, lines } = describeNode(state, subject, extent.nowMs, extent.timeText);
    return { ui: { ...ui, dialog: { is: 'text', title, lines, top: 0 } } };
  }
  if (run === undefined) return refuse(ui, `${name}: the dag is not run`);
  return tell(ui, `${name}: ${explainNode(state, run, index, extent.nowMs, extent.timeText)}`);
}

function copy(ui: UiState, text: string): Step {
  return { ui, effect: { do: 'copy', text: sanitizeText(text) } };
}
