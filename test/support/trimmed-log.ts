import type { LogFollower, Unsubscribe } from '../../src/broker/port/port.ts';
import type { LogEvent } from '../../src/model/event.ts';
import type { Position } from '../../src/model/ids.ts';
import { MemoryLog } from './memory-log.ts';

/** A log that tells how much of it was read, and how it was trimmed. */
export class TrimmedLog extends MemoryLog {
  /** Records handed over so far. */
  read = 0;
  /** Called at each look at where the log begins. */
  onTail: () => void = () => undefined;
  readonly trims: number[] = [];

  /** A record of its own for each event. */
  add(...events: readonly LogEvent[]): void {
    for (const event of events) this.tell([event]);
  }

  override tail(): Promise<Position> {
    this.onTail();
    return super.tail();
  }

  override trim(through: Position): Promise<void> {
    this.trims.push(through);
    return super.trim(through);
  }

  override follow(after: Position, reader: LogFollower): Promise<Unsubscribe> {
    return super.follow(after, {
      onFault: reader.onFault,
      onRecords: (records) => {
        this.read += records.length;
        return reader.onRecords(records);
      },
    });
  }
}
