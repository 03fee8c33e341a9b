import type { Redis } from 'ioredis';
import type { Unsubscribe } from '../port/port.ts';
import { guarded } from '../port/guarded.ts';

/** Channels on which something is said to be there: who waits looks at once, and now and then all the same. */
export type Wakes = {
  on(channel: string, listener: () => void): Promise<Unsubscribe>;
};

export function openWakes(subscriber: Redis): Wakes {
  const listeners = new Map<string, Set<() => void>>();
  subscriber.on('messageBuffer', (channel: Buffer) => {
    for (const listener of listeners.get(channel.toString()) ?? []) guarded(listener)();
  });
  return {
    async on(channel, listener) {
      const known = listeners.get(channel) ?? new Set();
      listeners.set(channel, known);
      known.add(listener);
      // Without a link the client subscribes once it is back.
      if (known.size === 1) await subscriber.subscribe(channel).catch(() => undefined);
      return () => {
        if (!known.delete(listener) || known.size > 0) return;
        listeners.delete(channel);
        void subscriber.unsubscribe(channel).catch(() => undefined);
      };
    },
  };
}
