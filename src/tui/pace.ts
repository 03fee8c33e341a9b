/** How often the screen follows what happens. Asked at each frame: settings may change. */
export type Rates = {
  /** Between two frames of the canvas at least. */
  readonly canvasMs: () => number;
  /** Between two frames of everything at least, but for keys, which are answered at once. */
  readonly panesMs: () => number;
  /** Between two frames of everything at most: what the time alone changes. */
  readonly clockMs: () => number;
};

/** A key's answer, everything, or what moves most. */
export type FrameKind = 'all' | 'canvas';

/** Calls `draw` when asked to, the first time after a rest at once, then not more often than is good; several asks are one. */
export class Pace {
  readonly #rates: Rates;
  readonly #draw: (kind: FrameKind) => void;
  #clock: NodeJS.Timeout;
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Immediate | undefined;
  #canvasAtMs = -Infinity;
  #panesAtMs = -Infinity;
  /** The timer waits for the panes, and the canvas has nothing new. */
  #isPanesOnly = false;

  constructor(rates: Rates, draw: (kind: FrameKind) => void) {
    this.#rates = rates;
    this.#draw = draw;
    this.#clock = this.#startClock();
  }

  ask(isUrgent: boolean): void {
    if (isUrgent) {
      this.#soon ??= setImmediate(() => this.#run('all'));
      return;
    }
    if (this.#isPanesOnly) this.#clearTimer();
    this.#timer ??= setTimeout(
      () => this.#run(undefined),
      this.#waitMs(this.#canvasAtMs, this.#rates.canvasMs()),
    );
  }

  stop(): void {
    clearTimeout(this.#clock);
    this.#clearTimer();
    clearImmediate(this.#soon);
  }

  #run(asked: 'all' | undefined): void {
    this.#clearTimer();
    clearImmediate(this.#soon);
    this.#soon = undefined;
    const panesMs = this.#waitMs(this.#panesAtMs, this.#rates.panesMs());
    const kind = asked ?? (panesMs === 0 ? 'all' : 'canvas');
    const nowMs = performance.now();
    this.#canvasAtMs = nowMs;
    if (kind === 'all') {
      this.#panesAtMs = nowMs;
      clearTimeout(this.#clock);
      this.#draw(kind);
      this.#clock = this.#startClock();
      return;
    }
    this.#draw(kind);
    this.#isPanesOnly = true;
    this.#timer = setTimeout(() => this.#run(undefined), panesMs);
  }

  #waitMs(lastMs: number, everyMs: number): number {
    return Math.max(0, Math.ceil(lastMs + everyMs - performance.now()));
  }

  #startClock(): NodeJS.Timeout {
    return setTimeout(() => this.#run('all'), this.#rates.clockMs());
  }

  #clearTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isPanesOnly = false;
  }
}
