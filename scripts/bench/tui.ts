/**
 * `npm run bench:tui`: what the screen costs. The first part paints frames in this process; the second runs the built program in a real
 * pseudo terminal, on the embedded broker. Run `npm run build` before.
 */
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { layoutGraph } from '../../src/graph/layout.ts';
import { paintGraph } from '../../src/graph/paint.ts';
import { Cells } from '../../src/tui/terminal/cells.ts';
import { composeCells } from '../../src/tui/terminal/compositor.ts';
import { difference } from '../../src/tui/terminal/difference.ts';
import { Pty } from '../../test/support/pty.ts';
import { randomDag, randomOf } from '../../test/support/random-dags.ts';
import { percentile, usageOf } from './usage.ts';

const ROUNDS = 300;
const CHANGING = 0.05;
const IDLE_MS = 10_000;
const root = join(import.meta.dirname, '../..');

benchFrames({ width: 200, height: 60 }, 1_500);
benchFrames({ width: 80, height: 24 }, 300);
await benchProgram();

/** Paints a window of a drawing of 1,000 boxes, and what has changed of it: states of boxes. */
function benchFrames(size: { readonly width: number; readonly height: number }, bytesGoal: number): void {
  const result = layoutGraph(randomDag(3, 'layered', 1_000));
  if (!result.drawn) throw new Error(result.reason);
  const { layout } = result;
  const random = randomOf(1);
  const times: number[] = [];
  const bytes: number[] = [];
  let before = new Cells(size.width, size.height);
  const window = {
    x: Math.max(0, (layout.width - size.width) >> 1),
    y: Math.max(0, (layout.height - size.height) >> 1),
    ...size,
  };
  const states = new Map(layout.boxes.map(({ id }) => [id, 0]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { id } of layout.boxes) if (random() < CHANGING) states.set(id, Math.floor(random() * 6));
    const startMs = performance.now();
    const content = (id: string) => {
      const state = states.get(id) ?? 0;
      return { lines: [{ text: `${'○◌▶↻✓✗'[state] ?? ''} ${id}`, style: state }], borderStyle: state };
    };
    const grid = paintGraph(layout, content, { window });
    const canvas = { rect: { x: 0, y: 0, ...size }, grid };
    const after = composeCells(
      '',
      { ...size, blocks: [], canvas, dialog: undefined },
      { ascii: false, isColored: true },
    );
    const written = difference(before, after);
    times.push(performance.now() - startMs);
    if (round > 0) bytes.push(Buffer.byteLength(written));
    before = after;
  }
  const name = `${size.width}×${size.height}`;
  told(`paint and difference at ${name}, p50`, percentile(times, 0.5), 1, 'ms');
  told(`paint and difference at ${name}, p95`, percentile(times, 0.95), 5, 'ms');
  told(
    `bytes of a frame at ${name}, states of 5 % of the boxes changing, p50`,
    percentile(bytes, 0.5),
    bytesGoal,
    'B',
  );
}

/** The first frame, a run, and then nothing. */
async function benchProgram(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'dagtop-bench-'));
  for (const name of ['dags', 'nodes.yaml'])
    await cp(join(root, name), join(folder, name), { recursive: true });
  const dagtop = `'${process.execPath}' '${join(root, 'dist/main.js')}'`;
  const env = { ...process.env, DAGTOP_BROKER: '' };
  const size = { columns: 200, rows: 60 };
  // The first start makes the broker; the second is what an operator sees every day.
  const first = new Pty(`${dagtop} up dags --run words`, size, { cwd: folder, env });
  await first.until('the run', (text) => text.includes('✓ succeeded') && text.includes('7/7'));
  const startMs = performance.now();
  const pty = new Pty(dagtop, size, { cwd: folder, env });
  await pty.until('the first frame', (text) => text.includes('dagtop ●'));
  told('first frame of the monitor', performance.now() - startMs, 350, 'ms');
  await pause(2_000);
  const pid = await monitorPid(folder);
  const [bytes, cpu] = [pty.raw.length, usageOf(pid).cpuMs];
  await pause(IDLE_MS);
  told('bytes a second while nothing runs', ((pty.raw.length - bytes) * 1_000) / IDLE_MS, 0, 'B/s');
  told('CPU while nothing runs', ((usageOf(pid).cpuMs - cpu) / IDLE_MS) * 100, 0.5, '%');
  told('memory of the monitor', usageOf(pid).rssMiB, 130, 'MiB');
  for (const each of [pty, first]) {
    each.type('q');
    await each.ended;
    each.close();
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
}

/** The monitor is the one with no command behind the program's name. */
async function monitorPid(folder: string): Promise<number> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const [line, cwd] = await Promise.all([
      readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => ''),
      readFile(`/proc/${name}/environ`, 'utf8').catch(() => ''),
    ]);
    if (line.endsWith('dist/main.js\0') && cwd.includes(`PWD=${folder}\0`)) return Number(name);
  }
  throw new Error('the monitor does not run');
}

function told(name: string, value: number, goal: number, unit: string): void {
  const verdict = value <= goal ? 'met' : 'MISSED';
  console.log(
    `${name.padEnd(78)} ${value.toFixed(value < 10 ? 2 : 0).padStart(7)} ${unit.padEnd(4)} goal ${goal}  ${verdict}`,
  );
}
