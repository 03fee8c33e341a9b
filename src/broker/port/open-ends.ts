import type { Unsubscribe } from './port.ts';

/** What was begun, and has an end that takes a while: whoever began it ends it, or all end with the broker. */
export class OpenEnds {
  readonly #ends = new Set<() => Promise<void>>();

  /** `end` is called once, by what is returned or by `endAll`. */
  add(end: () => Promise<void>): Unsubscribe {
    this.#ends.add(end);
    return () => {
      if (this.#ends.delete(end)) void end();
    };
  }

  async endAll(): Promise<void> {
    const ends = [...this.#ends];
    this.#ends.clear();
    await Promise.all(ends.map((end) => end()));
  }
}
