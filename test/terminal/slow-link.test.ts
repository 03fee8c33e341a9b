import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import type { Cluster } from '../support/e2e-cluster.ts';
import { clusterWith, openMonitor } from '../support/monitor-pty.ts';
import type { Pty } from '../support/pty.ts';

/** Sizes, one after the other. */
const STORM = 100;

let cluster: Cluster;
let pty: Pty;
afterEach(async () => {
  pty.close();
  await cluster.stop();
});

it('a terminal that takes 1 KB a second holds nothing up: frames are dropped and told, the last one is right, and q quits', async () => {
  cluster = await clusterWith({ night: 'nodes: {A: {command: "true"}}' });
  pty = openMonitor(cluster, { columns: 200, rows: 60, bytesPerSecond: 1_000 });
  await pty.until('the first lines', (text) => text.includes('dagtop'));
  // Every one asks for a whole screen, faster than the link could ever carry them.
  for (let at = 0; at < STORM; at += 1) {
    pty.resize(200 - (at % 2), 60);
    await pause(20);
  }
  // Meanwhile it follows the log as ever.
  for (let at = 0; at < 3; at += 1) await cluster.does('run', 'night', '--wait');

  pty.readFreely();
  await pty.until('the three runs', (text) => text.includes('✓3'));
  // None of them waits anywhere in memory: most were never made.
  expect(pty.raw.split('\u001B[2J').length).toBeLessThan(STORM / 2);
  await pty.until('what was dropped', (text) => /dropped [1-9]/.test(text));
  const fresh = openMonitor(cluster, { columns: 199, rows: 60 });
  try {
    await fresh.until('all of it', (text) => text.includes('✓3') && /srv-1.*now/.test(text));
    const below = (lines: readonly string[]): string => lines.slice(1).join('\n');
    await pty.until('the same', () => below(pty.lines) === below(fresh.lines));
  } finally {
    fresh.close();
  }
}, 180_000);

it('q quits while the terminal is slow', async () => {
  cluster = await clusterWith({ night: 'nodes: {A: {command: "true"}}' });
  pty = openMonitor(cluster, { bytesPerSecond: 1_000 });
  await pty.until('the screen', (text) => text.includes('quit'));
  const pid = pty.programPid;
  for (let at = 0; at < 20; at += 1) {
    pty.resize(80 - (at % 2), 24);
    await pause(20);
  }
  pty.type('q');
  await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 50_000 }).toBe(false);
  pty.readFreely();
  await pty.ended;
  expect(pty.printed).toContain('[ended with 0]');
  await expect.poll(() => pty.isAlternateScreen, { timeout: 15_000 }).toBe(false);
});
