import { sanitizeText } from '../../graph/text.ts';
import type { State } from '../../model/state.ts';
import { spokenNode, spokenRun, spokenServer } from '../../view/spoken.ts';
import { answerKey, bindingsIn, shownKey } from '../bound-keys.ts';
import { consequenceOf } from '../consequence.ts';
import { contextOf } from '../place.ts';
import type { MonitorSource } from '../source.ts';
import { filterText, subjectOf } from '../ui-state.ts';
import type { Dialog, UiState } from '../ui-state.ts';
import { chosenServer, tableServers } from '../view-moves.ts';

const LINES_SAID = 60;

/** What a key did, in lines to say; none where it did nothing that is to be seen. */
export function answersTo(
  source: MonitorSource,
  before: UiState,
  after: UiState,
  timeText: (atMs: number) => string,
): readonly string[] {
  if (after.dialog !== undefined && after.dialog !== before.dialog)
    return dialogLines(source.state, after, after.dialog);
  if (after.dialog !== undefined || after.typing !== undefined) return [];
  if (before.dialog?.is === 'question') return ['The question is closed.'];
  const lines: string[] = [];
  const where = contextOf(after);
  if (where !== contextOf(before)) lines.push(`${PLACES[where]}.`);
  if (filterText(after) !== filterText(before))
    lines.push(`Filter: ${sanitizeText(filterText(after)) || 'none'}.`);
  if (after.marks.size !== before.marks.size) lines.push(`${after.marks.size} marked.`);
  const chosen = chosenLine(source, after, timeText);
  return lines.length > 0 || chosen !== chosenLine(source, before, timeText) ? [...lines, chosen] : lines;
}

const PLACES = {
  list: 'Dags and runs',
  log: 'Log',
  runs: 'All runs',
  graph: 'Nodes',
  lanes: 'What runs where',
  timeline: 'When what ran',
  servers: 'Servers',
  events: 'Events',
  reload: 'What files changed',
} as const;

/** What is chosen where the keys are. */
export function chosenLine(source: MonitorSource, ui: UiState, timeText: (atMs: number) => string): string {
  const { state } = source;
  const nowMs = source.nowMs();
  const where = contextOf(ui);
  if (where === 'servers') {
    const host = chosenServer(state, ui);
    const row = tableServers(state, source.heartbeats, nowMs, filterText(ui)).find(
      (one) => one.host === host,
    );
    return row === undefined ? 'There is no server.' : spokenServer(row);
  }
  if (where === 'events' || where === 'reload') return 'They are said as they come.';
  const subject = subjectOf(state, ui);
  if (subject === undefined) return 'There is nothing yet.';
  if (where !== 'list' && where !== 'runs') return spokenNode(state, subject, nowMs, timeText);
  if (subject.run !== undefined) return spokenRun(subject.run, nowMs);
  return sanitizeText(
    `Dag ${subject.definition.dag.name}: ${subject.definition.dag.nodes.length} nodes, not run.`,
  );
}

function dialogLines(state: State, ui: UiState, dialog: Dialog): readonly string[] {
  switch (dialog.is) {
    case 'help':
      return bindingsIn(ui.keymap, contextOf(ui)).map(
        ({ keys, help }) => `${keys.map(shownKey).join(' or ')}: ${help}.`,
      );
    case 'text': {
      const rest = dialog.lines.slice(dialog.top);
      const more = rest.length - LINES_SAID;
      const said = rest.slice(0, LINES_SAID).filter((line) => line !== '');
      return [`${dialog.title}:`, ...said, ...(more > 0 ? [`And ${more} more lines.`] : [])];
    }
    case 'question': {
      const consequence = consequenceOf(state, dialog.action);
      if (!consequence.possible) return [consequence.reason];
      const { keymap } = ui;
      const keys = `Press ${answerKey(keymap, 'yes')} for yes, ${answerKey(keymap, 'close')} for no.`;
      const enter = dialog.isYes ? ' Enter means yes now.' : ' Enter means no.';
      return [consequence.title, ...consequence.lines, keys + enter].map(sanitizeText);
    }
  }
}
