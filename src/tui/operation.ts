import { sanitizeText } from '../graph/text.ts';
import { CodedError } from '../model/coded-error.ts';
import { LargeDrawings } from './layout/large-drawings.ts';
import { openLayouter } from './layout/layouter.ts';
import type { Layouter } from './layout/layouter.ts';
import type { Effect } from './asking.ts';
import { LogBook } from './log-book.ts';
import type { LogSheet } from './log-sheet.ts';
import type { Extent } from './moves.ts';
import { eventRowsOf } from './panes/events.ts';
import { reloadRows } from '../view/reload-list.ts';
import { commandOf } from './bound-keys.ts';
import type { Step } from './asking.ts';
import { PastReader } from './past-reader.ts';
import { beginReplay, leaveReplay } from './replay.ts';
import { ReplayReader } from './replay-reader.ts';
import { composeCanvas, composeScreen, isTooSmall, regionsFor } from './screen.ts';
import { drawingOn } from './shown-drawing.ts';
import type { Canvas, FrameCounts, Scene, Screen } from './scene.ts';
import { whyOffline } from './source.ts';
import type { MonitorAction, MonitorSource, Notice } from './source.ts';
import type { Outside } from './outside.ts';
import { pageOf } from './reading.ts';
import type { MonitorSettings } from './monitor-settings.ts';
import { asOf, withSettings } from './circumstances.ts';
import { pointAt } from './pointing.ts';
import { pressKey } from './steps.ts';
import type { ThemeName } from './theme.ts';
import { FIRST_UI, subjectOf, withPast } from './ui-state.ts';
import type { MouseEvent } from './terminal/mouse.ts';
import type { UiState } from './ui-state.ts';

export type OperationOptions = {
  readonly source: MonitorSource;
  readonly settings: MonitorSettings;
  readonly timeText: (atMs: number) => string;
  /** Something that is shown changed; `isUrgent` when the operator waits for it. */
  readonly onChange: (isUrgent: boolean) => void;
  /** What the terminal counts; read at each screen. */
  readonly frames?: FrameCounts;
  /** By default a thread of its own. */
  readonly layouter?: Layouter | undefined;
  readonly outside: Outside;
  /** What a key does; by default `pressKey`. */
  readonly step?: typeof pressKey;
  /** Theme, characters or keys are others now: all of the screen is to be drawn anew. */
  readonly onRepaint?: () => void;
};

const NO_FRAMES: FrameCounts = { dropped: 0 };

/** The operator at work: what was pressed so far, what came of it, and the screen that follows from that and the state. */
export class Operation {
  readonly #options: OperationOptions;
  readonly #log: LogBook;
  readonly #replay: ReplayReader;
  readonly #drawings: LargeDrawings;
  readonly #past: PastReader;
  /** As the operator was last heard to want them, and what was typed since. */
  #wanted: MonitorSettings;
  #settings: MonitorSettings;
  #ui: UiState;
  #message: Notice | undefined;
  #size: { readonly width: number; readonly height: number };

