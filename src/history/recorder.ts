import type { EventLog } from '../broker/port/port.ts';
import type { Clock, Timer } from '../model/clock.ts';
import { CodedError } from '../model/coded-error.ts';
import { limits } from '../model/limits.ts';
import { LOG_START } from '../model/ids.ts';
import type { Position } from '../model/ids.ts';
import { Replica } from '../replica/replica.ts';
import type { Folded } from '../replica/replica.ts';
import { Changes } from './changes.ts';
import type { Write } from './port/sql.ts';
import type { Retention } from './retention.ts';
import { regressed } from './store.ts';
import type { HistoryStore } from './store.ts';
import { gapWrite, writesOf } from './writes.ts';

export type RecorderOptions = {
  readonly log: EventLog;
  /** Opens the database. Tried again and again while it answers `history_down`. */
  readonly open: () => Promise<HistoryStore>;
  readonly retention: Retention;
  readonly clock: Clock;
  readonly onNotice: (level: 'info' | 'warning', text: string) => void;
};

/** What is ready to be written, as it was when it was gathered. */
type Batch = { readonly to: Position; readonly writes: readonly Write[] };

/** So long changes are gathered while little happens. */
const GATHER_MS = 100;
/** Of a batch of the log: 128 KiB each, or one record. */
const PARTS_MAX = 64;
const RETRY_FIRST_MS = 200;
const RETRY_MAX_MS = 5_000;
const LAST_WRITE_MS = 2_000;
const PRUNE_EVERY_MS = 3_600_000;

