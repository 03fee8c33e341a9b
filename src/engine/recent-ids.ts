import type { EventId } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import type { State } from '../model/state.ts';

export function isRemembered(state: State, id: EventId): boolean {
  return state.recentIds.has(id);
}

/** Remembers `id` against a second copy, which an author appends within seconds, if at all; the oldest of 10,000 is let go. */
export function remember(state: State, id: EventId): void {
  state.recentIds.add(id);
  if (state.recentIds.size <= limits.recentIdsMax) return;
  for (const oldest of state.recentIds) {
    state.recentIds.delete(oldest);
    return;
  }
}
