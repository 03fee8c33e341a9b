import type { Layered } from './layered.ts';

type Layers = readonly (readonly number[])[];

/** Further orders by chance. */
const SHUFFLES = 20;

/**
 * Orders from which a search for few crossings may start: that of the file; those in which a walk comes by that goes deep from the top, or from
 * the bottom, which keep together what belongs together (Gansner et al. 1993); and shuffled ones, always the same for the same graph.
 */
export function* firstOrders(layered: Layered, file: Layers): Generator<Layers> {
  yield file;
  yield walked(layered, file, 'down');
  yield walked(layered, file, 'up');
  let seed = layered.vertexCount;
  for (let at = 0; at < SHUFFLES; at += 1) {
    yield file.map((layer) => {
      const keys = layer.map((vertex) => {
        seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
        return { vertex, key: seed };
      });
      return keys.sort((a, b) => a.key - b.key).map(({ vertex }) => vertex);
    });
  }
}

function walked(layered: Layered, file: Layers, way: 'down' | 'up'): Layers {
  const order: number[][] = file.map(() => []);
  const isSeen = new Uint8Array(layered.vertexCount);
  const starts = way === 'down' ? file : file.toReversed();
  for (const vertex of starts.flat()) {
    const stack = [vertex];
    while (stack.length > 0) {
      const next = stack.pop() ?? 0;
      if (isSeen[next] === 1) continue;
      isSeen[next] = 1;
      order[layered.layerOf[next] ?? 0]?.push(next);
      const below = (layered.below[next] ?? []).flatMap(({ bottoms }) => bottoms);
      const above = (layered.above[next] ?? []).flatMap(({ tops }) => tops);
      stack.push(...(way === 'down' ? below : above).toReversed());
    }
  }
  return order;
}
