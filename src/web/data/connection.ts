import type { StreamEvent } from '../../api/contract/events.ts';
import { ApiError } from '../../client/client.ts';
import type { Client } from '../../client/client.ts';

/** Whether what is shown is the present. */
export type Connection =
  | { readonly is: 'connecting' }
  | { readonly is: 'live' }
  /** The stream lives, but the server has lost its broker: nothing new comes. */
  | { readonly is: 'stale'; readonly sinceMs: number; readonly why: string }
  | { readonly is: 'down'; readonly sinceMs: number; readonly retryMs: number; readonly why: string };

/** The server says something every 15 seconds, if only that it lives. */
const SILENT_MAX_MS = 40_000;
const READY_EVERY_MS = 5_000;
const RETRY_MS = { first: 500, most: 15_000 };

type Listener = (event: StreamEvent | 'anything') => void;

/** The one stream of events of the page. It comes back by itself, from where it was; who listens is told of `anything` where events may be missing. */
export class LiveEvents {
  readonly #client: Client;
  readonly #onUnauthorized: (error: ApiError) => void;
  readonly #events = new Set<Listener>();
  readonly #watchers = new Set<() => void>();
  readonly #end = new AbortController();
  #state: Connection = { is: 'connecting' };
  #lastId: string | undefined;
  #wake: (() => void) | undefined;

  constructor(client: Client, onUnauthorized: (error: ApiError) => void) {
    this.#client = client;
    this.#onUnauthorized = onUnauthorized;
  }

  get state(): Connection {
    return this.#state;
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Returns what ends it. */
  listen(listener: Listener): () => void {
    this.#events.add(listener);
    return () => this.#events.delete(listener);
  }

  start(): void {
    void this.#run();
    void this.#watchBroker();
  }

  stop(): void {
    this.#end.abort();
    this.#wake?.();
  }

  /** Does not wait for the next try. */
  readonly retryNow = (): void => this.#wake?.();

  async #run(): Promise<void> {
    let failures = 0;
    let sinceMs = Date.now();
    while (!this.#end.signal.aborted) {
      let why = 'the server ended the stream';
      const hadMs = performance.now();
      try {
        await this.#follow(() => {
          failures = 0;
        });
      } catch (error) {
        if (this.#end.signal.aborted) return;
        if (error instanceof ApiError && error.status === 401) return this.#onUnauthorized(error);
        why = error instanceof Error ? error.message : String(error);
      }
      if (this.#end.signal.aborted) return;
      if (this.#state.is !== 'down') sinceMs = Date.now();
      failures += 1;
      // A server that takes the stream and ends it at once must not be asked in a loop.
      if (performance.now() - hadMs > RETRY_MS.most) failures = 1;
      const waitMs = Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** (failures - 1));
      this.#set({ is: 'down', sinceMs, retryMs: Date.now() + waitMs, why });
      await this.#pause(waitMs);
    }
  }

  async #follow(onLive: () => void): Promise<void> {
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, this.#end.signal]);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const feed = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(new Error('the server fell silent')), SILENT_MAX_MS);
    };
    try {
      feed();
      const stream = this.#client.events({}, { after: this.#lastId, signal });
      for await (const heard of stream) {
        feed();
        if (this.#state.is === 'connecting' || this.#state.is === 'down') {
          onLive();
          this.#set({ is: 'live' });
          this.#tell('anything');
        }
        if (heard.is === 'alive') continue;
        this.#lastId = heard.id ?? this.#lastId;
        this.#tell(heard.is === 'gap' ? 'anything' : heard.event);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** The stream does not say whether the server still hears its broker. */
  async #watchBroker(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, READY_EVERY_MS));
      if (signal.aborted || (this.#state.is !== 'live' && this.#state.is !== 'stale')) continue;
      const why = await this.#client.call('getReady', {}, { signal }).then(
        () => undefined,
        (error: unknown) => (error instanceof ApiError && error.status === 503 ? error.message : undefined),
      );
      if (why === undefined && this.#state.is === 'stale') {
        this.#set({ is: 'live' });
        this.#tell('anything');
      } else if (why !== undefined && this.#state.is === 'live')
        this.#set({ is: 'stale', sinceMs: Date.now(), why });
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #tell(event: StreamEvent | 'anything'): void {
    for (const listener of this.#events) listener(event);
  }

  #set(state: Connection): void {
    this.#state = state;
    for (const watcher of this.#watchers) watcher();
  }
}
