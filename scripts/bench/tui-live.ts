import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pty } from '../../test/support/pty.ts';
import type { Told } from './told.ts';
import { attemptOf, Feed, layersOf, runOf } from './tui-feed.ts';
import { ProgramStage } from './tui-stage.ts';
import { percentile, usageOf } from './usage.ts';

const THOUSAND = layersOf('thousand', 1_000, 20);
const PROBE = layersOf('probe', 1, 1);
const MARKER = layersOf('marker', 1, 1);

const FRAME_MS = 100;
const CHANGES_PER_FRAME = 100;
const CHURN_MS = 20_000;
const SAMPLES = 60;
const FLOOD_EVENTS = 1_000_000;
/** How often the screen is looked at. */
const LOOK_MS = 4;
const HELP = 'retry and downstream';
const SLOW_BYTES_PER_SECOND = 10_000;

/** A run of 1,000 nodes under the eyes of the monitor, then one node's changes by the clock, then more events than anybody can look at. */
export async function benchLive(told: Told): Promise<void> {
  const stage = await ProgramStage.make();
  try {
    const feed = await Feed.open(stage.brokerUrl, [THOUSAND, PROBE, MARKER]);
    const { trigger } = runOf(THOUSAND);
    await feed.append([trigger]);
    const pty = stage.start('');
    await pty.until('the run', (text) => text.includes('/1000'));
    const pid = await stage.monitorPid();
    await pause(3_000);
    told('memory at 1,000 nodes', usageOf(pid).rssMiB, 130, 'MiB');
    // What is compiled while it is new is no part of what it costs all day.
    await churn(feed, CHURN_MS / 2);
    const cpu = usageOf(pid).cpuMs;
    const startMs = performance.now();
    await churn(feed, CHURN_MS);
    const share = ((usageOf(pid).cpuMs - cpu) / (performance.now() - startMs)) * 100;
    told('CPU with 1,000 nodes, 1,000 changes of state a second', share, 5, '%');
    told('event → pixel, 500 changes a second beside it, p95', await eventToPixelMs(feed, pty), 150, 'ms');
    await benchFlood(feed, pty, pid, told);
    await stage.quit(pty);
    await benchSlowLink(stage, feed, told);
    await feed.close();
  } finally {
    await stage.end();
  }
}

/** Runs of 1,000 nodes, one after the other, at 1,000 changes of state a second. */
async function churn(feed: Feed, forMs: number): Promise<void> {
  const endMs = performance.now() + forMs;
  while (performance.now() < endMs) {
    const { trigger, changes, end } = runOf(THOUSAND);
    await feed.append([trigger]);
    for (let at = 0; at < changes.length && performance.now() < endMs; at += CHANGES_PER_FRAME) {
      await feed.append(changes.slice(at, at + CHANGES_PER_FRAME));
      await pause(FRAME_MS);
    }
    await feed.append([end]);
  }
}

/** From before the append until an emulator shows it: the attempts of one node have numbers. */
async function eventToPixelMs(feed: Feed, pty: Pty): Promise<number> {
  const background = runOf(THOUSAND);
  const { run, trigger } = runOf(PROBE);
  await feed.append([background.trigger, trigger]);
  await pty.until('the probe', (text) => text.includes('node-0'));
  const [node] = PROBE.nodes.map(({ name }) => name);
  if (node === undefined) throw new Error('the probe has no node');
  const times: number[] = [];
  let left = background.changes;
  const turning = setInterval(() => {
    void feed.append(left.slice(0, CHANGES_PER_FRAME / 2));
    left = left.slice(CHANGES_PER_FRAME / 2);
  }, FRAME_MS);
  for (let attempt = 1; attempt <= SAMPLES; attempt += 1) {
    const startMs = performance.now();
    const [dispatched, started, finished] = attemptOf({ dag: PROBE.name, run }, node, attempt, false);
    await feed.append([dispatched, started]);
    await shown(pty, `#${attempt} bench`);
    times.push(performance.now() - startMs);
    await pause(20 + ((attempt * 37) % 90));
    await feed.append([finished]);
    await pause(20 + ((attempt * 53) % 90));
  }
  clearInterval(turning);
  return percentile(times, 0.95);
}

/** More than can be looked at: how fast it is taken in, what it takes of memory, and whether keys are answered meanwhile. */
async function benchFlood(feed: Feed, pty: Pty, pid: number, told: Told): Promise<void> {
  const keys: number[] = [];
  let peakMiB = 0;
  let isOver = false;
  const pressing = (async () => {
    while (!isOver) {
      keys.push(await helpMs(pty));
      peakMiB = Math.max(peakMiB, usageOf(pid).rssMiB);
    }
  })();
  const startMs = performance.now();
  let count = 0;
  let earlier: Promise<void> | undefined;
  while (count < FLOOD_EVENTS) {
    const { trigger, changes, end } = runOf(THOUSAND);
    const appended = feed.append([trigger, ...changes, end]);
    count += changes.length + 2;
    // One run is being stored while the next is made.
    await earlier;
    earlier = appended;
  }
  await earlier;
  const storedMs = performance.now() - startMs;
  await feed.append([runOf(MARKER).trigger]);
  isOver = true;
  await pressing;
  await shown(pty, 'marker');
  const perSecond = count / ((performance.now() - startMs) / 1_000);
  told(`events a second stored, ${count} in all`, count / (storedMs / 1_000), 0, '/s', 'least');
  told('events a second taken in', perSecond, 50_000, '/s', 'least');
  told('memory meanwhile, at most', peakMiB, 300, 'MiB');
  told('key → pixel meanwhile, p95', percentile(keys, 0.95), 150, 'ms');
}

async function helpMs(pty: Pty): Promise<number> {
  const startMs = performance.now();
  pty.type('?');
  await shown(pty, HELP);
  const tookMs = performance.now() - startMs;
  pty.type('?');
  await until(() => !pty.text.includes(HELP));
  await pause(100);
  return tookMs;
}

/** A link of 10 KB/s whose buffers are full, below a drawing that changes faster than it can be sent. */
async function benchSlowLink(stage: ProgramStage, feed: Feed, told: Told): Promise<void> {
  const file = join(stage.folder, 'probe.json');
  const pty = stage.start('', {
    nodeFlags: `--import '${join(import.meta.dirname, 'tui-probe.ts')}'`,
    env: { DAGTOP_PROBE: file },
    bytesPerSecond: SLOW_BYTES_PER_SECOND,
  });
  const probed = async (): Promise<{ pid: number; maxMs?: number }> =>
    JSON.parse(await readFile(file, 'utf8')) as { pid: number; maxMs?: number };
  await pty.until('the screen', (text) => text.includes('dagtop'));
  const { pid } = await probed();
  // What is between the program and the reader holds some hundred KiB.
  const filling = setInterval(() => pty.type('?'), FRAME_MS);
  await churn(feed, CHURN_MS);
  clearInterval(filling);
  process.kill(pid, 'SIGUSR2');
  await churn(feed, CHURN_MS / 2);
  process.kill(pid, 'SIGUSR2');
  await pause(500);
  told(
    'longest stall of the event loop on a link of 10 KB/s',
    (await probed()).maxMs ?? Number.NaN,
    20,
    'ms',
  );
  process.kill(pid, 'SIGTERM');
  pty.close();
}

function shown(pty: Pty, text: string): Promise<void> {
  return until(() => pty.text.includes(text));
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(LOOK_MS);
}
