import { CodedError } from '../model/coded-error.ts';
import type { DagName, NodeName } from '../model/ids.ts';
import { editorCommand, runEditor } from './editor.ts';
import type { Outside } from './outside.ts';
import { snapshotName, writeSnapshot } from './snapshot.ts';
import type { MonitorSource } from './source.ts';
import type { Cells } from './terminal/cells.ts';
import { Foreground } from './terminal/foreground.ts';
import { Keyboard } from './terminal/keyboard.ts';
import type { MouseEvent } from './terminal/mouse.ts';
import type { Frame, Terminal } from './terminal/terminal.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What is asked of the terminal beside frames. */
export type ConsoleTerminal = Pick<
  Terminal,
  'enter' | 'pause' | 'leave' | 'leaveNow' | 'copy' | 'mouse' | 'ring' | 'painter'
>;

export type ConsoleOptions = {
  readonly source: MonitorSource;
  readonly stdin: NodeJS.ReadStream;
  readonly terminal: ConsoleTerminal;
  /** Stops this process and those that started it, as Ctrl-Z does where it is not a key. */
  readonly stop: (() => void) | undefined;
  readonly onQuit: () => void;
  readonly onMouse: (event: MouseEvent) => void;
  /** The terminal was somebody else's: nothing on it, nor its size, is as it was. */
  readonly onBack: () => void;
  /** The screen as it is now. */
  readonly cells: () => Cells;
};

/** The terminal that the operator sits at, with the shell behind it. */
export class Console implements Outside {
  readonly #keyboard: Keyboard;
  readonly #options: ConsoleOptions;
  readonly #foreground: Foreground;
  readonly #ending = new AbortController();
  #hasMouse = false;
  #preferred = false;
  #lent: Promise<unknown> = Promise.resolve();

  constructor(options: ConsoleOptions) {
    const { stdin, terminal, stop = stopJob, onMouse, onBack } = options;
    this.#options = options;
    this.#keyboard = new Keyboard(stdin, (event) => {
      // What another program left switched on is not for us.
      if (this.#hasMouse) onMouse(event);
    });
    this.#foreground = new Foreground({ terminal, keyboard: this.#keyboard, stop, onBack });
  }

  /** For Ink: what it asks of its input, and no more, is what the keyboard has. */
  get stdin(): NodeJS.ReadStream {
    return this.#keyboard as unknown as NodeJS.ReadStream;
  }

  get isAway(): boolean {
    return this.#foreground.isAway;
  }

  quit(): void {
    this.#options.onQuit();
  }

  copy(text: string): void {
    this.#options.terminal.copy(text);
  }

  /** What the settings say of the mouse; what was typed since stays until they say something else. */
  prefer(isOn: boolean): void {
    if (isOn === this.#preferred) return;
    this.#preferred = isOn;
    this.mouse(isOn);
  }

  mouse(isOn: boolean): void {
    this.#hasMouse = isOn;
    this.#options.terminal.mouse(isOn);
  }

  async suspend(): Promise<void> {
    if (await this.#foreground.suspend()) return;
    throw new CodedError('no_shell', 'not suspended: no shell waits for this job');
  }

  async edit(dag: DagName, node: NodeName | undefined): Promise<string> {
    const place = await this.#options.source.fileOf?.(dag, node);
    if (place === undefined)
      throw new CodedError('no_file', `the file of ${dag} isn't known here`, {
        hint: 'the screen of dagtop up knows the files that it applies',
      });
    const command = editorCommand(process.env, place);
    const work = this.#foreground.lend(() => runEditor(command, this.#ending.signal));
    this.#lent = work.catch(() => undefined);
    await work;
    return `${command.program} ended: ${place.file}`;
  }

  async snapshot(file: string | undefined, subject: string): Promise<string> {
    const { cells, terminal, source } = this.#options;
    const name = file ?? snapshotName(subject, source.nowMs());
    return `the screen is in ${await writeSnapshot(cells(), terminal.painter, name, file === undefined)}`;
  }

  /** Begins with `frame`; the terminal is as it was before when `leave` resolves, or when the process dies. */
  enter(frame?: Frame): void {
    process.on('exit', this.#onExit);
    // Before Ink listens, keys wait here, unseen.
    this.#keyboard.setRawMode(true);
    this.#options.terminal.enter(frame);
  }

  /** Calls `listener` when a signal or `leave` asks for the end. Returns what ends the waiting. */
  onAskedToLeave(leave: AbortSignal | undefined, listener: () => void): () => void {
    if (leave?.aborted === true) listener();
    else leave?.addEventListener('abort', listener, { once: true });
    const onSignal = (signal: NodeJS.Signals): void => {
      // Ctrl-C goes to every program of the terminal; while an editor has it, it is not for us.
      if (signal !== 'SIGINT' || !this.#foreground.isLent) listener();
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
    return () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    };
  }

  /** Ends what has the terminal, if anything has. */
  async leave(): Promise<void> {
    this.#foreground.end();
    this.#ending.abort();
    await this.#lent;
    this.#keyboard.setRawMode(false);
    await this.#options.terminal.leave();
    process.off('exit', this.#onExit);
  }

  readonly #onExit = (): void => this.#options.terminal.leaveNow();
}

/** As the terminal does at Ctrl-Z: what started this process (npx, a script) stops with it. */
function stopJob(): void {
  process.kill(0, 'SIGTSTP');
}
