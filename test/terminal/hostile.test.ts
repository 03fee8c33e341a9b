import { afterEach, expect, it } from 'vitest';
import type { Cluster } from '../support/e2e-cluster.ts';
import { clusterWith, openMonitor } from '../support/monitor-pty.ts';
import type { Pty } from '../support/pty.ts';

let cluster: Cluster;
let pty: Pty;
afterEach(async () => {
  pty.close();
  await cluster.stop();
});

/** Clipboard, title, clearing, moving, another screen, a question that the terminal would answer as if typed, C1, bidi, backspaces. */
const EVIL = [
  '\u001B]52;c;ZXZpbA==\u0007',
  '\u001B]0;owned\u0007',
  '\u001B[2J\u001B[1;1H',
  '\u001B[?1049l',
  '\u001B[6n\u001B[c',
  '\u001BP+q544e\u001B\\',
  '\u009B31m\u009D0;owned\u009C',
  '\u202Egnp.exe\u2066x\u2069\u200F',
  'a\b\b\b\rb\u0000\u007F',
].join('');

/** As both YAML and JSON have it: all that is not plain is escaped. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[^ -~]/gu,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** What the monitor itself may send. */
// oxlint-disable-next-line no-control-regex -- control bytes are what it looks for
const OWN = /\u001B\[(?:\?(?:1049|25|7)[hl]|[0-9;]*m|\d+(?:;\d+)?H|\d*[BCD]|2J)/g;

// oxlint-disable-next-line no-control-regex -- control bytes are what it looks for
const CONTROL = /[\u0000-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

it('what commands, files and messages say never speaks to the terminal', async () => {
  const evil = quoted(EVIL);
  const word = quoted(EVIL.replaceAll('\u0000', ''));
  cluster = await clusterWith({
    night: `params: {day: ${evil}}
nodes:
  show:
    description: ${evil}
    command: [node, print.mjs]
    env: {WORD: ${word}}
  fails: {depends: show, command: [${word}], retry: 0}
`,
  });
  await cluster.write(
    'print.mjs',
    `const evil = ${evil}; console.log('begin ' + evil + 'the end'); console.error('error ' + evil); console.log('{"evil": ' + JSON.stringify(evil) + '}');`,
  );
  const { stdout: run } = await cluster.dagtop(
    'run',
    'night',
    '--wait',
    '-p',
    `day=x${EVIL.replaceAll('\u0000', '')}`,
  );
  expect(run).not.toBe('');
  pty = openMonitor(cluster, { columns: 120, rows: 40 });
  await pty.until('the run', (text) => text.includes('✗ failed'));
  pty.type('\rk');
  await pty.until('the node', (text) => text.includes('── show'));
  await pty.until('its output', (text) => text.includes('the end'));
  for (const [keys, seen] of [
    ['L', '› Log show#1'],
    ['\u001B', '── show'],
    ['d', '║ show'],
    ['q', '── show'],
    ['y', '║ '],
    ['\u001B', '── show'],
    ['4', '› Timeline'],
    ['3', '› Lanes'],
    ['7', '› Events'],
    ['8', '› Reload'],
    ['1', '› All runs'],
    ['2', '── show'],
    ['t', 'Run night?'],
    ['n', '── show'],
  ] as const) {
    pty.type(keys);
    await pty.until(`what ${JSON.stringify(keys)} shows`, (text) => text.includes(seen));
  }
  pty.type('q');
  await pty.ended;

  const all = Buffer.from(pty.raw, 'latin1').toString('utf8');
  const shown = all.slice(all.indexOf('\u001B[?1049h'), all.lastIndexOf('\u001B[?1049l'));
  expect(shown).toContain('the end');
  const rest = shown.replaceAll(OWN, '');
  expect(CONTROL.exec(rest)).toBeNull();
  expect(shown.split('\u001B[?1049')).toHaveLength(2);
});
