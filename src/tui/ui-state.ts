import { isPast, NO_PAST } from './past.ts';
import type { Past } from './past.ts';
import { contextOf, wayTo } from './place.ts';
import type { Context, Focus, View } from './place.ts';
import type { DagName, NodeName, RunId, ServerName } from '../model/ids.ts';
import type { Definition, Run, State } from '../model/state.ts';
import { ANY_DRAWING } from '../view/dag-drawing.ts';
import type { DrawingWish } from '../view/dag-drawing.ts';
import type { RunSort } from '../view/run-rows.ts';
import type { ReplayMove } from '../view/replay-moves.ts';
import { momentAt } from '../view/replay-playback.ts';
import type { Moment } from '../view/replay-playback.ts';
import type { RunTape } from '../view/replay-tape.ts';
import { spotlight } from '../view/spotlight.ts';
import type { Corner } from '../view/viewport.ts';
import { DEFAULT_KEYMAP } from './bound-keys.ts';
import type { Keymap } from './bound-keys.ts';
import { FIRST_LOG } from './log-wish.ts';
import type { LogWish } from './log-wish.ts';
import type { MonitorAction } from './source.ts';

/** What the operator has done to the screen. Changed only by `steps.ts`. */
export type UiState = {
  readonly focus: Focus;
  /** The places that led here, which Esc goes back through; see `wayTo`. */
  readonly trail: readonly Context[];
  /** Undefined: nobody has chosen, so it follows the newest run. */
  readonly chosen: Chosen | undefined;
  /** Undefined: the node that deserves a look (`view/spotlight.ts`). */
  readonly node: NodeName | undefined;
  /** Dags whose older runs are listed too. */
  readonly expanded: ReadonlySet<DagName>;
  readonly dialog: Dialog | undefined;
  /** The log has the whole screen, and who had the keys before. */
  readonly fullLog: { readonly before: Focus } | undefined;
  readonly log: LogWish;
  readonly drawing: DrawingWish;
  /** The drawing shows what is around the chosen node; undefined: where nothing else fits. */
  readonly isNear: boolean | undefined;
  /** A drawing in the small beside the part that is shown; undefined: where that part is small. */
  readonly hasMap: boolean | undefined;
  /** Where the part that is shown began before the last move. */
  readonly corner: Corner | undefined;
  readonly view: View;
  /** The drawing shows which nodes decide when the run ends. */
  readonly isCritical: boolean;
  /** What each view lets through. */
  readonly filters: Readonly<Partial<Record<View, string>>>;
  /** Where keys go as text: the filter of the view, a command, or a search or filter of the log. */
  readonly typing: Typing | undefined;
  readonly runSort: RunSort;
  /** Chosen in the view of the servers; undefined: the first. */
  readonly server: ServerName | undefined;
  /** The first line of the reload view; undefined follows the end. */
  readonly reloadTop: number | undefined;
  /** Nodes of the chosen run that the next action is for. */
  readonly marks: ReadonlySet<NodeName>;
  /** Nothing can be changed from this screen. */
  readonly isReadOnly: boolean;
  readonly keymap: Keymap;
  /** Why nothing can be asked of the broker now; undefined while there is a link. */
  readonly offline: string | undefined;
  /** The key before, where it may begin a sequence such as `gg`. */
  readonly pendingKey: string | undefined;
  /** The first event shown, counted from the first ever seen; undefined follows the end. */
  readonly eventsTop: number | undefined;
  /** Runs that have left memory. */
  readonly past: Past;
  /** The chosen run as it was; undefined is live. */
  readonly replay: Replay | undefined;
};

export type Replay = {
  readonly tape: RunTape;
  /** The step that is shown; undefined while the log is read. */
  readonly at: number | undefined;
  /** What was asked for meanwhile. */
  readonly asked: readonly ReplayMove[];
};

export type Typing =
  | { readonly is: 'filter' }
  | { readonly is: 'command'; readonly text: string }
  | LogTyping;

/** What is typed stands in the wishes for the log. */
export type LogTyping = { readonly is: 'logSearch' } | { readonly is: 'logFilter' };

export function filterText({ filters, view }: Pick<UiState, 'filters' | 'view'>): string {
  return filters[view] ?? '';
}

type Chosen = { readonly is: 'dag'; readonly dag: DagName } | { readonly is: 'run'; readonly run: RunId };

/** Everything that asks begins with Cancel under the Enter key. */
export type Dialog =
  | { readonly is: 'help'; readonly page: number }
  | Reading
  | { readonly is: 'question'; readonly action: MonitorAction; readonly isYes: boolean };

