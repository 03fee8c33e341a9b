import type { State } from '../model/state.ts';
import { LOG_SCOPES } from '../view/log-scope.ts';
import { counted } from '../view/counted.ts';
import { refuse, tell } from './asking.ts';
import type { Step } from './asking.ts';
import type { Command } from './keymap.ts';
import { seekInLog, withLog } from './log-moves.ts';
import { LOG_TIMES, ofOtherLog } from './log-wish.ts';
import type { LogTimes } from './log-wish.ts';
import type { Extent } from './moves.ts';
import { nodeNameOf, subjectOf } from './ui-state.ts';
import type { LogTyping, UiState } from './ui-state.ts';

export type LogCommand = Extract<
  Command,
  | 'logSearch'
  | 'logFilter'
  | 'logTimes'
  | 'logWrap'
  | 'logScope'
  | 'olderAttempt'
  | 'newerAttempt'
  | 'logFollow'
>;

const COMMANDS: ReadonlySet<string> = new Set<LogCommand>([
  'logSearch',
  'logFilter',
  'logTimes',
  'logWrap',
  'logScope',
  'olderAttempt',
  'newerAttempt',
  'logFollow',
]);

export function isLogCommand(command: Command): command is LogCommand {
  return COMMANDS.has(command);
}

const TIMES_TEXT: Readonly<Record<LogTimes, string>> = {
  off: 'no times',
  day: 'times of day, by the clocks of the servers',
  start: 'times since the start',
};

/** What a key does to the way in which the log is shown. */
export function changeLog(state: State, from: UiState, command: LogCommand): Step {
  const ui = stayWithNode(state, from);
  switch (command) {
    case 'logSearch':
    case 'logFilter':
      return { ui: { ...ui, typing: { is: command } } };
    case 'logTimes': {
      const times = after(LOG_TIMES, ui.log.times);
      return tell(withLog(ui, { times }), TIMES_TEXT[times]);
    }
    case 'logWrap':
      return { ui: withLog(ui, { isWrapped: !ui.log.isWrapped, left: 0 }) };
    case 'logScope': {
      const scope = after(LOG_SCOPES, ui.log.scope);
      return { ui: { ...ui, log: { ...ofOtherLog(ui.log), scope } } };
    }
    case 'olderAttempt':
      return toAttempt(state, ui, -1);
    case 'newerAttempt':
      return toAttempt(state, ui, 1);
    case 'logFollow':
      return { ui: withLog(ui, { top: undefined }) };
  }
}

/** Whoever reads stays with the node, whatever else begins to deserve a look. */
export function stayWithNode(state: State, ui: UiState): UiState {
  const subject = subjectOf(state, ui);
  if (subject?.run === undefined) return ui;
  return { ...ui, chosen: { is: 'run', run: subject.run.id }, node: nodeNameOf(subject) };
}

function after<T>(all: readonly T[], one: T): T {
  return all[(all.indexOf(one) + 1) % all.length] ?? one;
}

function toAttempt(state: State, ui: UiState, by: 1 | -1): Step {
  if (ui.log.scope !== 'node') return refuse(ui, 'attempts are those of one node: a shows it alone');
  const subject = subjectOf(state, ui);
  const count = subject?.run?.nodes[subject.index]?.attempts.length ?? 0;
  const to = Math.min(ui.log.attempt ?? count, count) + by;
  if (to < 1 || to > count)
    return tell(ui, `there is no ${by < 0 ? 'older' : 'newer'} one: ${counted(count, 'attempt')}`);
  const log = ofOtherLog(ui.log);
  return { ui: { ...ui, log: { ...log, attempt: to === count ? undefined : to } } };
}

const TYPED_MAX_LENGTH = 200;

/** A key while a search or a filter of the log is typed: it works at once, Enter keeps it, Esc takes it away. */
export function typeInLog(ui: UiState, typing: LogTyping, key: string, extent: Extent): Step {
  const text = typing.is === 'logSearch' ? ui.log.search : ui.log.filter;
  const typed = (changed: string): UiState => {
    if (typing.is === 'logSearch') return withLog(ui, { search: changed, found: undefined });
    return withLog(ui, { filter: changed, top: undefined, found: undefined });
  };
  switch (key) {
    case 'enter': {
      const kept = { ...ui, typing: undefined };
      return typing.is === 'logSearch' && text !== '' ? seekInLog(kept, 'here', extent) : { ui: kept };
    }
    case 'esc':
    case 'ctrl-c':
      return { ui: { ...typed(''), typing: undefined } };
    case 'backspace':
      return text === ''
        ? { ui: { ...ui, typing: undefined } }
        : { ui: typed(Array.from(text).slice(0, -1).join('')) };
    case 'ctrl-u':
      return { ui: typed('') };
  }
  // Names of keys have several letters; what is typed has one.
  const isTyped = Array.from(key).length === 1 && text.length < TYPED_MAX_LENGTH;
  return { ui: isTyped ? typed(text + key) : ui };
}
