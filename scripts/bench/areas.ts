import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { layoutGraph } from '../../src/graph/layout.ts';
import type { Topology } from '../../src/graph/topology.ts';
import { topologyOf } from '../../test/support/drawing-samples.ts';
import { DAG_SHAPES, randomDag } from '../../test/support/random-dags.ts';

const PACKED = join(import.meta.dirname, '../../test/graph/packed');
/** Graph::Easy takes minutes for more, and gives up at some. */
const EASY_MAX_EDGES = 60;
const EASY_TIMEOUT_MS = 20_000;
const SEEDS = 4;

/** Prints the areas of drawings in cells, beside those of Graph::Easy (where it is installed) and beside drawings packed by hand. */
export function compareAreas(real: readonly (readonly [string, Topology])[]): void {
  const random = DAG_SHAPES.flatMap((shape) =>
    Array.from({ length: SEEDS }, (_, at) => randomDag(at + 1, shape, 24)),
  );
  const graphs = [...real.map(([, topology]) => topology), ...random].map(plain);
  reportEasy(graphs.filter(({ edges }) => edges.length > 0 && edges.length <= EASY_MAX_EDGES));
  for (const file of readdirSync(PACKED)) {
    const [text = '', ...rows] = readFileSync(join(PACKED, file), 'utf8').trimEnd().split('\n');
    const ratio = areaOf(topologyOf(text)) / textArea(rows);
    console.log(`area ÷ packed by hand: ${file.padEnd(20)} ${ratio.toFixed(2)}  ${verdict(ratio, 1.5)}`);
  }
}

function reportEasy(graphs: readonly Topology[]): void {
  const ratios: number[] = [];
  let failed = 0;
  for (const topology of graphs) {
    const input = topology.edges.map(({ from, to }) => `[ ${from} ] -> [ ${to} ]`);
    const alone = topology.boxes.filter(
      ({ id }) => !topology.edges.some(({ from, to }) => from === id || to === id),
    );
    const { stdout, error } = spawnSync('graph-easy', ['--as=boxart'], {
      input: [...input, ...alone.map(({ id }) => `[ ${id} ]`)].join('\n'),
      encoding: 'utf8',
      timeout: EASY_TIMEOUT_MS,
    });
    if (error !== undefined && 'code' in error && error.code === 'ENOENT') {
      console.log('area ÷ graph-easy: skipped, there is no graph-easy (Debian: libgraph-easy-perl)');
      return;
    }
    if (error !== undefined || stdout.trim() === '') failed += 1;
    else ratios.push(areaOf(topology) / textArea(stdout.split('\n')));
  }
  const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / Math.max(1, ratios.length));
  console.log(
    `area ÷ graph-easy: geometric mean ${mean.toFixed(2)} of ${ratios.length} graphs, worst ${Math.max(...ratios).toFixed(2)}` +
      ` (${failed} that it does not draw)  ${verdict(mean, 0.5)}`,
  );
}

/** With short names and boxes just large enough for them, as Graph::Easy makes them. */
function plain({ boxes, edges }: Topology): Topology {
  const names = new Map(boxes.map(({ id }, at) => [id, `n${at}`]));
  return {
    boxes: [...names.values()].map((id) => ({ id, width: id.length + 4, height: 3 })),
    edges: edges.map(({ from, to }) => ({ from: names.get(from) ?? '', to: names.get(to) ?? '' })),
  };
}

function areaOf(topology: Topology): number {
  const result = layoutGraph(topology);
  if (!result.drawn) throw new Error(result.reason);
  return result.layout.width * result.layout.height;
}

function textArea(rows: readonly string[]): number {
  const filled = rows.filter((row) => row.trim() !== '');
  const lefts = filled.map((row) => row.length - row.trimStart().length);
  const rights = filled.map((row) => row.trimEnd().length);
  return filled.length * (Math.max(...rights) - Math.min(...lefts));
}

function verdict(ratio: number, goal: number): string {
  return `goal ${goal}  ${ratio <= goal ? 'met' : 'MISSED'}`;
}
