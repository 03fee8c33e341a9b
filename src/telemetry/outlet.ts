import type { Clock, Timer } from '../model/clock.ts';
import type { Position } from '../model/ids.ts';

/** What became of a batch: it is where it should be, it may be tried again, or it never will be taken. */
export type Sent =
  | { readonly is: 'done' }
  | { readonly is: 'later'; readonly why: string }
  | { readonly is: 'refused'; readonly why: string };

export type Notice = (level: 'info' | 'warning', text: string) => void;

/** How far the log has left through an outlet. */
export type Mark = {
  /** All up to here has left, or was given up. */
  readonly position: Position;
  /** Of what stands behind `position` in the log, what has left already: a record holds several events. */
  readonly done: readonly string[];
};

export type OutletParts<T> = {
  /** For notices: `traces to http://collector:4318/v1/traces`. */
  readonly name: string;
  readonly idOf: (value: T) => string;
  /** Never rejects. */
  readonly send: (values: readonly T[]) => Promise<Sent>;
  readonly clock: Clock;
  readonly notice: Notice;
  /** Something has left, or was given up. */
  readonly onMark: () => void;
  readonly settings: OutletSettings;
};

export type OutletSettings = {
  readonly backlogMax: number;
  readonly batchMax: number;
  /** How long a batch that is not full waits for more. */
  readonly gatherMs: number;
  /** Between tries, doubled each time. */
  readonly retryMs: number;
  readonly retryMaxMs: number;
};

type Item<T> = { readonly position: Position; readonly value: T };

const NOT_YET = Number.MAX_SAFE_INTEGER as Position;
/** Between two notices that something was given up. */
const SAY_DROPPED_MS = 60_000;

/**
 * What leaves in the order of the log, batch after batch, as fast as the other end takes it. The backlog is bounded and nobody waits for it: when it
 * is full the oldest is given up, counted and told.
 */
export class Outlet<T> {
  readonly #parts: OutletParts<T>;
  readonly #items: Item<T>[] = [];
  #position: Position;
  #isOpen = false;
  #sending: Promise<void> | undefined;
  #timer: Timer | undefined;
  #failures = 0;
  #dropped = 0;
  #droppedUntold = 0;
  #saidAtMs = Number.NEGATIVE_INFINITY;
  #lastId: { readonly position: Position; readonly ids: string[] } | undefined;

  /** `from`: what stands up to there in the log has left before. Undefined: not known yet, so that nothing is kept until `begin`. */
  constructor(from: Position | undefined, parts: OutletParts<T>) {
    this.#position = from ?? NOT_YET;
    this.#parts = parts;
  }

