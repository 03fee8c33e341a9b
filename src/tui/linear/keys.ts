import type { NodeName } from '../../model/ids.ts';
import type { State } from '../../model/state.ts';
import { refuse } from '../asking.ts';
import type { Step } from '../asking.ts';
import { commandOf } from '../bound-keys.ts';
import type { Command } from '../keymap.ts';
import { ofOtherLog } from '../log-wish.ts';
import { stepInList } from '../moves.ts';
import type { Extent, Move } from '../moves.ts';
import { contextOf } from '../place.ts';
import { pressKey } from '../steps.ts';
import { subjectOf } from '../ui-state.ts';
import type { UiState } from '../ui-state.ts';

const LIST_MOVES: ReadonlySet<Command | undefined> = new Set<Command>([
  'up',
  'down',
  'pageUp',
  'pageDown',
  'first',
  'last',
]);
const OF_THE_DRAWING: ReadonlySet<Command | undefined> = new Set<Command>([
  'fold',
  'foldAll',
  'boxes',
  'critical',
  'turn',
  'focus',
  'map',
]);

/** As `pressKey`, where there is no drawing: the nodes are a list in an order in which they could run, left is what a node waits for, right what waits for it. */
export function pressKeyInList(state: State, ui: UiState, key: string, extent: Extent): Step {
  const isList = ui.dialog === undefined && ui.typing === undefined && contextOf(ui) === 'graph';
  const command = isList ? commandOf(ui.keymap, (ui.pendingKey ?? '') + key, 'graph') : undefined;
  if (OF_THE_DRAWING.has(command)) return refuse(ui, 'there is no drawing here');
  const to = moveTo(state, ui, command, extent);
  if (to === undefined) return pressKey(state, ui, key, extent);
  const run = subjectOf(state, ui)?.run;
  const chosen = run === undefined ? ui.chosen : ({ is: 'run', run: run.id } as const);
  return { ui: { ...ui, chosen, node: to, pendingKey: undefined, log: ofOtherLog(ui.log) } };
}

/** The node that a move leads to; undefined where the command is none. */
function moveTo(
  state: State,
  ui: UiState,
  command: Command | undefined,
  extent: Extent,
): NodeName | undefined {
  const subject = subjectOf(state, ui);
  if (subject === undefined) return undefined;
  const { definition, index } = subject;
  const { order, dag, downstream } = definition;
  if (command === 'left') return dag.nodes[index]?.depends[0] ?? dag.nodes[index]?.name;
  if (command === 'right') return dag.nodes[downstream[index]?.[0] ?? index]?.name;
  if (!LIST_MOVES.has(command)) return undefined;
  const at = stepInList(order.indexOf(index), order.length, command as Move, extent);
  return dag.nodes[order[at] ?? index]?.name;
}
