import type { State } from '../model/state.ts';
import type { Step } from './asking.ts';
import { completeCommand, runCommandLine } from './command-line.ts';
import { filterText } from './ui-state.ts';
import type { LogTyping, Typing, UiState } from './ui-state.ts';

/** The log has its own (`log-keys.ts`). */
type ViewTyping = Exclude<Typing, LogTyping>;

const TYPED_MAX_LENGTH = 200;

/** A key while a filter or a command is typed: Enter keeps or runs it, Esc takes it away. */
export function typeKey(state: State, ui: UiState, typing: ViewTyping, key: string): Step {
  const text = typing.is === 'filter' ? filterText(ui) : typing.text;
  switch (key) {
    case 'enter':
      return typing.is === 'filter'
        ? { ui: { ...ui, typing: undefined } }
        : runCommandLine(state, { ...ui, typing: undefined }, text);
    case 'esc':
    case 'ctrl-c':
      return { ui: { ...withText(ui, typing, ''), typing: undefined } };
    case 'backspace':
      // Nothing left to take away: it leaves, as in vim.
      return text === ''
        ? { ui: { ...ui, typing: undefined } }
        : { ui: withText(ui, typing, Array.from(text).slice(0, -1).join('')) };
    case 'ctrl-u':
      return { ui: withText(ui, typing, '') };
    case 'tab':
      return { ui: typing.is === 'command' ? withText(ui, typing, completeCommand(state, ui, text)) : ui };
  }
  // Names of keys have several letters; what is typed has one.
  const isTyped = Array.from(key).length === 1 && text.length < TYPED_MAX_LENGTH;
  return { ui: isTyped ? withText(ui, typing, text + key) : ui };
}

function withText(ui: UiState, typing: ViewTyping, text: string): UiState {
  if (typing.is === 'command') return { ...ui, typing: { is: 'command', text } };
  return { ...ui, filters: { ...ui.filters, [ui.view]: text }, eventsTop: undefined };
}
