import type { Edge, Topology } from '../../src/graph/topology.ts';

/** Random DAGs by seed, in the shapes that real ones have and in those that are hard to draw. */
export const DAG_SHAPES = [
  'chains',
  'fans',
  'layered',
  'dense',
  'long skips',
  'parts',
  'single',
  'names',
] as const;
export type DagShape = (typeof DAG_SHAPES)[number];

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const NAMES = [
  '日本',
  'größe',
  'a b',
  '"q"',
  'x'.repeat(20),
  '😀go',
  'é',
  "it's",
  'данные',
  'v1.2',
  '한국어',
];

/** A DAG of `shape` with up to about `size` boxes. */
export function randomDag(seed: number, shape: DagShape, size = 30): Topology {
  const random = randomOf(seed);
  const upTo = (max: number): number => Math.floor(random() * max);
  const pairs: [number, number][] = [];
  let count = 2 + upTo(size - 1);
  switch (shape) {
    case 'single':
      count = 1 + upTo(4);
      break;
    case 'chains':
      for (let at = 1; at < count; at += 1) if (random() < 0.85) pairs.push([at - 1, at]);
      break;
    case 'fans':
      for (let at = 1; at < count; at += 1) pairs.push([Math.floor((at - 1) / (2 + upTo(4))), at]);
      for (let at = 0; at < count - 1; at += 1) if (random() < 0.3) pairs.push([at, count - 1]);
      break;
    case 'layered': {
      const width = 2 + upTo(5);
      for (let at = width; at < count; at += 1) {
        const layer = Math.floor(at / width);
        for (let edge = 0; edge <= upTo(3); edge += 1) pairs.push([(layer - 1) * width + upTo(width), at]);
      }
      break;
    }
    case 'dense': {
      const half = Math.min(7, 1 + (count >> 1));
      count = 2 * half;
      for (let from = 0; from < half; from += 1)
        for (let to = half; to < count; to += 1) if (random() < 0.7) pairs.push([from, to]);
      break;
    }
    case 'long skips':
      for (let at = 1; at < count; at += 1) {
        pairs.push([at - 1, at]);
        if (random() < 0.4) pairs.push([upTo(at), at]);
      }
      break;
    case 'parts':
    case 'names':
      for (let edge = 0; edge < count; edge += 1) {
        const [a, b] = [upTo(count), upTo(count)];
        if (a !== b && Math.floor(a / 6) === Math.floor(b / 6)) pairs.push([Math.min(a, b), Math.max(a, b)]);
      }
      break;
  }
  return built(seed, shape, count, pairs);
}

function built(
  seed: number,
  shape: DagShape,
  count: number,
  pairs: readonly (readonly number[])[],
): Topology {
  const random = randomOf(seed ^ 0x9e3779b9);
  const nameOf = (at: number): string => (shape === 'names' ? `${NAMES[at % NAMES.length]}${at}` : `n${at}`);
  const boxes = Array.from({ length: count }, (_, at) => {
    const id = nameOf(at);
    return {
      id,
      width: 9 + Math.floor(random() * 8) + (shape === 'names' ? 26 : 0),
      height: 3 + Math.floor(random() * 3),
    };
  });
  // The order of the file is no help.
  const order = boxes.map((box) => ({ box, key: random() })).sort((a, b) => a.key - b.key);
  const edges = pairs.flatMap(([from = 0, to = 0]): Edge[] =>
    from < count && to < count ? [{ from: nameOf(from), to: nameOf(to) }] : [],
  );
  return { boxes: order.map(({ box }) => box), edges };
}
