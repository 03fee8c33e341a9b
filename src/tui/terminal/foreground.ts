import type { Keyboard } from './keyboard.ts';

/** A process that a signal stops has gone on by then: it was stopped, or it can't be (nobody waits for it as a job). */
const STOP_WITHIN_MS = 200;

/** The Ctrl-C that ends an editor may be heard after the editor's end. */
const LATE_SIGNAL_MS = 500;

export type ForegroundOptions = {
  readonly terminal: { enter(): void; pause(): Promise<void> };
  readonly keyboard: Keyboard;
  /** Stops the job: this process and those that started it. */
  readonly stop: () => void;
  /** The terminal is ours again: everything on it, its size too, may be another. */
  readonly onBack: () => void;
};

/** Who has the terminal: the screen, or for a while the shell (Ctrl-Z) or an editor. */
export class Foreground {
  readonly #options: ForegroundOptions;
  #holder: 'screen' | 'shell' | 'other' = 'screen';
  #hasEnded = false;
  #lentUntilMs = 0;

  constructor(options: ForegroundOptions) {
    this.#options = options;
    process.on('SIGCONT', this.#onContinue);
  }

  /** Another program has the terminal: what is typed there, Ctrl-C too, is not for us. */
  get isLent(): boolean {
    return this.#holder === 'other' || performance.now() < this.#lentUntilMs;
  }

  /** What is written now would stand among the lines of somebody else. */
  get isAway(): boolean {
    return this.#holder !== 'screen';
  }

  /** Gives the terminal to the shell and stops; resolves when it is ours again, to whether it was stopped at all. */
  async suspend(): Promise<boolean> {
    if (this.#holder !== 'screen') return true;
    await this.#giveAway('shell');
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const onStopped = (): void => resolve(true);
    process.once('SIGCONT', onStopped);
    this.#options.stop();
    setTimeout(() => resolve(false), STOP_WITHIN_MS);
    const wasStopped = await promise;
    process.off('SIGCONT', onStopped);
    this.#takeBack();
    return wasStopped;
  }

  /** Gives the terminal to `work` until it has ended. */
  async lend<T>(work: () => Promise<T>): Promise<T> {
    await this.#giveAway('other');
    try {
      return await work();
    } finally {
      this.#lentUntilMs = performance.now() + LATE_SIGNAL_MS;
      this.#takeBack();
    }
  }

  /** The terminal is not taken back any more. */
  end(): void {
    this.#hasEnded = true;
    process.off('SIGCONT', this.#onContinue);
  }

  async #giveAway(holder: 'shell' | 'other'): Promise<void> {
    this.#holder = holder;
    this.#options.keyboard.release();
    await this.#options.terminal.pause();
  }

  #takeBack(): void {
    const { terminal, keyboard, onBack } = this.#options;
    this.#holder = 'screen';
    if (this.#hasEnded) return;
    terminal.enter();
    keyboard.reclaim();
    // Who is stopped hears of no resize; at this signal Node asks the terminal for its size.
    process.emit('SIGWINCH');
    onBack();
  }

  /** Somebody else stopped this process and lets it go on: the shell has used the terminal meanwhile. */
  readonly #onContinue = (): void => {
    if (this.#holder === 'screen') this.#takeBack();
  };
}
