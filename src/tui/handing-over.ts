import type { State } from '../model/state.ts';
import { refuse } from './asking.ts';
import type { Step } from './asking.ts';
import type { Command } from './keymap.ts';
import { nodeNameOf, subjectOf } from './ui-state.ts';
import type { UiState } from './ui-state.ts';

/** What is asked of the terminal itself. It works whatever stands on the screen, a question too; undefined for all else. */
export function handOver(state: State, ui: UiState, command: Command | undefined): Step | undefined {
  if (command === 'suspend') return { ui, effect: { do: 'suspend' } };
  return command === 'snapshot' ? snapshot(state, ui, undefined) : undefined;
}

export function snapshot(state: State, ui: UiState, file: string | undefined): Step {
  const subject = subjectOf(state, ui);
  const name = subject === undefined ? '' : `${subject.definition.dag.name}-${subject.run?.id ?? 'dag'}`;
  return { ui, effect: { do: 'snapshot', file, subject: name } };
}

/** Opens the file of the chosen dag, at the chosen node. */
export function edit(state: State, ui: UiState): Step {
  if (ui.isReadOnly) return refuse(ui, 'this screen is read-only (--read-only, or read_only in config.yaml)');
  const subject = subjectOf(state, ui);
  if (subject === undefined) return refuse(ui, 'there is nothing yet');
  const node = ui.focus === 'runs' || ui.view === 'runs' ? undefined : nodeNameOf(subject);
  return { ui, effect: { do: 'edit', dag: subject.definition.dag.name, node } };
}
