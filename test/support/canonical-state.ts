import type { State } from '../../src/model/state.ts';

/** A state as text, the order of its maps and sets included: two folds are equal when their texts are. */
export function canonicalState(state: State): string {
  return JSON.stringify(state, (key, value: unknown) => {
    if (key === 'definition' && typeof value === 'object' && value !== null && 'hash' in value)
      return value.hash;
    if (value instanceof Map) return [...(value as Map<unknown, unknown>)];
    if (value instanceof Set) {
      return [...(value as Set<unknown>)].map((item) =>
        typeof item === 'object' && item !== null && 'id' in item ? item.id : item,
      );
    }
    return value;
  });
}
