import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Pty } from '../support/pty.ts';

const root = join(import.meta.dirname, '../..');
const dagtop = `'${process.execPath}' '${join(root, 'dist/main.js')}'`;

/** The samples with all their sleeps, as a newcomer sees them: in a terminal, on the embedded broker. */
describe.each([
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
])('dagtop up in a terminal of $columns×$rows', (size) => {
  let folder: string;
  let pty: Pty;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dagtop-pty-'));
    await cp(join(root, 'dags'), join(folder, 'dags'), { recursive: true });
    await cp(join(root, 'nodes.yaml'), join(folder, 'nodes.yaml'));
    pty = new Pty(`${dagtop} up dags --run words`, size, {
      cwd: folder,
      env: { ...process.env, DAGTOP_BROKER: '' },
    });
  });

  afterEach(async () => {
    pty.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  });

  it('draws the run live, reloads files, asks before it acts, and gives the terminal back', async () => {
    await pty.until('a node runs', (text) => text.includes('▶ running'));
    expect(pty.isAlternateScreen).toBe(true);
    await pty.until('three servers are up', (text) => text.includes('3/3 up'));
    await pty.until('the run succeeds', (text) => text.includes('✓ succeeded') && text.includes('7/7'));
    expect(pty.lines.every((line) => line.length <= size.columns)).toBe(true);

    const flaky = join(folder, 'dags/flaky.yaml');
    const good = await readFile(flaky, 'utf8');
    await writeFile(flaky, `${good}  broken: {depnds: flaky}\n`);
    await pty.until('the error of the file', (text) => text.includes('depnds'));
    await writeFile(flaky, `${good}  extra: {depends: flaky}\n`);
    await pty.until('the difference', (text) => /flaky: \+1 node|good again/.test(text));

    pty.type('t');
    await pty.until('the question', (text) => text.includes('Run words?'));
    pty.type('\r');
    await pty.until('Enter takes the default, which is no', (text) => !text.includes('Run words?'));
    pty.type('ty');
    await pty.until(
      'a second run',
      (text) => (text.match(/\d\/7/g) ?? []).length >= 2 || text.includes('▶ running'),
    );

    pty.type('?');
    await pty.until('the help', (text) => text.includes('retry and downstream'));
    pty.type('?q');
    await pty.ended;
    expect(pty.isAlternateScreen).toBe(false);
    expect(pty.printed).toContain('[ended with 0]');
    // `stty` shows no -icanon: lines are edited again.
    expect(pty.printed.trimEnd().endsWith('0')).toBe(true);
  });

  it('gives the terminal back at Ctrl-C', async () => {
    await pty.until('the screen', (text) => text.includes('words'));
    pty.type('\u0003');
    await pty.ended;
    expect(pty.isAlternateScreen).toBe(false);
    expect(pty.printed).toContain('[ended with');
    expect(pty.printed.trimEnd().endsWith('0')).toBe(true);
  });
});
