import type { Unsubscribe } from '../broker/port/port.ts';
import type { RunId } from '../model/ids.ts';
import type { FollowedAttempt } from '../view/log-scope.ts';
import { LogText } from '../view/log-text.ts';
import type { MonitorSource } from './source.ts';

/** Whoever moves through nodes fast asks no agent for the logs between. */
const SETTLE_MS = 120;

/** Follows the attempts of one log at a time, and merges what they write. */
export class LogFollower {
  readonly #source: MonitorSource;
  readonly #onChange: () => void;
  #label: string | undefined;
  #text: LogText | undefined;
  #nextId = 0;
  readonly #ends = new Map<string, Unsubscribe>();

  constructor(source: MonitorSource, onChange: () => void) {
    this.#source = source;
    this.#onChange = onChange;
  }

  /** Of the log that is followed now. */
  get text(): LogText | undefined {
    return this.#text;
  }

  /** Follows these attempts of a run. The log goes on while the label is the same: who left comes back where he was. */
  follow(label: string, run: RunId, attempts: readonly FollowedAttempt[]): void {
    if (label !== this.#label) {
      this.stop();
      this.#label = label;
      this.#text = new LogText(this.#nextId);
    }
    const text = this.#text;
    if (text === undefined) return;
    const wanted = new Map(attempts.map((attempt) => [JSON.stringify(attempt), attempt]));
    for (const [name, end] of this.#ends) {
      if (wanted.has(name)) continue;
      end();
      this.#ends.delete(name);
    }
    for (const [name, attempt] of wanted) {
      if (!this.#ends.has(name)) this.#ends.set(name, this.#start(run, attempt, text));
    }
  }

  stop(): void {
    for (const end of this.#ends.values()) end();
    this.#ends.clear();
    this.#nextId = this.#text?.nextId ?? this.#nextId;
    this.#label = undefined;
    this.#text = undefined;
  }

  #start(run: RunId, { node, attempt, server }: FollowedAttempt, text: LogText): Unsubscribe {
    let end: Unsubscribe = () => undefined;
    const timer = setTimeout(() => {
      const source = text.source(server, node, attempt);
      const from = { stdout: text.endOf(source, 'stdout'), stderr: text.endOf(source, 'stderr') };
      end = this.#source.followOutput({ key: { run, node, attempt }, server }, from, {
        onPiece: (stream, piece) => {
          text.add(source, stream, piece);
          this.#onChange();
        },
        onError: (error) => {
          text.note(error instanceof Error ? error.message : String(error));
          this.#onChange();
        },
      });
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      end();
    };
  }
}
