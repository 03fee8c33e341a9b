import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Told } from './told.ts';
import { ProgramStage } from './tui-stage.ts';
import { percentile, usageOf } from './usage.ts';

const STARTS = 7;
/** How often the screen is looked at. */
const LOOK_MS = 4;
const IDLE_MS = 20_000;

/** The first frame, and then nothing, while a run that has ended is shown and three agents work for nobody. */
export async function benchStart(told: Told): Promise<void> {
  const stage = await ProgramStage.make();
  try {
    const up = stage.start('up dags --run words');
    await up.until('the run', (text) => text.includes('✓ succeeded') && text.includes('7/7'));
    told('first frame of the monitor, p50', await firstFrameMs(stage, ''), 350, 'ms');
    await withSilentServer(async (port) => {
      const name = 'first frame before the broker answers, p50';
      told(name, await firstFrameMs(stage, `--broker nats://127.0.0.1:${port}`), 350, 'ms');
    });
    const pty = stage.start('');
    await pty.until('the run in the monitor', (text) => text.includes('7/7'));
    await pause(3_000);
    const pid = await stage.monitorPid();
    const [bytes, cpu] = [pty.raw.length, usageOf(pid).cpuMs];
    await pause(IDLE_MS);
    told('bytes a second while nothing runs', ((pty.raw.length - bytes) * 1_000) / IDLE_MS, 0, 'B/s');
    told('CPU while nothing runs', ((usageOf(pid).cpuMs - cpu) / IDLE_MS) * 100, 0.5, '%');
    await stage.quit(pty);
    await stage.quit(up);
  } finally {
    await stage.end();
  }
}

async function firstFrameMs(stage: ProgramStage, args: string): Promise<number> {
  const times: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    const startMs = performance.now();
    const pty = stage.start(args);
    while (!/dagtop [●◌]/.test(pty.text)) await pause(LOOK_MS);
    times.push(performance.now() - startMs);
    await stage.quit(pty);
  }
  return percentile(times, 0.5);
}

/** Takes connections and says nothing. */
async function withSilentServer(work: (port: number) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await work((server.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}
