import { fitText, sanitizeText } from '../../graph/text.ts';
import { contextOf } from '../place.ts';
import type { Context } from '../place.ts';
import { bold, span } from '../span.ts';
import type { Line } from '../span.ts';
import { nodeNameOf } from '../ui-state.ts';
import type { Subject, UiState } from '../ui-state.ts';

/** A name in a title leaves room for the rest of it. */
const NAME_MAX = 24;

/**
 * The beginning of the title of the pane that shows `place`: what it is; and where the operator is in it, the way that led there, which Esc goes back:
 * `Runs › words 6fk9a5-wzqh › Log merge`.
 */
export function titleSpans(ui: UiState, subject: Subject | undefined, place: Context): Line {
  // A replay says which moment it is, and needs the room.
  if (contextOf(ui) !== place || ui.replay !== undefined) return ownSpans(ui, place, subject, []);
  const before = ui.trail.map((one, at) => ({
    ...span(`${textOf(ownSpans(ui, one, subject, ui.trail.slice(0, at)))} › `, 'muted'),
    givesWay: true,
  }));
  return [...before, ...ownSpans(ui, place, subject, ui.trail)];
}

/** What stands at a place; which run it is about is said where no place before has said it. */
function ownSpans(
  ui: UiState,
  place: Context,
  subject: Subject | undefined,
  before: readonly Context[],
): Line {
  switch (place) {
    case 'list':
      return [bold('Runs')];
    case 'runs':
      return [bold('All runs')];
    case 'graph':
      return subject === undefined ? [bold('Drawing')] : runSpans(subject);
    case 'timeline':
      if (before.includes('graph') || subject === undefined) return [bold('Timeline')];
      return [...runSpans(subject), bold(' Timeline')];
    case 'lanes':
    case 'servers':
    case 'events':
    case 'reload':
      return [bold(`${place.slice(0, 1).toUpperCase()}${place.slice(1)}`)];
    case 'log':
      if (subject === undefined) return [bold('Log')];
      return [
        bold(`Log ${nameText(ui.log.scope === 'run' ? subject.definition.dag.name : nodeNameOf(subject))}`),
      ];
  }
}

function runSpans({ run, definition }: Subject): Line {
  const name = bold(nameText(definition.dag.name));
  return run === undefined ? [name] : [name, span(` ${sanitizeText(run.id)}`, 'muted')];
}

function nameText(name: string): string {
  return fitText(sanitizeText(name), NAME_MAX).trimEnd();
}

function textOf(line: Line): string {
  return line.map(({ text }) => text).join('');
}
