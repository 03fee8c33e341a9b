import type { Bell } from './monitor-settings.ts';
import type { MonitorSource } from './source.ts';
import type { Terminal } from './terminal/terminal.ts';

/** At most one alarm in this time: a broken night is one alarm, not a hundred. */
const ALARM_EVERY_MS = 10_000;

/** Tells the terminal of runs that fail, as the operator likes it at the time. Returns what ends that. */
export function listenForFailures(
  source: MonitorSource,
  terminal: Pick<Terminal, 'ring'>,
  bell: () => Bell,
): () => void {
  const alarm = new Alarm(source, (text) => {
    const kind = bell();
    if (kind !== 'off') terminal.ring(kind === 'osc9' ? text : undefined);
  });
  return source.onChange(() => alarm.hear());
}

/** Tells of runs that fail while somebody watches; what was in the log before is history and rings nothing. */
export class Alarm {
  readonly #source: MonitorSource;
  readonly #ring: (text: string) => void;
  /** Events that were heard, counted from the first ever seen; undefined while the log is still being read. */
  #heard: number | undefined;
  #rangAtMs = Number.NEGATIVE_INFINITY;

  constructor(source: MonitorSource, ring: (text: string) => void) {
    this.#source = source;
    this.#ring = ring;
    this.hear();
  }

  /** To be called when anything changed. */
  hear(): void {
    const { recent, link } = this.#source;
    if (link === undefined) return;
    const { events, dropped } = recent;
    const news = events.slice(Math.max(0, (this.#heard ?? Number.POSITIVE_INFINITY) - dropped));
    this.#heard = dropped + events.length;
    for (const { event, verdict } of news) {
      if (event.type !== 'run.finished' || event.outcome !== 'failed' || !verdict.accepted) continue;
      const nowMs = this.#source.nowMs();
      if (nowMs - this.#rangAtMs < ALARM_EVERY_MS) continue;
      this.#rangAtMs = nowMs;
      this.#ring(`dagtop: ${event.dag} ${event.run} failed`);
    }
  }
}
