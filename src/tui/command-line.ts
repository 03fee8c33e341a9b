import { VIEWS } from './place.ts';
import type { DagName, NodeName, RunId } from '../model/ids.ts';
import type { State } from '../model/state.ts';
import { isServerCordoned } from '../engine/fold-server.ts';
import { sanitizeText } from '../graph/text.ts';
import { nodeLook } from '../view/look.ts';
import { serversKnown } from '../view/server-rows.ts';
import { askCancel, askCordon, askRetryOf, dagNames, pauseOrResume, refuse, tell } from './asking.ts';
import type { Step } from './asking.ts';
import { wantMore } from './past.ts';
import { MOMENT_WORDS, replayCommand } from './replay-command.ts';
import { triggerCandidates, triggerCommand } from './trigger-command.ts';
import { themeNamed, THEMES } from './theme.ts';
import { edit, snapshot } from './handing-over.ts';
import { nodeNameOf, show, subjectOf } from './ui-state.ts';
import type { UiState } from './ui-state.ts';

/** What an argument of a command may be. */
type Argument =
  | 'trigger'
  | 'dag'
  | 'run'
  | 'node'
  | 'server'
  | 'moment'
  | 'theme'
  | 'switch'
  | 'text'
  | 'none';

export type LineCommand = {
  readonly name: string;
  readonly argument: Argument;
  readonly help: string;
};

/** What `:` takes, beside the names of the views. */
export const LINE_COMMANDS: readonly LineCommand[] = [
  { name: 'trigger', argument: 'trigger', help: 'DAG [PARAM=VALUE …] [--from NODE …]' },
  { name: 'retry', argument: 'node', help: 'NODE … or failed, [--downstream]' },
  { name: 'cancel', argument: 'none', help: 'the run' },
  { name: 'pause', argument: 'none', help: 'or resume the run' },
  { name: 'run', argument: 'run', help: 'ID: choose a run' },
  { name: 'history', argument: 'none', help: 'runs that have left memory' },
  { name: 'dag', argument: 'dag', help: 'DAG: choose a dag' },
  { name: 'node', argument: 'node', help: 'NODE: choose a node' },
  { name: 'cordon', argument: 'server', help: 'SERVER: out of service' },
  { name: 'uncordon', argument: 'server', help: 'SERVER: back into service' },
  { name: 'filter', argument: 'text', help: 'TEXT: as / does' },
  { name: 'replay', argument: 'moment', help: 'STEP, +10m, failed, first, last or live' },
  { name: 'theme', argument: 'theme', help: 'NAME: other colours' },
  { name: 'snapshot', argument: 'text', help: '[FILE.txt or .ans]: the screen to a file' },
  { name: 'edit', argument: 'none', help: 'the file of the dag' },
  { name: 'mouse', argument: 'switch', help: 'on or off' },
  { name: 'help', argument: 'none', help: 'keys' },
  { name: 'q', argument: 'none', help: 'quit' },
  ...VIEWS.map((name): LineCommand => ({ name, argument: 'none', help: 'the view' })),
];

/** A typed command, as if its key had been pressed: what changes anything asks first. Pure. */
export function runCommandLine(state: State, ui: UiState, text: string): Step {
  const [name, ...words] = text.trim().split(/\s+/u);
  if (name === undefined || name === '') return { ui };
  const view = VIEWS.find((one) => one === name);
  if (view !== undefined) return { ui: show(ui, view) };
  const command = commandNamed(name);
  if (command === undefined) return refuse(ui, `there is no command :${sanitizeText(name)}; Tab completes`);
  switch (command.name) {
    case 'trigger':
      return triggerCommand(state, ui, words);
    case 'retry':
      return retry(state, ui, words);
    case 'cancel':
      return askCancel(state, ui);
    case 'pause':
      return pauseOrResume(state, ui);
    case 'run':
    case 'dag':
    case 'node':
      return choose(state, ui, command.name, words[0] ?? '');
    case 'history':
      return showHistory(ui);
    case 'cordon':
    case 'uncordon':
      return cordon(state, ui, command.name, words[0]);
    case 'filter':
      return { ui: { ...ui, filters: { ...ui.filters, [ui.view]: words.join(' ') }, eventsTop: undefined } };
    case 'replay':
      return replayCommand(state, ui, words[0] ?? '');
    case 'theme':
      return useTheme(ui, words[0] ?? '');
    case 'snapshot':
      return snapshot(state, ui, words.length === 0 ? undefined : words.join(' '));
    case 'edit':
      return edit(state, ui);
    case 'mouse':
      return switchMouse(ui, words[0]);
    case 'help':
      return { ui: { ...ui, dialog: { is: 'help', page: 0 } } };
    default:
      return { ui, effect: { do: 'quit' } };
  }
}

/** By its name, or by the beginning of it where only one has it. */
function commandNamed(name: string): LineCommand | undefined {
  const exact = LINE_COMMANDS.find((command) => command.name === name);
  const starting = LINE_COMMANDS.filter((command) => command.name.startsWith(name));
  return exact ?? (starting.length === 1 ? starting[0] : undefined);
}

const DOWNSTREAM = '--downstream';

