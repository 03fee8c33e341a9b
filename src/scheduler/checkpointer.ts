import { partsOf } from '../replica/checkpoint-text.ts';
import type { LogWriter } from '../broker/port/log-writer.ts';
import type { EventLog } from '../broker/port/port.ts';
import { savedLength } from '../engine/checkpoint.ts';
import type { EventOf } from '../model/event.ts';
import { LOG_START } from '../model/ids.ts';
import type { EventId, Position, SchedulerId } from '../model/ids.ts';
import type { State } from '../model/state.ts';
import type { Folded, Replica, Snapshot } from '../replica/replica.ts';
import type { CheckpointSettings } from './settings.ts';

export type CheckpointerParts = {
  readonly replica: Replica;
  readonly writer: LogWriter;
  readonly log: EventLog;
  readonly id: SchedulerId;
  readonly settings: CheckpointSettings;
  readonly onNotice: (level: 'info' | 'warning' | 'error', text: string) => void;
};

/**
 * Writes down the state, so that nobody need read the log from its beginning, and trims what nobody needs.
 *
 *  1. Only who leads begins a checkpoint, and writes its parts when it has read back that it is begun: with the state as of that event.
 *  2. The log is trimmed only to the beginning of a checkpoint of which all parts were read back as accepted, so whoever trims, and whoever leads
 *     meanwhile, takes nothing away that a reader needs. What comes after that beginning stays.
 *  3. It never hurries: the next try, after a failure too, comes after as many events as usual.
 */
export class Checkpointer {
  readonly #parts: CheckpointerParts;
  /** How many events there were at the last try. */
  #triedAt = 0;
  #trimLookedMs = Number.NEGATIVE_INFINITY;
  #trimmedTo: Position = LOG_START;
  #isTrimming = false;
  #isDenied = false;

  constructor(parts: CheckpointerParts) {
    this.#parts = parts;
  }

  /** For a leader, now and then. */
  lead(nowMs: number): void {
    this.#begin(nowMs);
    void this.#trim(nowMs);
  }

  /** For a leader: what it has read back. */
  onFolded(folded: readonly Folded[], nowMs: number): void {
    const { id, replica } = this.#parts;
    for (const { event, verdict, position } of folded) {
      if (event.type !== 'checkpoint.begun' || event.by !== id || !verdict.accepted) continue;
      const { snapshot } = replica;
      const { base, text, digest } = snapshot ?? {};
      if (base === position && text !== undefined && digest !== undefined)
        this.#write(event, { base, text, digest }, nowMs);
    }
  }

  #begin(nowMs: number): void {
    const { id, replica, settings, writer } = this.#parts;
    const { state, position, events } = replica;
    const parts = state.checkpoints.complete.at(-1)?.parts ?? 1;
    if (events.sinceCheckpoint < settings.everyEvents * parts) return;
    if (events.count - this.#triedAt < settings.everyEvents) return;
    this.#triedAt = events.count;
    const { epoch } = state;
    const checkpoint = `${epoch}/${position}`;
    const keptRuns = runsWithin(state, settings.runsMaxLength);
    const envelope = { id: `${checkpoint}/begun` as EventId, atMs: nowMs, by: id, epoch };
    this.#await(writer.append([{ ...envelope, type: 'checkpoint.begun', checkpoint, keptRuns }]));
  }

  /** (invariant 1) */
  #write(
    { checkpoint, epoch, by }: EventOf<'checkpoint.begun'>,
    snapshot: Snapshot & { readonly text: string },
    nowMs: number,
  ): void {
    const pieces = partsOf(snapshot.text, this.#parts.settings.partMaxLength);
    if (pieces === undefined) {
      const size = `${Math.ceil(snapshot.text.length / 1_048_576)} MiB`;
      this.#parts.onNotice(
        'warning',
        `no checkpoint of the log was written: the open runs make it too large (${size})`,
      );
      return;
    }
    const { base, digest } = snapshot;
    const common = { atMs: nowMs, by, epoch, checkpoint, base, parts: pieces.length, digest };
    const events = pieces.map((data, at): EventOf<'checkpoint.part'> => {
      const id = `${checkpoint}/part/${at + 1}` as EventId;
      return { type: 'checkpoint.part', id, ...common, part: at + 1, data };
    });
    this.#await(this.#parts.writer.append(events));
  }

  /** (invariant 2) */
  async #trim(nowMs: number): Promise<void> {
    const { log, onNotice, replica, settings } = this.#parts;
    if (this.#isTrimming || nowMs - this.#trimLookedMs < settings.trimEveryMs) return;
    this.#trimLookedMs = nowMs;
    const to = trimmable(replica.state, nowMs - settings.keepMs);
    if (to === undefined || to <= this.#trimmedTo) return;
    this.#isTrimming = true;
    try {
      const tail = await log.tail();
      if (tail <= to) {
        await log.trim(to);
        onNotice('info', `trimmed the event log: it begins at ${to + 1} now, not at ${tail}`);
      }
      this.#trimmedTo = to;
      this.#isDenied = false;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (!this.#isDenied) onNotice('warning', `the event log could not be trimmed: ${why}`);
      this.#isDenied = true;
    } finally {
      this.#isTrimming = false;
    }
  }

  /** The writer tries until the broker confirms; what rejects was closed, or was refused for its size or a full backlog. */
  #await(appended: Promise<void>): void {
    appended.catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      this.#parts.onNotice('warning', `no checkpoint of the log was written: ${why}`);
    });
  }
}

/** Up to where the log can be trimmed: the beginning of the newest complete checkpoint that was written before `beforeMs`. */
export function trimmable({ checkpoints }: State, beforeMs: number): Position | undefined {
  return checkpoints.complete.findLast(({ atMs }) => atMs <= beforeMs)?.base;
}

/** How many of the newest finished runs take no more than this of a text. */
function runsWithin(state: State, maxLength: number): number {
  let length = 0;
  let count = 0;
  for (const id of [...state.finishedRuns].toReversed()) {
    const run = state.runs.get(id);
    length += run === undefined ? 0 : savedLength(run);
    if (length > maxLength) return count;
    count += 1;
  }
  return count;
}
