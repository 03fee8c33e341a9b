import { createHash } from 'node:crypto';
import type { Clock, Timer } from '../model/clock.ts';
import type { Position } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import type { NotifyTarget } from '../model/notify-target.ts';
import type { Folded, Replica } from '../replica/replica.ts';
import { Outlet } from './outlet.ts';
import type { Mark, Notice, OutletSettings } from './outlet.ts';
import { Progress } from './progress.ts';
import { RunSpans } from './trace/run-spans.ts';
import type { SpanRecord } from './trace/span.ts';
import type { SpanSink } from './trace/otlp.ts';
import { deliver, isWanted } from './webhook/deliver.ts';
import type { RunNotice } from './webhook/notice.ts';
import { RunNotices } from './webhook/run-notices.ts';

export type TelemetryParts = {
  readonly replica: Replica;
  readonly clock: Clock;
  readonly notice: Notice;
  /** For the file that says how far all has come; of one log alone. */
  readonly folder: string;
  /** Where traces go. */
  readonly traces: { readonly name: string; readonly sink: SpanSink } | undefined;
  readonly targets: readonly NotifyTarget[];
  readonly publicUrl: string | undefined;
  readonly version: string;
  /** Of several processes with one folder, one sends. Undefined: another has the lock. */
  readonly takeLock: () => { release(): void } | undefined;
  readonly settings: TelemetrySettings;
};

export type TelemetrySettings = {
  readonly spans: OutletSettings;
  readonly notices: OutletSettings;
  readonly noticeTimeoutMs: number;
  /** How often one that waits for the lock looks again, and how often the progress of an idle log is saved. */
  readonly roundMs: number;
};

export const DEFAULT_TELEMETRY_SETTINGS: TelemetrySettings = {
  spans: {
    backlogMax: limits.spansWaitingMax,
    batchMax: limits.spanBatchMax,
    gatherMs: 1_000,
    retryMs: 1_000,
    retryMaxMs: 30_000,
  },
  notices: {
    backlogMax: limits.noticesWaitingMax,
    batchMax: 1,
    gatherMs: 0,
    retryMs: 1_000,
    retryMaxMs: 300_000,
  },
  noticeTimeoutMs: limits.noticeTimeoutMs,
  roundMs: 5_000,
};

type Target = { readonly target: NotifyTarget; readonly outlet: Outlet<RunNotice> };

const TRACES = 'traces';

/**
 * Traces and messages about runs, as projections of the log: whatever the process knows is read from there, and after a restart all that was not sent is
 * made again, with the same ids. It hears the log from its beginning, so it must be made before the replica is started.
 */
export class Telemetry {
  readonly #parts: TelemetryParts;
  readonly #progress: Progress;
  readonly #runSpans = new RunSpans();
  readonly #runNotices: RunNotices;
  readonly #spans: Outlet<SpanRecord> | undefined;
  readonly #targets = new Map<string, Target>();
  readonly #endListening: () => void;
  #lock: { release(): void } | undefined;
  #round: Timer | undefined;

