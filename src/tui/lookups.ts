import { explainNode } from '../engine/reason.ts';
import { sanitizeText } from '../graph/text.ts';
import type { State } from '../model/state.ts';
import { describeNode } from '../view/describe.ts';
import { refuse, tell } from './asking.ts';
import type { Step } from './asking.ts';
import type { Extent } from './moves.ts';
import { nodeNameOf, subjectOf } from './ui-state.ts';
import type { Reading, Subject, UiState } from './ui-state.ts';
import { chosenServer } from './view-moves.ts';

/** What tells more about the chosen node, or hands its name on; nothing changes. */
export function lookUp(
  state: State,
  ui: UiState,
  what: 'why' | 'describe' | 'yaml' | 'copy',
  extent: Extent,
): Step {
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
  if (what === 'yaml') return { ui: { ...ui, dialog: definitionReading(ui, subject, extent) } };
  if (run === undefined) return refuse(ui, `${name}: the dag is not run`);
  return tell(ui, `${name}: ${explainNode(state, run, index, extent.nowMs, extent.timeText)}`);
}

/** The definition that the run is pinned to, from the chosen node on. */
function definitionReading(ui: UiState, { run, definition, index }: Subject, extent: Extent): Reading {
  const { dag, hash } = definition;
  const { lines, lineOf, masked } = extent.definitionText(dag);
  const head = [
    `# version ${hash}${run === undefined ? '' : `, to which run ${run.id} is pinned`}`,
    ...(masked.length === 0 ? [] : [`# masked, as their names tell of secrets: ${masked.join(', ')}`]),
  ];
  const node = ui.focus === 'runs' ? undefined : dag.nodes[index]?.name;
  const at = node === undefined ? undefined : lineOf.get(node);
  return {
    is: 'text',
    title: sanitizeText(dag.name),
    lines: [...head, ...lines].map(sanitizeText),
    top: at === undefined ? 0 : at + head.length,
  };
}

function copy(ui: UiState, text: string): Step {
  return { ui, effect: { do: 'copy', text: sanitizeText(text) } };
}
