import type { UiState } from './ui-state.ts';

const FILTER_MAX_LENGTH = 200;

/** A key while a filter is typed: Enter keeps it, Esc takes it away. The list follows its end meanwhile. */
export function typeFilter(ui: UiState, key: string): UiState {
  const { eventFilter } = ui;
  switch (key) {
    case 'enter':
      return { ...ui, isTyping: false };
    case 'esc':
    case 'ctrl-c':
      return { ...ui, isTyping: false, eventFilter: '', eventsTop: undefined };
    case 'backspace':
      return { ...ui, eventFilter: Array.from(eventFilter).slice(0, -1).join('') };
  }
  // Names of keys have several letters; what is typed has one.
  const isTyped = Array.from(key).length === 1 && eventFilter.length < FILTER_MAX_LENGTH;
  return isTyped ? { ...ui, eventFilter: eventFilter + key, eventsTop: undefined } : ui;
}
