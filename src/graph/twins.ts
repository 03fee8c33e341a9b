import type { Layered } from './layered.ts';

/**
 * Puts boxes of whole nets that lead from and to the very same into the order of the file, in the places which they hold together: no line
 * crosses more or less by that.
 */
export function sortTwins({ layers, above, below, boxCount, nets }: Layered): void {
  const isWhole = nets.map(({ tails, heads }) => tails.length > 1 && heads.length > 1);
  for (const layer of layers) {
    const groups = new Map<string, number[]>();
    for (const [slot, vertex] of layer.entries()) {
      const strands = [above[vertex] ?? [], below[vertex] ?? []];
      if (vertex >= boxCount || !strands.flat().some(({ net }) => isWhole[net])) continue;
      const key = strands.map((own) => own.map(({ net }) => net).join()).join(' ');
      const slots = groups.get(key);
      if (slots === undefined) groups.set(key, [slot]);
      else slots.push(slot);
    }
    for (const slots of groups.values()) {
      const boxes = slots.map((slot) => layer[slot] ?? 0).sort((a, b) => a - b);
      for (const [at, slot] of slots.entries()) layer[slot] = boxes[at] ?? 0;
    }
  }
}
