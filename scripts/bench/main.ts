/**
 * `npm run bench [-- --share 0.1 --rounds 3 --only embedded]`: the engine on each broker at hand, beside the raw broker and, where a redis-server
 * is found, beside BullMQ flows; all in one run, on this machine. The median of the rounds counts.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BullMq } from './bullmq.ts';
import type { BullFigures } from './bullmq.ts';
import { measureBareSpawn } from './commands.ts';
import { Engine } from './engine.ts';
import type { Figures } from './engine.ts';
import { measureRaw } from './raw.ts';
import { measureReplay } from './replay.ts';
import { RECIPES } from '../servers/recipes.ts';
import { REDIS } from '../servers/redis.ts';
import { startServer } from './servers.ts';
import { percentile } from './usage.ts';
import { commandFan, workloads } from './workloads.ts';

const { values } = parseArgs({
  options: {
    share: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
  },
});
const share = Number(values.share);
const rounds = Number(values.rounds);
const shapes = workloads(share);
const SLOTS = 8;
/** The one shape whose nodes come one after the other, so that hops mean something. */
const CHAIN = 1;
const NO_HOP = '–'.padStart(9);
/** The setting under which BullMQ survives a restart; of two lines Redis takes the later. */
const EVERY_SECOND = 'appendfsync everysec';

type Peer = readonly (BullFigures | undefined)[];

console.log(
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, node ${process.versions.node}, ${rounds} rounds, medians`,
);
const peer = await measurePeer();
await onBroker('embedded', async (work) => {
  const folder = await mkdtemp(join(tmpdir(), 'dagtop-bench-'));
  await work(`embedded:${join(folder, 'broker')}`);
  await rm(folder, { recursive: true });
});
for (const recipe of RECIPES) {
  if (recipe.find() === undefined) {
    console.log(`${recipe.name}: skipped, it is not installed: ${recipe.remedy}`);
    continue;
  }
  await onBroker(recipe.name, async (work) => {
    const server = await startServer(recipe);
    await work(server.url);
    await server.stop();
  });
}

async function onBroker(
  name: string,
  withUrl: (work: (url: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  if (!name.includes(values.only)) return;
  await withUrl(async (url) => {
    const folder = await mkdtemp(join(tmpdir(), 'dagtop-bench-'));
    const engine = await Engine.start(url, folder, SLOTS);
    console.log(
      `\n${name.padEnd(26)} nodes/s   hop p50   hop p99   agent CPU   RSS      raw hops/s  ÷ raw   ÷ BullMQ`,
    );
    for (const [at, shape] of shapes.entries()) {
      const figures = await median(() => engine.measure(shape));
      const concurrency = at === CHAIN ? 1 : 1_000;
      const raw = await measureRaw(url, Math.min(shape.nodes, at === CHAIN ? 200 : 5_000), concurrency);
      printRow(shape.name, figures, raw.hopsPerSecond, peer[at], at === CHAIN);
      if (at === CHAIN)
        console.log(`  raw hop p50 ${raw.hopP50Ms.toFixed(2)} ms, p99 ${raw.hopP99Ms.toFixed(2)} ms`);
    }
    const commands = commandFan(Math.max(100, Math.round(2_000 * share)), { argv: ['true'] });
    const bare = await measureBareSpawn(commands.nodes, SLOTS);
    const { nodesPerSecond } = await median(() => engine.measure(commands));
    const again = await measureBareSpawn(commands.nodes, SLOTS);
    const spawns = (bare + again) / 2;
    console.log(
      `${commands.name}: ${nodesPerSecond.toFixed(0)}/s beside ${spawns.toFixed(0)}/s bare, ratio ${(nodesPerSecond / spawns).toFixed(2)}`,
    );
    await engine.stop();
    const replay = await measureReplay(url);
    console.log(
      `50,000 events: ${replay.appendedPerSecond.toFixed(0)} appended/s, ${replay.foldedPerSecond.toFixed(0)} read and folded/s by a process of ${replay.rssMiB.toFixed(0)} MiB`,
    );
    await rm(folder, { recursive: true });
  });
}

async function measurePeer(): Promise<Peer> {
  if (REDIS.find() === undefined) {
    console.log(`BullMQ: skipped, there is no redis-server: ${REDIS.remedy}`);
    return [];
  }
  const server = await startServer(REDIS, EVERY_SECOND);
  const bull = await BullMq.start(server.port);
  const count = (at: number): number => shapes[at]?.runs ?? 1;
  const measures = [
    () => bull.wide((shapes[0]?.nodes ?? 3) - 2),
    () => bull.chain(shapes[1]?.nodes ?? 2),
    () => bull.diamonds(count(2)),
    () => bull.singles(count(3)),
  ];
  console.log('\nBullMQ on Redis            nodes/s   hop p50   hop p99');
  const all: BullFigures[] = [];
  for (const [at, measure] of measures.entries()) {
    const figures = await median(measure);
    all.push(figures);
    const name = shapes[at]?.name ?? '';
    console.log(
      `${name.padEnd(26)} ${figures.nodesPerSecond.toFixed(0).padStart(7)} ${ms(figures.hopP50Ms)} ${ms(figures.hopP99Ms)}`,
    );
  }
  await bull.stop();
  await server.stop();
  return all;
}

/** The round with the median throughput; the first is a warm-up and not counted. */
async function median<T extends { readonly nodesPerSecond: number }>(measure: () => Promise<T>): Promise<T> {
  await measure();
  const all: T[] = [];
  for (let round = 0; round < rounds; round += 1) all.push(await measure());
  const middle = percentile(
    all.map(({ nodesPerSecond }) => nodesPerSecond),
    0.5,
  );
  return all.find(({ nodesPerSecond }) => nodesPerSecond === middle) as T;
}

function printRow(
  name: string,
  figures: Figures,
  rawHops: number,
  bull: BullFigures | undefined,
  withHops: boolean,
): void {
  const { nodesPerSecond, hopP50Ms, hopP99Ms, cpuMs, rssMiB } = figures;
  const cells = [
    name.padEnd(26),
    nodesPerSecond.toFixed(0).padStart(7),
    withHops ? ms(hopP50Ms) : NO_HOP,
    withHops ? ms(hopP99Ms) : NO_HOP,
    `${cpuMs.toFixed(0)} ms`.padStart(11),
    `${rssMiB.toFixed(0)} MiB`.padStart(8),
    rawHops.toFixed(0).padStart(10),
    (nodesPerSecond / rawHops).toFixed(2).padStart(7),
    (bull === undefined ? '–' : (nodesPerSecond / bull.nodesPerSecond).toFixed(2)).padStart(8),
  ];
  console.log(cells.join(' '));
}

function ms(value: number): string {
  return `${value.toFixed(2)} ms`.padStart(9);
}
