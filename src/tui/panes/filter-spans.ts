import { sanitizeText } from '../../graph/text.ts';
import { bold, span } from '../span.ts';
import type { Line } from '../span.ts';
import { filterText } from '../ui-state.ts';
import type { UiState } from '../ui-state.ts';

/** The filter of the view, for its title. */
export function filterSpans(ui: UiState): Line {
  const text = filterText(ui);
  const isTyped = ui.typing?.is === 'filter';
  if (text === '' && !isTyped) return [];
  return [
    span('  /', 'accent'),
    bold(text, 'accent'),
    ...(isTyped ? [{ ...span(' '), isInverse: true }] : []),
  ];
}

/** What the operator marked, by name since a colour alone tells nobody, and the filter: for the title of a view of nodes. */
export function wishSpans(ui: UiState): Line {
  const names = sanitizeText([...ui.marks].join(' '));
  const marked: Line = ui.marks.size === 0 ? [] : [span('  marked ', 'accent'), bold(names, 'accent')];
  return [...marked, ...filterSpans(ui)];
}
