/**
 * `npm run bench:graph [-- --seeds 40]`: the layout beside Graphviz dot (as WebAssembly, `@viz-js/viz`), on real graphs (../shared/corpus where
 * it is there) and on random ones.
 *
 * Crossings are counted in the same way for both: each edge is a polyline, of ours from the pin where it leaves a layer to the pin where it
 * enters the next, of dot the sampled splines; two edges without a common end cross or do not. The ratio is (ours + 1) / (dot + 1), since many
 * have none.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { instance } from '@viz-js/viz';
import type { Topology } from '../../src/graph/topology.ts';
import { DAG_SHAPES, randomDag } from '../../test/support/random-dags.ts';
import { countCrossingPairs } from './crossing-pairs.ts';
import { dotPolylines, ownPolylines } from './polylines.ts';
import { timeGraph } from './graph-times.ts';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '40' } } });
const CORPUS = join(import.meta.dirname, '../../../shared/corpus');
/** Dot takes minutes for more. */
const DOT_MAX_EDGES = 1_200;

const viz = await instance();
const ratios: number[] = [];

console.log('graph                          boxes  edges   ours    dot  ratio');
for (const [name, topology] of realGraphs()) compare(name, topology);
const real = [...ratios];
console.log(`real graphs: geometric mean ${mean(real).toFixed(3)}, worst ${Math.max(...real).toFixed(2)}\n`);

for (const shape of DAG_SHAPES) {
  const own: number[] = [];
  for (let seed = 1; seed <= Number(values.seeds); seed += 1) {
    const topology = randomDag(seed, shape, 20 + (seed % 5) * 15);
    own.push(ratioOf(topology).ratio);
  }
  ratios.push(...own);
  console.log(
    `${values.seeds} × ${shape.padEnd(12)} geometric mean ${mean(own).toFixed(3)}, worst ${Math.max(...own).toFixed(2)}`,
  );
}
console.log(
  `all: geometric mean ${mean(ratios).toFixed(3)} (goal 1.00), worst ${Math.max(...ratios).toFixed(2)} (goal 1.25)\n`,
);
timeGraph();

function compare(name: string, topology: Topology): void {
  const { ours, dots, ratio } = ratioOf(topology);
  ratios.push(ratio);
  const cells = [topology.boxes.length, topology.edges.length, ours, dots].map((value) =>
    String(value).padStart(6),
  );
  console.log(`${name.padEnd(28)} ${cells.join(' ')} ${ratio.toFixed(2).padStart(6)}`);
}

function ratioOf(topology: Topology): { ours: number; dots: number; ratio: number } {
  const ours = countCrossingPairs(ownPolylines(topology));
  const dots = countCrossingPairs(dotPolylines(viz, topology));
  return { ours, dots, ratio: (ours + 1) / (dots + 1) };
}

function realGraphs(): [string, Topology][] {
  if (!existsSync(CORPUS)) {
    console.log('real graphs: skipped, there is no ../shared/corpus');
    return [];
  }
  return readdirSync(CORPUS)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file): [string, Topology][] => {
      const { nodes, edges } = JSON.parse(readFileSync(join(CORPUS, file), 'utf8')) as {
        nodes: string[];
        edges: [string, string][];
      };
      if (edges.length > DOT_MAX_EDGES) return [];
      const boxes = nodes.map((id) => ({ id, width: 21, height: 3 }));
      return [[file.replace('.json', ''), { boxes, edges: edges.map(([from, to]) => ({ from, to })) }]];
    });
}

function mean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / Math.max(1, values.length));
}