  constructor(options: OperationOptions, width: number, height: number) {
    this.#options = options;
    this.#wanted = options.settings;
    this.#settings = options.settings;
    this.#ui = withSettings(FIRST_UI, options.settings);
    this.#size = { width, height };
    this.#log = new LogBook(options.source, () => options.onChange(false));
    this.#drawings = new LargeDrawings(options.layouter ?? openLayouter(), () => options.onChange(true));
    this.#past = new PastReader(options.source, {
      onRead: (change, found) => this.#takePast(withPast(this.#ui, change(this.#ui.past), found)),
      onProblem: (text) => this.#say('warning', sanitizeText(text)),
    });
    this.#replay = new ReplayReader(options.source, {
      onChange: () => options.onChange(false),
      onReady: () => this.#take(beginReplay(this.#ui)),
    });
  }

  /** The log of the chosen attempt, for somebody who has no screen on which it would be followed. */
  readLog(): LogSheet | undefined {
    const { state } = this.#options.source;
    this.#log.turnTo(state, this.#ui, true);
    return this.#log.sheet(state, this.#ui);
  }

  get ui(): UiState {
    return this.#ui;
  }

  /** What was said last of what the operator did. */
  get message(): Notice | undefined {
    return this.#message;
  }

  get settings(): MonitorSettings {
    return this.#settings;
  }

  /** Puts other settings in force. A theme that was typed stays until another one is wanted here too. */
  configure(settings: MonitorSettings): void {
    const theme = settings.theme === this.#wanted.theme ? this.#settings.theme : settings.theme;
    this.#wanted = settings;
    this.#settings = { ...settings, theme };
    this.#ui = withSettings(this.#ui, settings);
    this.#options.onRepaint?.();
  }

  resize(width: number, height: number): void {
    this.#size = { width, height };
  }

  press(key: string): void {
    const { source } = this.#options;
    if (isTooSmall(this.#size.width, this.#size.height)) {
      if (commandOf(this.#ui.keymap, key, 'list') === 'quit') this.#options.outside.quit();
      return;
    }
    this.#ui = asOf(source, this.#ui);
    const { step = pressKey } = this.#options;
    this.#take(step(source.state, this.#ui, key, this.#extent()));
    this.#readOn();
    this.#options.onChange(true);
  }

  /** Reads what the operator asks for now, from the log and from the history. */
  #readOn(): void {
    this.#replay.follow(this.#ui.replay?.tape);
    this.#past.follow(this.#ui, this.#regions().graph?.height ?? 0);
  }

  #takePast(ui: UiState): void {
    this.#ui = ui;
    this.#readOn();
    this.#options.onChange(true);
  }

  #take({ ui, effect }: Step): void {
    this.#ui = ui;
    if (effect !== undefined) this.#do(effect);
  }

  /** What the mouse did; only what is on the screen can come of it. */
  point(event: MouseEvent): void {
    const { width, height } = this.#size;
    if (isTooSmall(width, height)) return;
    const { state } = this.#options.source;
    const ui = pointAt(state, this.#ui, event, { width, height }, this.#extent());
    this.#take(leaveReplay(state, { ui }));
    this.#readOn();
    this.#options.onChange(true);
  }

  screen(): Screen {
    this.#log.turnTo(this.#options.source.state, this.#ui, this.#regions().log !== undefined);
    this.#layOut();
    const { width, height } = this.#size;
    return composeScreen(this.#scene(), width, height);
  }

  /** The drawing of `screen` alone. */
  canvas(): Canvas | undefined {
    const { width, height } = this.#size;
    return composeCanvas(this.#scene(), width, height);
  }

  #scene(): Scene {
    const { source, timeText, frames } = this.#options;
    return {
      source,
      state: source.state,
      ui: { ...this.#ui, offline: whyOffline(source) },
      log: this.#log.sheet(source.state, this.#ui),
      message: this.#message,
      nowMs: source.nowMs(),
      ascii: this.#settings.ascii,
      timeText,
      frames: frames ?? NO_FRAMES,
    };
  }

  /** Has the drawing laid out that the screen lacks; until it comes there is a list. */
  #layOut(): void {
    const { graph } = this.#regions();
    const subject = subjectOf(this.#options.source.state, this.#ui);
    if (graph === undefined || subject === undefined || this.#ui.view !== 'graph') return;
    this.#drawings.ask(subject.definition, drawingOn(this.#ui, subject, areaIn(graph)));
  }

  stop(): void {
    this.#log.stop();
    this.#replay.stop();
    this.#drawings.stop();
  }

  #regions() {
    return regionsFor(this.#options.source.state, this.#ui, this.#size.width, this.#size.height);
  }

  #extent(): Extent {
    const { runs, log, graph } = this.#regions();
    const { source, timeText } = this.#options;
    return {
      listHeight: Math.max(1, (runs?.height ?? 2) - 1),
      log: {
        sheet: this.#log.sheet(source.state, this.#ui),
        width: log?.width ?? 0,
        height: Math.max(1, (log?.height ?? 2) - 1),
      },
      nowMs: source.nowMs(),
      timeText,
      reloadLines:
        this.#ui.view === 'reload' ? reloadRows(source.notices, source.recent.events, timeText).length : 0,
      page: pageOf(this.#size.width, this.#size.height),
      definitionText: (dag) => source.definitionText(dag),
      events: this.#ui.view === 'events' ? eventRowsOf(source, this.#ui, timeText) : [],
      drawing: areaIn(graph ?? { width: 0, height: 0 }),
    };
  }

  #do(effect: Effect): void {
    const { outside } = this.#options;
    switch (effect.do) {
      case 'quit':
        outside.quit();
        break;
      case 'act':
        void this.#act(effect.action);
        break;
      case 'copy':
        outside.copy(effect.text);
        this.#say('info', `copied: ${effect.text}`);
        break;
      case 'theme':
        this.#useTheme(effect.theme);
        break;
      case 'suspend':
        void this.#tell(outside.suspend());
        break;
      case 'edit':
        void this.#tell(outside.edit(effect.dag, effect.node));
        break;
      case 'snapshot':
        void this.#tell(outside.snapshot(effect.file, effect.subject));
        break;
      case 'mouse':
        outside.mouse(effect.isOn);
        this.#say('info', effect.isOn ? 'the mouse clicks and scrolls' : 'the mouse is the terminal’s again');
        break;
      case 'say':
        this.#say(effect.level ?? 'warning', effect.text);
        break;
    }
  }

  /** Says what came of it, if there is anything to say. */
  async #tell(work: Promise<string | void>): Promise<void> {
    try {
      const text = await work;
      if (typeof text === 'string') this.#say('info', text);
    } catch (error) {
      this.#fail(error);
    }
    this.#options.onChange(true);
  }

  async #act(action: MonitorAction): Promise<void> {
    this.#say('info', 'asked …');
    await this.#tell(this.#options.source.act(action));
  }

  #fail(error: unknown): void {
    const hint = error instanceof CodedError && error.hint !== undefined ? `; ${error.hint}` : '';
    this.#say('error', `${error instanceof Error ? error.message : String(error)}${hint}`);
  }

  #useTheme(theme: ThemeName): void {
    this.#settings = { ...this.#settings, theme };
    if (this.#settings.colors === 'none') this.#say('warning', `theme: ${theme}, but colours are off`);
    else this.#say('info', `theme: ${theme} (config.yaml keeps it)`);
    this.#options.onRepaint?.();
  }

  #say(level: Notice['level'], text: string): void {
    this.#message = { atMs: this.#options.source.nowMs(), level, text };
  }
}

/** A pane without its title. */
function areaIn({ width, height }: Extent['drawing']): Extent['drawing'] {
  return { width, height: Math.max(0, height - 1) };
}
