import type { EventType } from '../../model/event.ts';
import type { RunId } from '../../model/ids.ts';
import { limits } from '../../model/limits.ts';
import type { Folded, ReplicaListener } from '../../replica/replica.ts';
import { takenFrom } from './taken-event.ts';
import type { TakenEvent } from './taken-event.ts';

/** Events from a place of the tape on. */
export type TapePart = {
  /** Where it begins: an event that was wanted before that is gone. */
  readonly at: number;
  readonly events: readonly TakenEvent[];
};

/** Where a run stands in the log. */
export type RunSpan = { readonly first: number; last: number };

/**
 * The newest events, without what only the fold needs, and where in the log each run stands. Places on the tape count from the first event that was
 * ever heard. Listens from before the replica starts.
 */
export class EventTape implements ReplicaListener {
  #events: TakenEvent[] = [];
  #dropped = 0;
  /** What came before was never heard: the log was trimmed. */
  #begin = 0;
  readonly #spans = new Map<RunId, RunSpan>();
  readonly #listeners = new Set<() => void>();
  readonly #counts = new Map<EventType, number>();
  #refused = 0;

  /** The place of the next event. */
  get end(): number {
    return this.#dropped + this.#events.length;
  }

  /** How many events of each type were heard, and how many were refused. */
  get counts(): { readonly byType: ReadonlyMap<EventType, number>; readonly refused: number } {
    return { byType: this.#counts, refused: this.#refused };
  }

  readonly onBegin = (position: number): void => {
    this.#begin = position;
  };

  readonly onFolded = (folded: readonly Folded[]): void => {
    for (const item of folded) {
      const { event, position, verdict } = item;
      this.#events.push(takenFrom(item));
      this.#counts.set(event.type, (this.#counts.get(event.type) ?? 0) + 1);
      if (!verdict.accepted) this.#refused += 1;
      else if ('run' in event) this.#extend(event.run, position);
    }
    if (this.#events.length > 2 * limits.apiEventsKept) {
      this.#dropped += this.#events.length - limits.apiEventsKept;
      this.#events = this.#events.slice(-limits.apiEventsKept);
    }
    for (const listener of this.#listeners) listener();
  };

  /** Called after each batch. Returns the end of it. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** About `count` events from a place on, or from the oldest that is left; all or none of a record. */
  from(place: number, count: number): TapePart {
    const at = Math.max(place, this.#dropped);
    const begin = at - this.#dropped;
    let end = Math.min(begin + count, this.#events.length);
    while (end < this.#events.length && this.#events[end]?.position === this.#events[end - 1]?.position)
      end += 1;
    return { at, events: this.#events.slice(begin, end) };
  }

  /** The place of the first event behind a position of the log; undefined when it may be gone. */
  placeAfter(position: number): number | undefined {
    const first = this.#events[0];
    if (position < this.#begin) return undefined;
    if (this.#dropped > 0 && (first === undefined || position < first.position)) return undefined;
    let [low, high] = [0, this.#events.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#events[middle]?.position ?? 0) <= position) low = middle + 1;
      else high = middle;
    }
    return this.#dropped + low;
  }

  /** Of a run that is or was in memory not long ago. */
  spanOf(run: RunId): RunSpan | undefined {
    return this.#spans.get(run);
  }

  #extend(run: RunId, position: number): void {
    const span = this.#spans.get(run);
    if (span !== undefined) {
      span.last = position;
      return;
    }
    this.#spans.set(run, { first: position, last: position });
    if (this.#spans.size <= limits.apiRunSpansMax) return;
    for (const oldest of this.#spans.keys()) {
      this.#spans.delete(oldest);
      return;
    }
  }
}
