import { decodeRecord } from '../broker/port/codec.ts';
import type { StoredRecord } from '../broker/port/port.ts';
import type { EventOf } from '../model/event.ts';
import type { Position } from '../model/ids.ts';

/** A checkpoint as it stands in the log: nobody has said yet that it was accepted. */
export type Found = {
  readonly base: Position;
  /** Where its last part stands. */
  readonly end: Position;
  readonly parts: readonly EventOf<'checkpoint.part'>[];
};

/** Checkpoints of which not all parts were seen. */
const OPEN_MAX = 4;

const MARK = '"checkpoint.part"';

/** Looks through records for checkpoints with all their parts. Decodes only what may be one: the others are many. */
export class CheckpointFinder {
  readonly #open = new Map<string, EventOf<'checkpoint.part'>[]>();
  readonly #onFound: (found: Found) => void;

  constructor(onFound: (found: Found) => void) {
    this.#onFound = onFound;
  }

  /** Between the first part of a checkpoint and its last. */
  get isInside(): boolean {
    return this.#open.size > 0;
  }

  look({ position, body }: StoredRecord): void {
    const isPacked = body[0] === 0x1f && body[1] === 0x8b;
    if (!isPacked && !Buffer.from(body.buffer, body.byteOffset, body.length).includes(MARK)) return;
    for (const event of decodeRecord(body).events) {
      if (event.type === 'checkpoint.part') this.#take(event, position);
    }
  }

  #take(event: EventOf<'checkpoint.part'>, position: Position): void {
    const key = `${event.epoch}/${event.checkpoint}/${event.base}`;
    if (event.part === 1 && !this.#open.has(key)) {
      this.#open.set(key, []);
      // What a deposed leader had on its way may come between the parts of the next one's.
      for (const oldest of this.#open.keys()) if (this.#open.size > OPEN_MAX) this.#open.delete(oldest);
    }
    const parts = this.#open.get(key);
    // A second copy, or one that was cut off by where the looking began.
    if (parts === undefined || event.part !== parts.length + 1) return;
    parts.push(event);
    if (parts.length < event.parts) return;
    this.#open.delete(key);
    this.#onFound({ base: event.base, end: position, parts });
  }
}