  /** Where nothing has ever left, what is past is no news: it begins behind `position`. */
  begin(position: Position): void {
    if (this.#position === NOT_YET) this.#position = position;
  }

  get waiting(): number {
    return this.#items.length;
  }

  /** Given up since it was opened: the backlog was full, or the other end refused it for good. */
  get dropped(): number {
    return this.#dropped;
  }

  get mark(): Mark {
    const done = this.#lastId;
    return {
      position: this.#position,
      done: done !== undefined && done.position > this.#position ? done.ids : [],
    };
  }

  /** Whether what stands there in the log has not left yet. */
  isNews(position: Position): boolean {
    return position > this.#position;
  }

  /** Before `open`, what is too much is not counted: somebody else sends it. */
  add(position: Position, value: T): void {
    if (!this.isNews(position)) return;
    this.#items.push({ position, value });
    if (this.#items.length > this.#parts.settings.backlogMax) {
      this.#items.shift();
      if (this.#isOpen) this.#drop(1, 'the backlog is full');
    }
    this.#plan();
  }

  /** From now on this process sends, beginning after `mark`. */
  open(mark: Mark): void {
    this.#isOpen = true;
    this.#position = mark.position;
    const isDone = ({ position, value }: Item<T>): boolean =>
      position <= mark.position || mark.done.includes(this.#parts.idOf(value));
    const left = this.#items.filter((item) => !isDone(item));
    this.#items.splice(0, this.#items.length, ...left);
    this.#plan();
  }

  /** The log was read up to `position`: with nothing left to send, that is how far all has left. */
  reached(position: Position): void {
    if (this.#isOpen && this.#items.length === 0 && position > this.#position) this.#position = position;
  }

  /** Sends what is left for at most `graceMs`; what is not sent then stays behind the mark. */
  async close(graceMs: number): Promise<void> {
    const { clock, name, notice } = this.#parts;
    let isLate = false;
    let grace: Timer | undefined;
    const late = new Promise<void>((resolve) => {
      grace = clock.after(graceMs, () => {
        isLate = true;
        resolve();
      });
    });
    // What is on its way may arrive, and then must not be sent again.
    if (this.#sending !== undefined) await Promise.race([this.#sending, late]);
    while (this.#isOpen && this.#items.length > 0 && !isLate && this.#failures === 0)
      await Promise.race([this.#send(), late]);
    this.#isOpen = false;
    this.#timer?.cancel();
    grace?.cancel();
    if (this.#droppedUntold > 0) notice('warning', `${name}: ${this.#droppedUntold} more were given up`);
  }

  #plan(): void {
    if (!this.#isOpen || this.#items.length === 0 || this.#sending !== undefined) return;
    const { batchMax, gatherMs, retryMs, retryMaxMs } = this.#parts.settings;
    const isFull = this.#items.length >= batchMax;
    // While the other end is away, more to send is no reason to ask sooner.
    if (this.#timer !== undefined && !(isFull && this.#failures === 0)) return;
    this.#timer?.cancel();
    const delayMs =
      this.#failures > 0 ? Math.min(retryMs * 2 ** (this.#failures - 1), retryMaxMs) : isFull ? 0 : gatherMs;
    this.#timer = this.#parts.clock.after(delayMs, () => void this.#send());
  }

  #send(): Promise<void> {
    this.#sending ??= this.#sendBatch().finally(() => {
      this.#sending = undefined;
      this.#timer = undefined;
      this.#plan();
    });
    return this.#sending;
  }

  async #sendBatch(): Promise<void> {
    const { name, notice, onMark, send, settings } = this.#parts;
    const batch = this.#items.slice(0, settings.batchMax);
    if (batch.length === 0) return;
    const sent = await send(batch.map(({ value }) => value));
    if (sent.is === 'later') {
      this.#failures += 1;
      if (this.#failures === 1) notice('warning', `${name}: ${sent.why}; tried again until it works`);
      return;
    }
    if (sent.is === 'done' && this.#failures > 0) notice('info', `${name}: works again`);
    this.#failures = 0;
    this.#take(batch);
    if (sent.is === 'refused') this.#drop(batch.length, sent.why);
    onMark();
  }

  /** What was sent leaves the backlog, which may have lost some of it from its front meanwhile. */
  #take(batch: readonly Item<T>[]): void {
    const gone = new Set(batch);
    const at = this.#items.findIndex((item) => !gone.has(item));
    this.#items.splice(0, at === -1 ? this.#items.length : at);
    const last = batch.at(-1);
    if (last === undefined) return;
    const next = this.#items[0]?.position;
    const same = batch.filter(({ position }) => position === last.position);
    const ids = same.map(({ value }) => this.#parts.idOf(value));
    const before = this.#lastId?.position === last.position ? this.#lastId.ids : [];
    this.#lastId = { position: last.position, ids: [...before, ...ids] };
    // The rest of a record that has left in part comes again after a restart, and its ids tell what has.
    const position = next === last.position ? ((last.position - 1) as Position) : last.position;
    if (position > this.#position) this.#position = position;
  }

  #drop(count: number, why: string): void {
    const { clock, name, notice } = this.#parts;
    this.#dropped += count;
    this.#droppedUntold += count;
    if (clock.nowMs() - this.#saidAtMs < SAY_DROPPED_MS) return;
    this.#saidAtMs = clock.nowMs();
    notice('warning', `${name}: ${this.#droppedUntold} given up, ${this.#dropped} so far: ${why}`);
    this.#droppedUntold = 0;
  }
}