function retry(state: State, ui: UiState, words: readonly string[]): Step {
  const subject = subjectOf(state, ui);
  if (subject?.run === undefined) return refuse(ui, 'choose a run first');
  const { run, definition } = subject;
  const names = words.filter((word) => word !== DOWNSTREAM);
  const unknown = names.find((name) => name !== 'failed' && !definition.indexOf.has(name as NodeName));
  if (unknown !== undefined) return refuse(ui, sanitizeText(`${run.dag} has no node ${unknown}`));
  const failed = definition.dag.nodes.filter((_, index) => {
    const is = run.nodes[index]?.status.is ?? 'waiting';
    return nodeLook(is).tone === 'bad';
  });
  const nodes = names.flatMap((name) =>
    name === 'failed' ? failed.map((node) => node.name) : [name as NodeName],
  );
  if (names.includes('failed') && nodes.length === 0) return refuse(ui, 'no node failed');
  const chosen = nodes.length === 0 ? [nodeNameOf(subject)] : nodes;
  return askRetryOf(state, ui, chosen, words.includes(DOWNSTREAM));
}

/** Node and marks were of the run before. */
const OTHER_RUN = { node: undefined, marks: new Set<NodeName>() };

function choose(state: State, ui: UiState, what: 'run' | 'dag' | 'node', name: string): Step {
  const none = refuse(ui, `there is no ${what} ${sanitizeText(name)}`);
  if (what === 'node') {
    if (subjectOf(state, ui)?.definition.indexOf.has(name as NodeName) !== true) return none;
    const view = ui.view === 'timeline' ? 'timeline' : 'graph';
    return { ui: { ...show(ui, view), node: name as NodeName } };
  }
  if (what === 'dag') {
    if (!state.dags.has(name as DagName)) return none;
    return { ui: { ...show(ui, 'graph'), chosen: { is: 'dag', dag: name as DagName }, ...OTHER_RUN } };
  }
  const runs = [...state.runs.keys()].filter((id) => id.startsWith(name));
  const run: RunId | undefined = runs.length === 1 ? runs[0] : undefined;
  if (run === undefined) {
    if (runs.length > 0 || name === '' || !ui.past.isThere) return none;
    return tell({ ...ui, past: { ...ui.past, asked: name } }, 'looking into the history …');
  }
  return { ui: { ...show(ui, 'graph'), chosen: { is: 'run', run }, ...OTHER_RUN } };
}

/** The table of runs, with more of those at its end. */
function showHistory(ui: UiState): Step {
  if (!ui.past.isThere) return refuse(ui, 'there is no history here (--history, DAGTOP_HISTORY)');
  const first = ui.past.rows[0];
  const chosen = first === undefined ? ui.chosen : ({ is: 'run', run: first.run } as const);
  return { ui: { ...show(ui, 'runs'), chosen, ...OTHER_RUN, past: wantMore(ui.past) } };
}

function cordon(state: State, ui: UiState, verb: 'cordon' | 'uncordon', name: string | undefined): Step {
  const server = serversKnown(state).find((one) => one === name);
  if (server === undefined) return refuse(ui, `there is no server ${sanitizeText(name ?? '')}`);
  const isIn = isServerCordoned(state, server);
  if (isIn !== (verb === 'uncordon')) return refuse(ui, `${server} is ${isIn ? '' : 'not '}cordoned`);
  return askCordon(state, ui, server);
}

function useTheme(ui: UiState, name: string): Step {
  const theme = themeNamed(name);
  if (theme !== undefined) return { ui, effect: { do: 'theme', theme } };
  const themes = THEMES.join(', ');
  return refuse(ui, `${name === '' ? '' : `there is no theme ${sanitizeText(name)}; `}themes: ${themes}`);
}

function switchMouse(ui: UiState, word: string | undefined): Step {
  if (word !== 'on' && word !== 'off') return refuse(ui, ':mouse takes on or off');
  return { ui, effect: { do: 'mouse', isOn: word === 'on' } };
}

/** The text with its last word completed as far as it is clear. */
export function completeCommand(state: State, ui: UiState, text: string): string {
  const candidates = commandCandidates(state, ui, text);
  const [first] = candidates;
  if (first === undefined) return text;
  const head = text.slice(0, text.lastIndexOf(' ') + 1);
  if (candidates.length === 1) return `${head}${first} `;
  let common = first;
  for (const candidate of candidates) {
    while (!candidate.startsWith(common)) common = common.slice(0, -1);
  }
  const typed = text.slice(head.length);
  return common.length > typed.length ? head + common : text;
}

/** What the last word of the text may become. */
export function commandCandidates(state: State, ui: UiState, text: string): readonly string[] {
  const words = text.split(' ');
  const last = words.at(-1) ?? '';
  const all =
    words.length === 1
      ? LINE_COMMANDS.map(({ name }) => name)
      : argumentsOf(state, ui, words[0] ?? '', words.slice(1, -1));
  return all.filter((candidate) => candidate.startsWith(last)).toSorted();
}

function argumentsOf(state: State, ui: UiState, name: string, before: readonly string[]): readonly string[] {
  const definition = subjectOf(state, ui)?.definition;
  switch (commandNamed(name)?.argument) {
    case 'trigger':
      return triggerCandidates(state, before);
    case 'dag':
      return dagNames(state);
    case 'run':
      return [...state.runs.keys()];
    case 'node':
      return [...(name === 'retry' ? ['failed', DOWNSTREAM] : []), ...(definition?.indexOf.keys() ?? [])];
    case 'server':
      return serversKnown(state);
    case 'moment':
      return MOMENT_WORDS;
    case 'theme':
      return THEMES;
    case 'switch':
      return ['on', 'off'];
    case 'text':
    case 'none':
    case undefined:
      return [];
  }
}
