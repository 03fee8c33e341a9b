import { afterEach, expect, it } from 'vitest';
import type { Cluster } from '../support/e2e-cluster.ts';
import { clusterWith, openMonitor } from '../support/monitor-pty.ts';
import type { Pty } from '../support/pty.ts';

let cluster: Cluster;
const ptys: Pty[] = [];
afterEach(async () => {
  for (const pty of ptys.splice(0)) pty.close();
  await cluster.stop();
});

/** All but the header, whose clock goes on. */
function below(pty: Pty): string {
  return pty.lines.slice(1).join('\n');
}

it('after a storm of sizes, tiny ones among them, the screen is the one that is drawn afresh', async () => {
  const fan = `nodes: {a: {command: "true"}, b: {depends: a, command: "true"}, c: {depends: a, command: "true"}, d: {depends: [b, c]}}`;
  cluster = await clusterWith({ night: fan });
  await cluster.does('run', 'night', '--wait');
  const pty = openMonitor(cluster);
  ptys.push(pty);
  await pty.until('the run', (text) => text.includes('4/4'));
  // Always the same sizes, in no order that a window would have.
  for (let at = 1; at <= 40; at += 1) pty.resize(1 + ((at * 37) % 211), 1 + ((at * 23) % 61));
  pty.resize(10, 3);
  await pty.until('the plea', (text) => text.includes('q quits'));
  pty.resize(110, 30);
  await pty.until('the run', (text) => text.includes('4/4'));

  const fresh = openMonitor(cluster, { columns: 110, rows: 30 });
  ptys.push(fresh);
  const whole = (text: string): boolean =>
    text.includes('4/4') && text.includes('1/1 up') && /srv-1.*now/.test(text);
  await fresh.until('all of it', whole);
  await pty.until('the same', (text) => whole(text) && below(pty) === below(fresh));

  pty.resize(10, 3);
  await pty.until('the plea', (text) => text.includes('q quits'));
  pty.type('q');
  await pty.ended;
  expect(pty.isAlternateScreen).toBe(false);
  expect(pty.printed).toContain('[ended with 0]');
});
