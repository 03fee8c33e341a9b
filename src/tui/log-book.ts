import type { State } from '../model/state.ts';
import { followedIn } from '../view/log-scope.ts';
import { LogSieve } from '../view/log-sieve.ts';
import { LogFollower } from './log-follower.ts';
import { unreadOf } from './log-sheet.ts';
import type { LogSheet } from './log-sheet.ts';
import type { LogWish } from './log-wish.ts';
import type { MonitorSource } from './source.ts';
import { nodeNameOf, subjectOf } from './ui-state.ts';
import type { Subject, UiState } from './ui-state.ts';

/** The log that the operator looks at: it is followed while it is shown, and read by the pane and the keys. */
export class LogBook {
  readonly #follower: LogFollower;
  readonly #sieve = new LogSieve();
  readonly #onChange: () => void;

  constructor(source: MonitorSource, onChange: () => void) {
    this.#follower = new LogFollower(source, onChange);
    this.#onChange = onChange;
  }

  /** Follows what this screen shows; nothing where it shows no log. */
  turnTo(state: State, ui: UiState, isShown: boolean): void {
    const subject = subjectOf(state, ui);
    if (subject?.run === undefined || !isShown) return this.#follower.stop();
    const { attempts } = followedIn(subject.run, subject.index, ui.log.scope, ui.log.attempt);
    const [only] = attempts;
    if (only === undefined) return this.#follower.stop();
    this.#follower.follow(labelOf(subject, ui.log, JSON.stringify(only)), subject.run.id, attempts);
  }

  /** As it is now; undefined where there is none. */
  sheet(state: State, ui: UiState): LogSheet | undefined {
    const { text } = this.#follower;
    const subject = subjectOf(state, ui);
    if (text === undefined || subject?.run === undefined) return undefined;
    const { run, index } = subject;
    const { attempts, nodes } = followedIn(run, index, ui.log.scope, ui.log.attempt);
    const { lines } = text;
    const sifted = this.#sieve.sift(lines, ui.log.filter);
    if (!sifted.isDone) this.#onChange();
    const attempt = run.nodes[index]?.attempts[(attempts[0]?.attempt ?? 0) - 1];
    const isNode = ui.log.scope === 'node';
    return {
      lines: sifted.lines,
      total: lines.length,
      isSifting: !sifted.isDone,
      firstId: text.firstId,
      nextId: text.nextId,
      sources: text.sources,
      nodes,
      followed: attempts.length,
      isOpen: isNode ? attempt !== undefined && attempt.outcome === undefined : run.end === undefined,
      startMs: isNode ? (attempt?.startedMs ?? attempt?.dispatchedMs ?? run.triggeredMs) : run.triggeredMs,
      unread: isNode ? unreadOf(attempt, lines) : undefined,
    };
  }

  stop(): void {
    this.#follower.stop();
  }
}

/** Logs with the same label are one log, which goes on. */
function labelOf(subject: Subject, { scope }: LogWish, attempt: string): string {
  const run = subject.run?.id ?? '';
  switch (scope) {
    case 'node':
      return JSON.stringify([run, attempt]);
    case 'upstream':
    case 'downstream':
      return JSON.stringify([run, scope, nodeNameOf(subject)]);
    case 'run':
      return JSON.stringify([run]);
  }
}