  constructor(parts: TelemetryParts) {
    this.#parts = parts;
    this.#progress = new Progress(parts.folder);
    this.#runNotices = new RunNotices(parts.publicUrl);
    const marks = this.#progress.read();
    const { traces, settings } = parts;
    const from = (name: string): Position | undefined => marks.get(name)?.position;
    this.#spans =
      traces === undefined
        ? undefined
        : this.#outlet<SpanRecord>(from(TRACES), {
            name: traces.name,
            idOf: ({ spanId }) => spanId,
            send: (spans) => traces.sink.send(spans),
            settings: settings.spans,
          });
    for (const target of parts.targets) this.#addTarget(target, from);
    this.#endListening = parts.replica.listen({
      onEach: (item) => this.#onEach(item),
      onFolded: (folded) => this.#onFolded(folded),
    });
  }

  /** The replica has read what was there: from now on this sends, or waits until it may. */
  start(): void {
    for (const outlet of this.#outlets().values()) outlet.begin(this.#parts.replica.position);
    this.#nextRound();
  }

  /** Sends what is left for at most `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#round?.cancel();
    this.#endListening();
    const outlets = this.#outlets();
    await Promise.all([...outlets.values()].map((outlet) => outlet.close(graceMs)));
    this.#save();
    this.#lock?.release();
    await this.#parts.traces?.sink.close();
  }

  /** Spans and messages that were given up. */
  get dropped(): number {
    return [...this.#outlets().values()].reduce((sum, { dropped }) => sum + dropped, 0);
  }

  #onEach({ event, verdict, position }: Folded): void {
    if (!verdict.accepted) return;
    const { state } = this.#parts.replica;
    const spans = this.#spans;
    if (spans !== undefined)
      for (const span of this.#runSpans.onEvent(event, state, spans.isNews(position)))
        spans.add(position, span);
    if (this.#targets.size === 0) return;
    const notice = this.#runNotices.onEvent(event, state);
    if (notice === undefined) return;
    for (const { target, outlet } of this.#targets.values())
      if (isWanted(target, notice)) outlet.add(position, notice);
  }

  #onFolded(folded: readonly Folded[]): void {
    const position = folded.at(-1)?.position;
    if (position !== undefined) for (const outlet of this.#outlets().values()) outlet.reached(position);
  }

  #nextRound(): void {
    const { clock, settings, takeLock } = this.#parts;
    if (this.#lock === undefined) {
      this.#lock = takeLock();
      const marks = this.#lock === undefined ? undefined : this.#progress.read();
      if (marks !== undefined)
        for (const [name, outlet] of this.#outlets()) outlet.open(marks.get(name) ?? outlet.mark);
    }
    if (this.#lock !== undefined) this.#save();
    this.#round = clock.after(settings.roundMs, () => this.#nextRound());
  }

  #save(): void {
    if (this.#lock === undefined) return;
    const marks = new Map<string, Mark>();
    for (const [name, outlet] of this.#outlets()) marks.set(name, outlet.mark);
    try {
      this.#progress.save(marks);
    } catch (error) {
      this.#parts.notice('warning', `cannot note what was sent: ${String(error)}`);
    }
  }

  #outlets(): ReadonlyMap<string, Outlet<SpanRecord> | Outlet<RunNotice>> {
    const outlets = new Map<string, Outlet<SpanRecord> | Outlet<RunNotice>>();
    if (this.#spans !== undefined) outlets.set(TRACES, this.#spans);
    for (const [name, { outlet }] of this.#targets) outlets.set(name, outlet);
    return outlets;
  }

  #addTarget(target: NotifyTarget, from: (name: string) => Position | undefined): void {
    const { clock, settings, version } = this.#parts;
    const url = new URL(target.url);
    // A URL may hold a secret in its path, so it stands in no file and in no notice.
    const name = `webhook-${createHash('sha256').update(target.url).digest('hex').slice(0, 16)}`;
    if (this.#targets.has(name)) return;
    const timeouts = { version, timeoutMs: settings.noticeTimeoutMs };
    const outlet = this.#outlet<RunNotice>(from(name), {
      name: `webhook to ${url.host}`,
      idOf: ({ id }) => id,
      send: async ([first]) =>
        first === undefined ? { is: 'done' } : deliver(target, first, clock.nowMs(), timeouts),
      settings: settings.notices,
    });
    this.#targets.set(name, { target, outlet });
  }

  #outlet<T>(
    from: Position | undefined,
    of: Pick<ConstructorParameters<typeof Outlet<T>>[1], 'name' | 'idOf' | 'send' | 'settings'>,
  ): Outlet<T> {
    const { clock, notice } = this.#parts;
    return new Outlet<T>(from, { ...of, clock, notice, onMark: () => this.#save() });
  }
}
