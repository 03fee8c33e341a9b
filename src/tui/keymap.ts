import type { Context } from './place.ts';

/** What keys ask for. The table is the one place where keys stand; what the operator makes of it is a `Keymap`. */
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
  | 'nextMatch'
  | 'previousMatch'
  | 'mark'
  | 'why'
  | 'describe'
  | 'copy'
  | 'yaml'
  | 'edit'
  | 'snapshot'
  | 'suspend'
  | 'cordon'
  | 'sort'
  | 'command'
  | 'nextPane'
  | 'previousPane'
  | 'open'
  | 'back'
  | 'log'
  | 'logSearch'
  | 'logFilter'
  | 'logTimes'
  | 'logWrap'
  | 'logScope'
  | 'logFollow'
  | 'olderAttempt'
  | 'newerAttempt'
  | 'fold'
  | 'foldAll'
  | 'runsView'
  | 'graphView'
  | 'lanesView'
  | 'timelineView'
  | 'serversView'
  | 'eventsView'
  | 'reloadView'
  | 'filter'
  | 'boxes'
  | 'critical'
  | 'focus'
  | 'map'
  | 'turn'
  | 'trigger'
  | 'retry'
  | 'retryDownstream'
  | 'cancel'
  | 'pause'
  | 'stepBack'
  | 'stepOn'
  | 'scrubBack'
  | 'scrubOn'
  | 'live'
  | 'help'
  | 'quit';

const VIEW_CONTEXTS: readonly Context[] = [
  'runs',
  'graph',
  'lanes',
  'timeline',
  'servers',
  'events',
  'reload',
];
const NODE_VIEWS: readonly Context[] = ['graph', 'lanes', 'timeline'];
const RUN_PLACES: readonly Context[] = ['list', ...NODE_VIEWS];

export type Binding = {
  readonly command: Command;
  /** As `keyNames` gives them. */
  readonly keys: readonly string[];
  readonly help: string;
  /** Only while one of these panes has the keys; everywhere by default. */
  readonly only?: readonly Context[];
  /** What the help says of several commands on one line, where a line for each is too many. */
  readonly together?: string;
  /** A word for the footer; left out there by default. */
  readonly hint?: string;
  /** The same while a run is replayed. */
  readonly hintInReplay?: string;
  /** What the footer calls the key, where it stands for several. */
  readonly hintKey?: string;
};