/**
 * Follows the event log and writes what comes of it into the history.
 *
 *  1. Rows and the position that they reflect are written in one transaction, which demands that the history stands where the batch begins: each event
 *     counts once, whenever this process dies and however many recorders there are.
 *  2. It keeps no state of its own: it folds the log from its beginning, or a checkpoint before the recorded position, and writes what comes after that.
 *  3. While the database is down the log waits: at most `historyGatheredMax` events and one part of a batch are in memory.
 *  4. A history of another log, or one that is ahead of the log, is left as it is.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #replica: Replica;
  #store: HistoryStore | undefined;
  #identity = '';
  /** Where the history stands, as far as is known. */
  #recorded: Position = LOG_START;
  /** What is at or before it is recorded. */
  #from: Position = LOG_START;
  #changes = new Changes();
  #gathered = 0;
  #parts = 0;
  /** Before what is gathered and not written, the log had lost something. */
  #isBehind = false;
  #gap: { readonly from: Position; readonly to: Position } | undefined;
  #writing: Promise<void> | undefined;
  #isScheduled = false;
  #isStopped = false;
  #isDown = false;
  readonly #waits = new Set<{ readonly timer: Timer; readonly wake: () => void }>();
  #end: () => void = () => undefined;
  readonly #ended = new Promise<void>((resolve) => (this.#end = resolve));
  #fail: (error: unknown) => void = () => undefined;
  /** Rejects with what ends the recording. */
  readonly #failed = new Promise<never>((_resolve, reject) => (this.#fail = reject));

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#replica = new Replica({ rest: () => this.#rest() });
    this.#failed.catch(() => undefined);
  }

  /** Up to where the history reflects the log, as far as this recorder knows. */
  get recorded(): Position {
    return this.#recorded;
  }

  /**
   * Records until `stop`. Rejects with `history_foreign`, `history_ahead`, `history_regressed`, what else the database refuses for good, and what ends
   * the reading of the log.
   */
  async run(): Promise<void> {
    await Promise.race([this.#record().then(() => this.#ended), this.#failed, this.#ended]);
  }

  /** Records until the history reflects the log up to `position`, and what is not kept is dropped. Rejects as `run`. */
  async reached(position: Position): Promise<void> {
    const isReached = (): boolean => this.#recorded >= position;
    const reading = this.#record();
    await Promise.race([reading, this.#failed]);
    while (!isReached() && !this.#isStopped) await Promise.race([this.#pause(GATHER_MS), this.#failed]);
  }

  /** Writes what is gathered, unless the database is down: then the next recorder reads it again. */
  async stop(): Promise<void> {
    this.#replica.stop();
    if (!this.#isStopped && !this.#isDown) await Promise.race([this.#flush(), this.#pause(LAST_WRITE_MS)]);
    this.#isStopped = true;
    for (const { timer, wake } of this.#waits) {
      timer.cancel();
      wake();
    }
    await this.#writing;
    await this.#store?.close();
    this.#end();
  }

  async #record(): Promise<void> {
    const { log } = this.#options;
    this.#identity = await log.identity();
    const store = await this.#untilUp(this.#options.open);
    if (store === undefined) return;
    this.#store = store;
    const known = await this.#untilUp(() => store.begin(this.#identity));
    if (known === undefined) return;
    if (known.log !== this.#identity) throw foreign(known.log, this.#identity);
    const head = await log.head();
    if (head < known.position) throw ahead(head, known.position);
    this.#recorded = known.position;
    this.#from = known.position;
    await this.#mindTheGap(known.position);
    this.#replica.listen({ onEach: (folded) => this.#take(folded), onFault: (error) => this.#fail(error) });
    await this.#replica.start(log, { after: known.position });
    await this.#flush();
    await this.#prune();
  }

  /** What was trimmed before it was recorded is not in the history, and that is noted there. */
  async #mindTheGap(recorded: Position): Promise<void> {
    const tail = await this.#options.log.tail();
    if (tail <= recorded + 1) return;
    this.#isBehind = true;
    this.#options.onNotice(
      'warning',
      `the log begins at ${tail}, and the history ends at ${recorded}: what happened between is in neither`,
    );
  }

  #take(folded: Folded): void {
    if (folded.position <= this.#from) return;
    if (this.#isBehind) {
      // Once, before the first event that is read.
      this.#isBehind = false;
      this.#changes.addAll(this.#replica.state, folded.position);
      this.#gap = { from: this.#from, to: (folded.position - 1) as Position };
    }
    this.#changes.add(folded, this.#replica.state);
    this.#gathered += 1;
  }

  /** Between two parts of what is read: writes when there is enough, else soon. */
  async #rest(): Promise<void> {
    this.#parts += 1;
    if (this.#gathered >= limits.historyGatheredMax || this.#parts >= PARTS_MAX) await this.#flush();
    else this.#flushSoon();
  }

  #flushSoon(): void {
    if (this.#isScheduled || this.#isStopped || this.#replica.position <= this.#from) return;
    this.#isScheduled = true;
    this.#after(GATHER_MS, async () => {
      await this.#flush();
      this.#isScheduled = false;
      this.#flushSoon();
    });
  }

  /** Writes what is gathered; when a write is under way, after it. Never rejects. */
  async #flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    if (this.#isStopped || this.#replica.position <= this.#from) return;
    const batch: Batch = { to: this.#replica.position, writes: this.#writes() };
    this.#changes = new Changes();
    this.#gathered = 0;
    this.#parts = 0;
    this.#from = batch.to;
    this.#writing = this.#write(batch)
      .catch((error: unknown) => {
        this.#isStopped = true;
        this.#fail(error);
      })
      .finally(() => (this.#writing = undefined));
    await this.#writing;
  }

  #writes(): readonly Write[] {
    const writes = writesOf(this.#changes);
    if (this.#gap !== undefined) writes.push(gapWrite(this.#gap));
    this.#gap = undefined;
    return writes;
  }

  /** (invariant 1) */
  async #write({ to, writes }: Batch): Promise<void> {
    const store = this.#store;
    if (store === undefined) return;
    await this.#untilUp(async () => {
      for (;;) {
        if (await store.write(this.#identity, this.#recorded, to, writes)) {
          this.#recorded = to;
          return;
        }
        // Another recorder was faster, or an answer was lost. What it wrote of this is written once more, or all of it is there.
        const now = await store.recorded();
        if (now === undefined || now.position < this.#recorded) throw regressed();
        if (now.log !== this.#identity) throw foreign(now.log, this.#identity);
        this.#recorded = now.position;
        if (now.position >= to) return;
      }
    });
  }

  async #prune(): Promise<void> {
    const { clock, retention } = this.#options;
    if (this.#isStopped) return;
    const store = this.#store;
    await this.#untilUp(async () => store?.prune(retention, clock.nowMs()));
    this.#after(PRUNE_EVERY_MS, () => this.#prune());
  }

  /** Does it later, unless the recorder is stopped before; what it rejects with ends the recording. */
  #after(delayMs: number, work: () => Promise<void>): void {
    void this.#pause(delayMs)
      .then(() => (this.#isStopped ? undefined : work()))
      .catch((error: unknown) => this.#fail(error));
  }

  /** Ends early when the recorder is stopped. */
  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wait = {
        timer: this.#options.clock.after(delayMs, () => {
          this.#waits.delete(wait);
          resolve();
        }),
        wake: resolve,
      };
      this.#waits.add(wait);
    });
  }

  /** Tries until the database answers; undefined when the recorder was stopped before. Rejects with what trying again does not help. */
  async #untilUp<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    for (let delayMs = RETRY_FIRST_MS; !this.#isStopped; delayMs = Math.min(2 * delayMs, RETRY_MAX_MS)) {
      try {
        const result = await work();
        if (this.#isDown)
          this.#options.onNotice('info', 'the history is back; what it missed is written now');
        this.#isDown = false;
        return result;
      } catch (error) {
        if (!(error instanceof CodedError) || error.code !== 'history_down') throw error;
        if (!this.#isDown)
          this.#options.onNotice('warning', `no history is written: ${error.message}; runs go on`);
        this.#isDown = true;
      }
      await this.#pause(delayMs);
    }
    return undefined;
  }
}

function foreign(theirs: string, ours: string): CodedError {
  return new CodedError('history_foreign', `the history is of another log (${theirs}, not ${ours})`, {
    hint: 'the log was wiped, or this is another installation: use another database (--history), or begin anew with: dagtop history rebuild',
  });
}

function ahead(head: Position, recorded: Position): CodedError {
  return new CodedError(
    'history_ahead',
    `the log ends at ${head}, but the history was recorded up to ${recorded}`,
    {
      hint: 'an older copy of the log was put in its place: put the newest there, or begin anew with: dagtop history rebuild',
    },
  );
}
