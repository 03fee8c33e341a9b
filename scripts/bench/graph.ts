/**
 * `npm run bench:graph [-- --seeds 40]`: the layout beside Graphviz dot (as WebAssembly, `@viz-js/viz`), on real graphs (../shared/corpus where
 * it is there) and on random ones.
 *
 * `seen`: crossings in the drawing: `┼` in ours, in which edges of one source, or to one target, share lines; pairs of edges that
 * cross in dot's. `pairs`: the same measure for both, each edge a line of its own, of ours straight from the pin where it leaves a layer to the pin
 * where it enters the next, of dot the sampled splines; edges with a common end do not count. Ratios are (ours + 1) / (dot + 1), since many
 * have none. Areas are in cells: beside those of Graph::Easy, where it is installed, and beside drawings packed by hand (test/graph/packed).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { instance } from '@viz-js/viz';
import type { Topology } from '../../src/graph/topology.ts';
import { DAG_SHAPES, randomDag } from '../../test/support/random-dags.ts';
import { compareAreas } from './areas.ts';
import { countCrossingPairs } from './crossing-pairs.ts';
import { countDrawnCrossings, dotPolylines, ownPolylines } from './polylines.ts';
import { timeGraph } from './graph-times.ts';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '40' } } });
const CORPUS = join(import.meta.dirname, '../../../shared/corpus');
/** Dot takes minutes for more. */
const DOT_MAX_EDGES = 1_200;

const viz = await instance();
const all: Ratios[] = [];

console.log('graph                         boxes  edges   seen  pairs    dot  seen ÷ dot  pairs ÷ dot');
const real = realGraphs();
for (const [name, topology] of real) all.push(compare(name, topology));
report('real graphs', all);

for (const shape of DAG_SHAPES) {
  const own: Ratios[] = [];
  for (let seed = 1; seed <= Number(values.seeds); seed += 1)
    own.push(ratiosOf(randomDag(seed, shape, 20 + (seed % 5) * 15)));
  all.push(...own);
  report(`${values.seeds} × ${shape}`, own);
}
report('all (goals: mean 1.00, worst 1.25)', all);
console.log('');
compareAreas(real);
console.log('');
timeGraph();

type Ratios = { readonly seen: number; readonly pairs: number; readonly dot: number };

function compare(name: string, topology: Topology): Ratios {
  const counts = ratiosOf(topology);
  const { seen, pairs, dot } = counts;
  const cells = [topology.boxes.length, topology.edges.length, seen, pairs, dot];
  const ratios = [seen, pairs].map((count) => ((count + 1) / (dot + 1)).toFixed(2).padStart(11));
  console.log(
    `${name.padEnd(27)} ${cells.map((cell) => String(cell).padStart(6)).join(' ')} ${ratios.join(' ')}`,
  );
  return counts;
}

function ratiosOf(topology: Topology): Ratios {
  return {
    seen: countDrawnCrossings(topology),
    pairs: countCrossingPairs(ownPolylines(topology)),
    dot: countCrossingPairs(dotPolylines(viz, topology)),
  };
}

function report(name: string, counts: readonly Ratios[]): void {
  const [seen, pairs] = (['seen', 'pairs'] as const).map((key) => {
    const ratios = counts.map((count) => (count[key] + 1) / (count.dot + 1));
    return `${key} ÷ dot: geometric mean ${mean(ratios).toFixed(3)}, worst ${Math.max(...ratios).toFixed(2)}`;
  });
  console.log(`${name.padEnd(36)} ${seen ?? ''}; ${pairs ?? ''}`);
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
