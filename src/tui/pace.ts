/** How often the screen follows what happens: four times a second, at once for a key, and every second for the clock. */
const EVENTS_MS = 250;
const CLOCK_MS = 1_000;

/** Calls `draw` when asked to, but not more often than is good; several asks are one. */
export class Pace {
  readonly #draw: () => void;
  readonly #clock: NodeJS.Timeout;
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Immediate | undefined;

  constructor(draw: () => void) {
    this.#draw = draw;
    this.#clock = setInterval(() => this.ask(false), CLOCK_MS);
  }

  ask(isUrgent: boolean): void {
    if (isUrgent) this.#soon ??= setImmediate(() => this.#run());
    else this.#timer ??= setTimeout(() => this.#run(), EVENTS_MS);
  }

  stop(): void {
    clearInterval(this.#clock);
    this.#clear();
  }

  #run(): void {
    this.#clear();
    this.#draw();
  }

  #clear(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#soon);
    this.#timer = undefined;
    this.#soon = undefined;
  }
}