/** The keys as they are while nobody binds others. */
export const KEYMAP: readonly Binding[] = [
  { command: 'up', keys: ['k', 'up'], help: 'up' },
  { command: 'down', keys: ['j', 'down'], help: 'down' },
  { command: 'left', keys: ['h', 'left'], help: 'left' },
  { command: 'right', keys: ['right'], help: 'right' },
  { command: 'right', keys: ['l'], help: 'right (drawing)', only: ['graph'] },
  { command: 'first', keys: ['gg', 'home'], help: 'first, leftmost', together: 'first, last' },
  { command: 'last', keys: ['G', 'end'], help: 'last, rightmost', together: 'first, last' },
  { command: 'pageUp', keys: ['pageup', 'ctrl-u', 'ctrl-b'], help: 'a page up', together: 'a page up, down' },
  {
    command: 'pageDown',
    keys: ['pagedown', 'ctrl-d', 'ctrl-f'],
    help: 'a page down',
    together: 'a page up, down',
  },
  {
    command: 'nextMatch',
    keys: ['n'],
    help: 'next match or failed',
    together: 'next match or failed',
    only: ['list', ...NODE_VIEWS],
  },
  {
    command: 'previousMatch',
    keys: ['N'],
    help: 'previous match',
    together: 'next match or failed',
    only: ['list', ...NODE_VIEWS],
  },
  { command: 'nextMatch', keys: ['n'], help: 'next match', together: 'next match', only: ['log'] },
  { command: 'previousMatch', keys: ['N'], help: 'previous match', together: 'next match', only: ['log'] },
  { command: 'nextPane', keys: ['tab'], help: 'next pane', together: 'other pane' },
  { command: 'previousPane', keys: ['shift-tab'], help: 'previous pane', together: 'other pane' },
  { command: 'open', keys: ['enter'], help: 'open the run', only: ['list', 'runs'], hint: 'open' },
  {
    command: 'open',
    keys: ['enter'],
    help: 'open stack or log',
    only: ['graph', 'lanes', 'timeline', 'log'],
  },
  {
    command: 'back',
    keys: ['esc', 'backspace'],
    help: 'back',
    only: [...VIEW_CONTEXTS, 'log'],
    hint: 'back',
  },
  { command: 'log', keys: ['L'], help: 'log in full', only: NODE_VIEWS, hint: 'log' },
  { command: 'log', keys: ['l', 'L'], help: 'log in full', only: ['list', 'log'], hint: 'log' },
  { command: 'logSearch', keys: ['/'], help: 'search', only: ['log'], hint: 'search' },
  { command: 'logFilter', keys: ['&'], help: 'only lines that match', only: ['log'], hint: 'filter' },
  { command: 'logTimes', keys: ['T'], help: 'times: of day, since start', only: ['log'], hint: 'times' },
  { command: 'logScope', keys: ['a'], help: 'more nodes: branch, run', only: ['log'], hint: 'scope' },
  { command: 'logWrap', keys: ['W'], help: 'wrap long lines', only: ['log'], hint: 'wrap' },
  { command: 'logFollow', keys: ['F'], help: 'follow the end', only: ['log'], hint: 'follow' },
  {
    command: 'olderAttempt',
    keys: ['['],
    help: 'older attempt',
    together: 'older, newer attempt',
    only: ['log'],
    hint: 'older',
  },
  {
    command: 'newerAttempt',
    keys: [']'],
    help: 'newer attempt',
    together: 'older, newer attempt',
    only: ['log'],
  },
  {
    command: 'fold',
    keys: ['z'],
    help: 'open, close a stack',
    only: ['graph'],
    together: 'a stack, all stacks',
  },
  {
    command: 'foldAll',
    keys: ['Z'],
    help: 'stacks on or off',
    only: ['graph'],
    together: 'a stack, all stacks',
  },
  { command: 'boxes', keys: ['b'], help: 'other kind of box', only: ['graph'] },
  { command: 'critical', keys: ['c'], help: 'the critical path', only: ['graph'] },
  {
    command: 'focus',
    keys: ['f'],
    help: 'only what is around the node, or all',
    only: ['graph'],
    together: 'focus, small map',
  },
  {
    command: 'map',
    keys: ['m'],
    help: 'a small map of the drawing',
    only: ['graph'],
    together: 'focus, small map',
  },
  { command: 'turn', keys: ['o'], help: 'lines down or right', only: ['graph'] },
  { command: 'cordon', keys: ['D'], help: 'cordon, uncordon it', only: ['servers'], hint: 'cordon' },
  { command: 'sort', keys: ['s'], help: 'other order', only: ['runs'], hint: 'sort' },
  { command: 'trigger', keys: ['t'], help: 'run a dag (trigger)', hint: 'run' },
  { command: 'retry', keys: ['r'], help: 'retry the node', hint: 'retry' },
  { command: 'retryDownstream', keys: ['R'], help: 'retry and downstream', hint: '+down' },
  { command: 'cancel', keys: ['x'], help: 'cancel the run', hint: 'cancel' },
  { command: 'pause', keys: ['p'], help: 'pause or resume', hint: 'pause' },
  { command: 'runsView', keys: ['1'], help: 'all runs, a table', hint: 'views', hintKey: '1-8' },
  { command: 'graphView', keys: ['2'], help: 'the drawing' },
  { command: 'lanesView', keys: ['3'], help: 'what runs where' },
  { command: 'timelineView', keys: ['4'], help: 'when what ran' },
  { command: 'log', keys: ['5'], help: 'the log in full' },
  { command: 'serversView', keys: ['6'], help: 'servers, a table' },
  { command: 'eventsView', keys: ['7'], help: 'events' },
  { command: 'reloadView', keys: ['8'], help: 'what files changed' },
  { command: 'filter', keys: ['/'], help: 'filter', only: ['list', ...VIEW_CONTEXTS], hint: 'filter' },
  { command: 'command', keys: [':'], help: 'type a command', hint: 'command' },
  { command: 'why', keys: ['w'], help: 'why does it not run?', only: ['graph', 'lanes', 'timeline', 'list'] },
  {
    command: 'describe',
    keys: ['d'],
    help: 'all about the node',
    only: ['graph', 'lanes', 'timeline', 'list'],
  },
  { command: 'mark', keys: [' '], help: 'mark the node', only: ['graph', 'timeline'] },
  { command: 'yaml', keys: ['y'], help: 'definition as YAML' },
  { command: 'edit', keys: ['e'], help: 'edit its file', only: ['list', 'runs', 'reload', ...NODE_VIEWS] },
  { command: 'copy', keys: ['Y'], help: 'copy its name' },
  {
    command: 'stepBack',
    keys: [','],
    help: 'replay: a step back',
    only: RUN_PLACES,
    together: 'the run as it was',
    hintInReplay: 'back',
  },
  {
    command: 'stepOn',
    keys: ['.'],
    help: 'replay: a step on',
    only: RUN_PLACES,
    together: 'the run as it was',
    hintInReplay: 'on',
  },
  {
    command: 'scrubBack',
    keys: ['<'],
    help: 'replay: far back',
    only: RUN_PLACES,
    together: 'the run as it was',
    hintInReplay: 'far back',
  },
  {
    command: 'scrubOn',
    keys: ['>'],
    help: 'replay: far on',
    only: RUN_PLACES,
    together: 'the run as it was',
    hintInReplay: 'far on',
  },
  {
    command: 'live',
    keys: ['0'],
    help: 'replay ends: live',
    only: [...RUN_PLACES, 'log'],
    together: 'the run as it was',
    hintInReplay: 'live',
  },
  { command: 'snapshot', keys: ['ctrl-s'], help: 'screen to a file' },
  { command: 'suspend', keys: ['ctrl-z'], help: 'to the shell (fg)' },
  { command: 'help', keys: ['?'], help: 'this help', hint: 'help' },
  { command: 'quit', keys: ['q', 'ctrl-c'], help: 'quit', hint: 'quit' },
];

/** What keys ask for while a question stands. Everything that is not listed does nothing. */
export type Answer = 'yes' | 'press' | 'switch' | 'close' | 'next' | 'previous';

export const DIALOG_KEYS: readonly { readonly answer: Answer; readonly keys: readonly string[] }[] = [
  { answer: 'yes', keys: ['y', 'Y'] },
  { answer: 'press', keys: ['enter'] },
  { answer: 'switch', keys: ['tab', 'shift-tab', 'h', 'l', 'left', 'right'] },
  { answer: 'next', keys: ['j', 'down'] },
  { answer: 'previous', keys: ['k', 'up'] },
  { answer: 'close', keys: ['esc', 'n', 'N', 'q', 'ctrl-c'] },
];
