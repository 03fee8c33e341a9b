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
