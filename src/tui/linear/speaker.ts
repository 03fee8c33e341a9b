import { sumUp } from '../../view/spoken.ts';
import type { SpokenEvent } from '../../view/spoken.ts';

/** As many lines of what happens as can be listened to, in this time. */
const BREATH_MS = 1_000;
const LINES_PER_BREATH = 3;

/** Says what happens, a few lines a second; of more, what tells most and how many others. What the operator asked for is said at once. */
export class Speaker {
  readonly #write: (text: string) => void;
  readonly #mayTalk: () => boolean;
  #waiting: SpokenEvent[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** While `mayTalk` is false, what happens waits: the operator types or is asked. */
  constructor(write: (text: string) => void, mayTalk: () => boolean) {
    this.#write = write;
    this.#mayTalk = mayTalk;
  }

  answer(lines: readonly string[]): void {
    if (lines.length > 0) this.#write(`${lines.join('\n')}\n`);
  }

  tell(event: SpokenEvent): void {
    this.#waiting.push(event);
    this.#timer ??= setTimeout(() => this.#breathe(), 0);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #breathe(): void {
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    if (this.#mayTalk()) {
      const lines = sumUp(this.#waiting, LINES_PER_BREATH);
      this.#waiting = [];
      this.answer(lines);
    }
    this.#timer = setTimeout(() => this.#breathe(), BREATH_MS);
  }
}
