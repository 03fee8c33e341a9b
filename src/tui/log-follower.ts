import type { Unsubscribe } from '../broker/port/port.ts';
import type { AttemptKey, ServerName } from '../model/ids.ts';
import { attemptLabel } from '../model/ids.ts';
import { LogText } from '../view/log-text.ts';
import type { MonitorSource } from './source.ts';

export type LogTarget = { readonly key: AttemptKey; readonly server: ServerName };

/** Whoever moves through nodes fast asks no agent for the logs between. */
const SETTLE_MS = 120;

/** Follows the log of one attempt at a time. */
export class LogFollower {
  readonly #source: MonitorSource;
  readonly #onChange: () => void;
  #label: string | undefined;
  #text: LogText | undefined;
  #end: Unsubscribe = () => undefined;

  constructor(source: MonitorSource, onChange: () => void) {
    this.#source = source;
    this.#onChange = onChange;
  }

  /** Of the attempt that is followed now. */
  get text(): LogText | undefined {
    return this.#text;
  }

  /** Goes on when it is the same attempt; undefined follows nothing. */
  follow(target: LogTarget | undefined): void {
    const label = target === undefined ? undefined : `${attemptLabel(target.key)}@${target.server}`;
    if (label === this.#label) return;
    this.stop();
    this.#label = label;
    if (target === undefined) return;
    const text = new LogText();
    this.#text = text;
    let end: Unsubscribe = () => undefined;
    const timer = setTimeout(() => {
      end = this.#source.followOutput(target, {
        onBytes: (stream, bytes, skipped) => {
          text.add(stream, bytes, skipped);
          this.#onChange();
        },
        onError: (error) => {
          text.note(error instanceof Error ? error.message : String(error));
          this.#onChange();
        },
      });
    }, SETTLE_MS);
    this.#end = () => {
      clearTimeout(timer);
      end();
    };
  }

  stop(): void {
    this.#end();
    this.#end = () => undefined;
    this.#label = undefined;
    this.#text = undefined;
  }
}
