import { CodedError } from '../model/coded-error.ts';
import type { AttemptKey } from '../model/ids.ts';
import type { Attempt, Run } from '../model/state.ts';
import { mergeLines } from './merged-lines.ts';
import { followOutput } from './output-follow.ts';
import type { OutputStream } from './output-follow.ts';
import type { Session } from './session.ts';
import { StoredLines } from './stored-lines.ts';
import type { PrintedLine } from './stored-lines.ts';

/** Lines that come live wait so long for earlier ones of other servers. */
const GATHER_MS = 250;

export type RunLogsOptions = {
  readonly streams: readonly OutputStream[];
  /** Which attempts: all by default. */
  readonly isWanted?: (key: AttemptKey) => boolean;
  readonly print: (line: PrintedLine) => void;
  /** What can't be read, in words. */
  readonly warn: (text: string) => void;
  readonly stopped: AbortSignal;
};

/** What the attempts of a run wrote, on all servers, in the order of their times. */
export class RunLogs {
  readonly #session: Session;
  readonly #run: Run;
  readonly #options: RunLogsOptions;
  readonly #known = new Set<string>();
  readonly #following = new Set<Promise<void>>();
  readonly #warned = new Set<string>();
  /** Servers that did not answer once: each further try would take seconds. */
  readonly #deaf = new Set<string>();
  #gathered: { readonly line: PrintedLine; readonly keyMs: number }[] = [];

  constructor(session: Session, run: Run, options: RunLogsOptions) {
    this.#session = session;
    this.#run = run;
    this.#options = options;
  }

  /** Prints what is kept now, and with `follows` what comes until the run has ended. */
  async print(follows: boolean): Promise<void> {
    const isOpen = new Set<StoredLines>();
    const streams = this.#attempts().flatMap(({ key, attempt, startMs }) =>
      this.#streamsOf(key, attempt).map((lines) => {
        if (follows && attempt.outcome === undefined) isOpen.add(lines);
        return { startMs, lines };
      }),
    );
    await mergeLines(streams, {
      print: this.#options.print,
      onError: (lines, error) => {
        isOpen.delete(lines);
        if (error instanceof CodedError && error.code === 'no_answer') this.#deaf.add(lines.target.server);
        this.#warn(lines.target.server, error);
      },
      isLost: ({ target }) => this.#deaf.has(target.server),
      isToCome: (lines) => isOpen.has(lines),
      stopped: this.#options.stopped,
    });
    if (follows) await this.#follow([...isOpen]);
  }

  async #follow(open: readonly StoredLines[]): Promise<void> {
    const { stopped } = this.#options;
    for (const lines of open) this.#start(lines);
    const isOver = (): boolean =>
      stopped.aborted || (this.#isEnded() && this.#following.size === 0 && this.#gathered.length === 0);
    while (!isOver()) {
      this.#startNew();
      await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
      this.#flush();
    }
  }

  /** Of one attempt the log ends with it. */
  #isEnded(): boolean {
    const wanted = this.#attempts();
    const isOne = this.#options.isWanted !== undefined;
    return isOne ? wanted.every(({ attempt }) => attempt.outcome !== undefined) : this.#run.end !== undefined;
  }

  #startNew(): void {
    for (const { key, attempt } of this.#attempts()) {
      for (const lines of this.#streamsOf(key, attempt)) this.#start(lines);
    }
  }

  #start(lines: StoredLines): void {
    const onPiece = (piece: Parameters<StoredLines['add']>[0]): void => this.#gather(lines.add(piece));
    const following = followOutput(
      this.#session.broker,
      lines.target,
      { from: lines.end, onPiece },
      this.#options.stopped,
    )
      .then(() => this.#gather(lines.last === undefined ? [] : [lines.last]))
      .catch((error: unknown) => this.#warn(lines.target.server, error))
      .finally(() => this.#following.delete(following));
    this.#following.add(following);
  }

  #gather(lines: readonly PrintedLine[]): void {
    for (const line of lines) this.#gathered.push({ line, keyMs: line.atMs ?? Date.now() });
  }

  #flush(): void {
    const lines = this.#gathered.toSorted((one, other) => one.keyMs - other.keyMs);
    this.#gathered = [];
    for (const { line } of lines) this.#options.print(line);
  }

  /** Those that were not asked for before; of what is known to have written nothing an agent keeps nothing. */
  #streamsOf(key: AttemptKey, { server, wrote }: Attempt): StoredLines[] {
    return this.#options.streams.flatMap((stream) => {
      const name = JSON.stringify([key.node, key.attempt, stream]);
      const bytes = stream === 'stdout' ? wrote?.stdoutBytes : wrote?.stderrBytes;
      if (this.#known.has(name) || bytes === 0) return [];
      this.#known.add(name);
      return [new StoredLines(this.#session.broker, { key, server, stream })];
    });
  }

  #attempts(): { readonly key: AttemptKey; readonly attempt: Attempt; readonly startMs: number }[] {
    const { id, nodes, definition } = this.#run;
    return nodes.flatMap(({ attempts }, index) => {
      const node = definition.dag.nodes[index];
      if (node?.command === undefined) return [];
      return attempts.flatMap((attempt) => {
        const key = { run: id, node: node.name, attempt: attempt.number };
        const isWanted = this.#options.isWanted?.(key) ?? true;
        return isWanted && attempt.startedMs !== undefined
          ? [{ key, attempt, startMs: attempt.startedMs }]
          : [];
      });
    });
  }

  /** The same of a server once. */
  #warn(server: string, error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    const name = `${server} ${text}`;
    if (this.#warned.has(name)) return;
    this.#warned.add(name);
    this.#options.warn(`${server}: ${text}`);
  }
}
