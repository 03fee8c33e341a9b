import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Cluster } from '../support/e2e-cluster.ts';
import { clusterWith, openMonitor } from '../support/monitor-pty.ts';
import type { Pty } from '../support/pty.ts';

let cluster: Cluster;
let pty: Pty;
beforeAll(async () => {
  cluster = await clusterWith({ night: 'nodes: {A: {command: "true"}}' });
});
afterEach(() => pty.close());
afterAll(() => cluster.stop());

/** The main screen, the cursor, wrapping, and lines that are edited: as a shell expects it. */
function expectRestored(): void {
  expect(pty.isAlternateScreen).toBe(false);
  for (const mode of ['?1049', '?25', '?7']) {
    const [on, off] = mode === '?1049' ? ['l', 'h'] : ['h', 'l'];
    expect(pty.raw.lastIndexOf(`\u001B[${mode}${on}`)).toBeGreaterThan(
      pty.raw.lastIndexOf(`\u001B[${mode}${off}`),
    );
  }
  // `stty` shows no -icanon.
  expect(pty.printed.trimEnd().endsWith('0')).toBe(true);
}

it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s gives the terminal back', async (signal) => {
  pty = openMonitor(cluster);
  await pty.until('the screen', (text) => text.includes('night'));
  process.kill(pty.programPid, signal);
  await pty.ended;
  expectRestored();
});

it('a crash gives the terminal back, and what it was can be read', async () => {
  const fault = join(cluster.folder, 'fault.mjs');
  await writeFile(
    fault,
    `process.on('SIGUSR2', () => setImmediate(() => { throw new Error('something broke inside'); }));`,
  );
  pty = openMonitor(cluster, { nodeOptions: `--import=${pathToFileURL(fault).href}` });
  await pty.until('the screen', (text) => text.includes('night'));
  process.kill(pty.programPid, 'SIGUSR2');
  await pty.ended;
  expectRestored();
  expect(pty.text).toContain('something broke inside');
  expect(pty.printed).not.toContain('[ended with 0]');
});

it('a crash of the drawing gives the terminal back, and says what it was', async () => {
  const fault = join(cluster.folder, 'drawing-fault.mjs');
  // The screen asks for the time as it is made.
  await writeFile(
    fault,
    `process.on('SIGUSR2', () => { Date.prototype.getSeconds = () => { throw new Error('no such second'); }; });`,
  );
  await cluster.trigger('night');
  pty = openMonitor(cluster, { nodeOptions: `--import=${pathToFileURL(fault).href}` });
  await pty.until('the screen', (text) => text.includes('night'));
  process.kill(pty.programPid, 'SIGUSR2');
  await pty.ended;
  expectRestored();
  expect(pty.text).toContain('no such second');
  expect(pty.printed).not.toContain('[ended with 0]');
});
