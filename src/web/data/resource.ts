/** What a page asks of the API and asks again when something changed. */
export type Loaded<T> = {
  readonly value: T | undefined;
  /** Of the last request; a value may still stand from one before. */
  readonly error: Error | undefined;
  readonly isLoading: boolean;
};

type Timer = ReturnType<typeof setTimeout>;

/**
 * One value of the API, kept while somebody looks. However often it is told to refresh, requests come one at a time and at most once in `everyMs`; what
 * changed meanwhile is asked for afterwards.
 */
export class Resource<T> {
  readonly #load: (signal: AbortSignal, before: T | undefined) => Promise<T>;
  readonly #everyMs: number;
  readonly #listeners = new Set<() => void>();
  #state: Loaded<T> = { value: undefined, error: undefined, isLoading: true };
  #abort: AbortController | undefined;
  #timer: Timer | undefined;
  #lastMs = Number.NEGATIVE_INFINITY;
  #isWanted = false;
  #isClosed = false;

  constructor(load: (signal: AbortSignal, before: T | undefined) => Promise<T>, everyMs = 250) {
    this.#load = load;
    this.#everyMs = everyMs;
  }

  get state(): Loaded<T> {
    return this.#state;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Asks soon. */
  readonly refresh = (): void => {
    if (this.#isClosed) return;
    this.#isWanted = true;
    if (this.#abort !== undefined || this.#timer !== undefined) return;
    const waitMs = Math.max(0, this.#lastMs + this.#everyMs - performance.now());
    this.#timer = setTimeout(() => void this.#ask(), waitMs);
  };

  /** Nobody looks any more; what is under way is given up. `open` takes it up again. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#abort?.abort();
    this.#abort = undefined;
  }

  open(): void {
    this.#isClosed = false;
    this.refresh();
  }

  async #ask(): Promise<void> {
    this.#timer = undefined;
    this.#isWanted = false;
    this.#lastMs = performance.now();
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const value = await this.#load(abort.signal, this.#state.value);
      if (!abort.signal.aborted) this.#set({ value, error: undefined, isLoading: false });
    } catch (error) {
      if (!abort.signal.aborted)
        this.#set({ value: this.#state.value, error: errorOf(error), isLoading: false });
    }
    if (this.#abort !== abort) return;
    this.#abort = undefined;
    if (this.#isWanted) this.refresh();
  }

  #set(state: Loaded<T>): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
