import { encodeRecord } from '../../src/broker/port/codec.ts';
import type {
  EventLog,
  LogFollower,
  LogRecord,
  StoredRecord,
  Unsubscribe,
} from '../../src/broker/port/port.ts';
import type { LogEvent } from '../../src/model/event.ts';
import type { Position } from '../../src/model/ids.ts';

/** A log in this process, which hands out what it has in batches of the size that a test wants. */
export class MemoryLog implements EventLog {
  readonly records: StoredRecord[] = [];
  #id: string;
  #oldest = 1;
  batchMax = 512;
  readonly #wakers = new Set<() => void>();

  constructor(id = 'log-1') {
    this.#id = id;
  }

  /** Each list becomes a record. */
  tell(...records: readonly (readonly LogEvent[])[]): this {
    for (const events of records) {
      const body = encodeRecord(events.map((event) => JSON.stringify(event)));
      this.records.push({ position: (this.records.length + 1) as Position, body });
    }
    for (const wake of this.#wakers) wake();
    return this;
  }

  identity(): Promise<string> {
    return Promise.resolve(this.#id);
  }

  append(records: readonly LogRecord[]): Promise<void> {
    for (const { body } of records)
      this.records.push({ position: (this.records.length + 1) as Position, body });
    for (const wake of this.#wakers) wake();
    return Promise.resolve();
  }

  head(): Promise<Position> {
    return Promise.resolve(this.records.length as Position);
  }

  tail(): Promise<Position> {
    return Promise.resolve(this.#oldest as Position);
  }

  trim(through: Position): Promise<void> {
    this.#oldest = Math.max(this.#oldest, through + 1);
    return Promise.resolve();
  }

  follow(after: Position, reader: LogFollower): Promise<Unsubscribe> {
    let next = Math.max(after, this.#oldest - 1);
    let isOver = false;
    let wake = (): void => undefined;
    const ring = (): void => wake();
    this.#wakers.add(ring);
    const read = async (): Promise<void> => {
      while (!isOver) {
        const batch = this.records.slice(next, next + this.batchMax);
        if (batch.length > 0) {
          await reader.onRecords(batch);
          next += batch.length;
        } else await new Promise<void>((resolve) => (wake = resolve));
      }
    };
    void read();
    return Promise.resolve(() => {
      isOver = true;
      this.#wakers.delete(ring);
      wake();
    });
  }
}