/** Lines to read, from `top` on. */
export type Reading = {
  readonly is: 'text';
  readonly title: string;
  /** Safe to paint. */
  readonly lines: readonly string[];
  readonly top: number;
  /** What was searched for, in the language of filters; `isTyped` while it is being typed. `hit` is the line found last, if nothing moved since. */
  readonly find?: { readonly text: string; readonly isTyped: boolean; readonly hit?: number };
};

export const FIRST_UI: UiState = {
  focus: 'runs',
  trail: [],
  chosen: undefined,
  node: undefined,
  expanded: new Set(),
  dialog: undefined,
  fullLog: undefined,
  log: FIRST_LOG,
  drawing: ANY_DRAWING,
  isNear: undefined,
  hasMap: undefined,
  corner: undefined,
  view: 'graph',
  isCritical: false,
  filters: {},
  typing: undefined,
  runSort: 'newest',
  server: undefined,
  reloadTop: undefined,
  marks: new Set(),
  isReadOnly: false,
  keymap: DEFAULT_KEYMAP,
  offline: undefined,
  pendingKey: undefined,
  eventsTop: undefined,
  past: NO_PAST,
  replay: undefined,
};

/** What the screen is about: a run, or a dag that is not run, and one of its nodes. */
export type Subject = {
  readonly run: Run | undefined;
  readonly definition: Definition;
  readonly index: number;
};

/** Resolves the choice against the present state; undefined when there is nothing at all. A run that is replayed is the one that it was. */
export function subjectOf(state: State, ui: UiState): Subject | undefined {
  const live = chosenRun(state, ui);
  const run = momentOf(state, ui, live)?.run ?? live;
  const definition = run?.definition ?? chosenDefinition(state, ui.chosen);
  if (definition === undefined) return undefined;
  const own = ui.node === undefined ? undefined : definition.indexOf.get(ui.node);
  return { run, definition, index: own ?? (run === undefined ? (definition.order[0] ?? 0) : spotlight(run)) };
}

/** What is shown in the place of the live run; undefined where that is shown itself. */
export function momentOf(state: State, ui: UiState, live = chosenRun(state, ui)): Moment | undefined {
  const { replay } = ui;
  if (replay?.at === undefined || live?.id !== replay.tape.run) return undefined;
  return momentAt(replay.tape, replay.at, state);
}

function chosenRun(state: State, { chosen, past }: UiState): Run | undefined {
  if (chosen?.is === 'dag') return undefined;
  const live = chosen === undefined ? undefined : state.runs.get(chosen.run);
  if (chosen === undefined || live !== undefined) return live ?? newestRun(state);
  if (past.opened?.id === chosen.run) return past.opened;
  // While it is read from the history no other stands in its place: what is done next would be done to that.
  return isPast(past, chosen.run) ? undefined : newestRun(state);
}

/** The screen is about a run that has left memory: it can be looked at, and not be changed. */
export function isOfPast(state: State, { chosen, past }: UiState): boolean {
  return chosen?.is === 'run' && !state.runs.has(chosen.run) && isPast(past, chosen.run);
}

function newestRun(state: State): Run | undefined {
  let newest: Run | undefined;
  for (const run of state.runs.values()) newest = run;
  return newest;
}

function chosenDefinition(state: State, chosen: Chosen | undefined): Definition | undefined {
  const dag = chosen?.is === 'dag' ? chosen.dag : [...state.dags.keys()].toSorted()[0];
  const hash = dag === undefined ? undefined : state.dags.get(dag);
  return hash === undefined ? undefined : state.definitions.get(hash);
}

/** The screen with another view in its middle. */
export function show(ui: UiState, view: View): UiState {
  return { ...ui, view, focus: 'graph', fullLog: undefined, trail: trailTo(ui, view) };
}

/** The trail once the operator goes from here to `place`. */
export function trailTo(ui: UiState, place: Context): readonly Context[] {
  return wayTo(place, [...ui.trail, contextOf(ui)]);
}

export function nodeNameOf(subject: Subject): NodeName {
  const name = subject.definition.dag.nodes[subject.index]?.name;
  if (name === undefined) throw new Error(`no node ${subject.index} in ${subject.definition.dag.name}`);
  return name;
}

/** With what was read; `found` was looked for, and is shown. */
export function withPast(ui: UiState, past: UiState['past'], found: Run | undefined): UiState {
  if (found === undefined) return { ...ui, past };
  const shown = show(ui, 'graph');
  return { ...shown, past, chosen: { is: 'run', run: found.id }, node: undefined, marks: new Set() };
}
