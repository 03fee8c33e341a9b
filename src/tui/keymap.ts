/** What keys ask for. The table is the one place where keys stand: help, footer and tests read it. */
export type Command =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'first'
  | 'last'
  | 'pageUp'
  | 'pageDown'
  | 'nextTelling'
  | 'nextPane'
  | 'previousPane'
  | 'open'
  | 'back'
  | 'log'
  | 'fold'
  | 'foldAll'
  | 'graphView'
  | 'lanesView'
  | 'timelineView'
  | 'eventsView'
  | 'filter'
  | 'boxes'
  | 'critical'
  | 'turn'
  | 'trigger'
  | 'retry'
  | 'retryDownstream'
  | 'cancel'
  | 'pause'
  | 'help'
  | 'quit';

export type Focus = 'runs' | 'graph' | 'log';

export type Binding = {
  readonly command: Command;
  /** As `keyNames` gives them. */
  readonly keys: readonly string[];
  readonly help: string;
  /** Only while one of these panes has the keys; everywhere by default. */
  readonly only?: readonly Focus[];
  /** A word for the footer; left out there by default. */
  readonly hint?: string;
};

export const KEYMAP: readonly Binding[] = [
  { command: 'up', keys: ['k', 'up'], help: 'up' },
  { command: 'down', keys: ['j', 'down'], help: 'down' },
  { command: 'left', keys: ['h', 'left'], help: 'left' },
  { command: 'right', keys: ['right'], help: 'right' },
  { command: 'right', keys: ['l'], help: 'right (drawing)', only: ['graph'] },
  { command: 'first', keys: ['g', 'home'], help: 'first, leftmost' },
  { command: 'last', keys: ['G', 'end'], help: 'last, rightmost' },
  { command: 'pageUp', keys: ['pageup', 'ctrl-b'], help: 'a page up' },
  { command: 'pageDown', keys: ['pagedown', 'ctrl-f'], help: 'a page down' },
  { command: 'nextTelling', keys: ['n'], help: 'next failed or live' },
  { command: 'nextPane', keys: ['tab'], help: 'next pane' },
  { command: 'previousPane', keys: ['shift-tab'], help: 'previous pane' },
  { command: 'open', keys: ['enter'], help: 'open the run', only: ['runs'], hint: 'open' },
  { command: 'open', keys: ['enter'], help: 'open stack or log', only: ['graph', 'log'] },
  { command: 'back', keys: ['esc', 'backspace'], help: 'back', only: ['graph', 'log'], hint: 'back' },
  { command: 'log', keys: ['L'], help: 'log in full (drawing)', only: ['graph'], hint: 'log' },
  { command: 'log', keys: ['l', 'L'], help: 'log in full', only: ['runs', 'log'], hint: 'log' },
  { command: 'fold', keys: ['z'], help: 'open or close a stack', only: ['graph'] },
  { command: 'foldAll', keys: ['Z'], help: 'stacks on or off', only: ['graph'] },
  { command: 'boxes', keys: ['b'], help: 'other kind of box', only: ['graph'] },
  { command: 'critical', keys: ['c'], help: 'the critical path', only: ['graph'] },
  { command: 'turn', keys: ['o'], help: 'lines down or right', only: ['graph'] },
  { command: 'trigger', keys: ['t'], help: 'run a dag (trigger)', hint: 'run' },
  { command: 'retry', keys: ['r'], help: 'retry the node', hint: 'retry' },
  { command: 'retryDownstream', keys: ['R'], help: 'retry with downstream', hint: '+down' },
  { command: 'cancel', keys: ['x'], help: 'cancel the run', hint: 'cancel' },
  { command: 'pause', keys: ['p'], help: 'pause or resume', hint: 'pause' },
  { command: 'graphView', keys: ['2'], help: 'the drawing', hint: 'graph' },
  { command: 'lanesView', keys: ['3'], help: 'servers and their work', hint: 'servers' },
  { command: 'timelineView', keys: ['4'], help: 'when what ran', hint: 'timeline' },
  { command: 'eventsView', keys: ['7'], help: 'events', hint: 'events' },
  { command: 'filter', keys: ['/'], help: 'filter (events)' },
  { command: 'help', keys: ['?'], help: 'this help', hint: 'help' },
  { command: 'quit', keys: ['q', 'ctrl-c'], help: 'quit', hint: 'quit' },
];

export function commandOf(key: string, focus: Focus): Command | undefined {
  return KEYMAP.find(({ keys, only }) => keys.includes(key) && (only === undefined || only.includes(focus)))
    ?.command;
}

/** What keys ask for while a question stands. Everything that is not listed does nothing. */
export type Answer = 'yes' | 'press' | 'switch' | 'close' | 'next' | 'previous';

export const DIALOG_KEYS: readonly { readonly answer: Answer; readonly keys: readonly string[] }[] = [
  { answer: 'yes', keys: ['y', 'Y'] },
  { answer: 'press', keys: ['enter'] },
  { answer: 'switch', keys: ['tab', 'shift-tab', 'h', 'l', 'left', 'right'] },
  { answer: 'next', keys: ['j', 'down'] },
  { answer: 'previous', keys: ['k', 'up'] },
  { answer: 'close', keys: ['n', 'N', 'esc', 'q', 'ctrl-c'] },
];

export function answerOf(key: string): Answer | undefined {
  return DIALOG_KEYS.find(({ keys }) => keys.includes(key))?.answer;
}
