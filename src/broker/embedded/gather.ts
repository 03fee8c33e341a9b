import { CodedError } from '../../model/coded-error.ts';
import { limits } from '../../model/limits.ts';

type Waiting = { resolve(): void; reject(error: unknown): void };

/** One flush takes at most this much, so that it holds the write lock for milliseconds. */
const FLUSH_MAX_BYTES = 4 * 1024 * 1024;
const FLUSH_MAX_ITEMS = 4_096;

/**
 * Group commit: hands `items` to `flush` at once when it is idle; while it is busy the next ones gather, and then go together.
 * Items keep their order. A flush that fails rejects everybody in it. Rejects with `broker_overloaded` when too much waits.
 */
export function gather<Item>(
  flush: (items: readonly Item[]) => Promise<unknown>,
  sizeOf: (item: Item) => number,
): (items: readonly Item[]) => Promise<void> {
  const queue: { items: readonly Item[]; size: number; waiting: Waiting }[] = [];
  let queuedBytes = 0;
  let busy = false;

  const run = async (): Promise<void> => {
    busy = true;
    while (queue.length > 0) {
      const group = takeGroup();
      try {
        await flush(group.flatMap(({ items }) => items));
        for (const { waiting } of group) waiting.resolve();
      } catch (error) {
        for (const { waiting } of group) waiting.reject(error);
      }
    }
    busy = false;
  };
  const takeGroup = (): typeof queue => {
    let [size, items, count] = [0, 0, 0];
    for (const entry of queue) {
      if (count > 0 && (size + entry.size > FLUSH_MAX_BYTES || items + entry.items.length > FLUSH_MAX_ITEMS))
        break;
      size += entry.size;
      items += entry.items.length;
      count += 1;
    }
    queuedBytes -= size;
    return queue.splice(0, count);
  };

  return (items) => {
    if (items.length === 0) return Promise.resolve();
    const size = items.reduce((sum, item) => sum + sizeOf(item), 0);
    if (queuedBytes + size > limits.brokerPendingMaxBytes) {
      return Promise.reject(
        new CodedError('broker_overloaded', 'too much waits for the broker', { hint: 'look at the disk' }),
      );
    }
    queuedBytes += size;
    return new Promise((resolve, reject) => {
      queue.push({ items, size, waiting: { resolve, reject } });
      if (!busy) void run();
    });
  };
}
