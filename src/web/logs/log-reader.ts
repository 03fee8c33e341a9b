import type { LogChunk } from '../../api/contract/logs.ts';
import { ApiError } from '../../client/client.ts';
import type { Client } from '../../client/client.ts';
import type { NodeName, ServerName } from '../../model/ids.ts';
import { LogText } from '../../view/log-text.ts';
import type { LogLine, LogSource } from '../../view/log-text.ts';

export type LogState = {
  readonly lines: readonly LogLine[];
  readonly status: 'reading' | 'following' | 'ended' | 'waiting';
  /** Why it waits, and tries again. */
  readonly why: string | undefined;
};

export type LogOf = {
  readonly run: string;
  readonly node: string;
  readonly attempt: number;
  readonly server: string;
};

/** Lines come in bursts; they are shown this often. */
const SHOW_EVERY_MS = 120;
const RETRY_MS = 2_000;

/** What an attempt wrote and goes on writing, as lines. A connection that is lost is taken up where it was. */
export class LogReader {
  readonly #client: Client;
  readonly #of: LogOf;
  readonly #text = new LogText();
  readonly #source: LogSource;
  readonly #end = new AbortController();
  readonly #watchers = new Set<() => void>();
  #state: LogState = { lines: [], status: 'reading', why: undefined };
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client, of: LogOf) {
    this.#client = client;
    this.#of = of;
    this.#source = this.#text.source(of.server as ServerName, of.node as NodeName, of.attempt);
  }

  get state(): LogState {
    return this.#state;
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  start(): void {
    void this.#read();
  }

  stop(): void {
    this.#end.abort();
    clearTimeout(this.#timer);
  }

  async #read(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      try {
        if (await this.#follow(signal)) return;
      } catch (error) {
        if (signal.aborted) return;
        const why = error instanceof TypeError ? 'the server does not answer' : textOf(error);
        this.#set({ ...this.#state, lines: this.#text.lines, status: 'waiting', why });
        // What is not there will not come by asking again.
        if (error instanceof ApiError && (error.status === 404 || error.status === 401)) return;
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  /** Whether it has come to its end. */
  async #follow(signal: AbortSignal): Promise<boolean> {
    const { run, node, attempt } = this.#of;
    const [out, err] = (['stdout', 'stderr'] as const).map((stream) =>
      this.#text.endOf(this.#source, stream),
    );
    const heard = this.#client.followLog({ run, node, attempt }, `${out},${err}`, signal);
    for await (const one of heard) {
      if (one.is === 'end') {
        clearTimeout(this.#timer);
        this.#timer = undefined;
        this.#set({ lines: this.#text.lines, status: 'ended', why: undefined });
        return true;
      }
      this.#add(one.chunk);
    }
    return false;
  }

  #add({ stream, at, skipped, data, times }: LogChunk): void {
    this.#text.add(this.#source, stream, { bytes: bytesOf(data), at, skipped, times });
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#set({ lines: this.#text.lines, status: 'following', why: undefined });
    }, SHOW_EVERY_MS);
  }

  #set(state: LogState): void {
    this.#state = state;
    for (const watcher of this.#watchers) watcher();
  }
}

function bytesOf(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
