import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Pty } from '../support/pty.ts';

const root = join(import.meta.dirname, '../..');
const dagtop = `'${process.execPath}' '${join(root, 'dist/main.js')}'`;
// The shell that starts it may be a bash, which takes its prompt out of the environment.
const SHELL = `env PS1='shell> ' bash --norc --noprofile -i`;

/** Appends a node to the file when the operator has answered, and prints what it was called with. */
const EDITOR = `
for file; do :; done
echo "EDITOR OPENED $*"
until ${dagtop} runs words | grep -q succeeded; do sleep 0.1; done
echo "RUN IS OVER"
read answer
echo "  extra: {depends: flaky}" >> "$file"
`;

/** In a terminal with a shell that controls jobs, as operators have it. */
describe('dagtop up under a shell', () => {
  let folder: string;
  let pty: Pty;

  function start(env: NodeJS.ProcessEnv = {}): Pty {
    return new Pty(
      SHELL,
      { columns: 80, rows: 24 },
      { cwd: folder, env: { ...process.env, DAGTOP_BROKER: '', ...env } },
    );
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dagtop-shell-'));
    await cp(join(root, 'dags'), join(folder, 'dags'), { recursive: true });
    await cp(join(root, 'nodes.yaml'), join(folder, 'nodes.yaml'));
  });

  afterEach(async () => {
    pty.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  });

  it('stops at Ctrl-Z with the terminal as it was, and comes back with fg, in a window of another size', async () => {
    pty = start();
    await pty.until('the shell', (text) => text.includes('shell>'));
    pty.type(`${dagtop} up dags --run words\r`);
    await pty.until('the run', (text) => text.includes('running') && text.includes('3/3 up'));
    for (let time = 0; time < 2; time += 1) {
      pty.type('\u001A');
      await pty.until(
        'the shell again',
        (text) => text.includes('Stopped') && text.trimEnd().endsWith('shell>'),
      );
      expect(pty.isAlternateScreen).toBe(false);
      pty.type('clear; stty -a | tr ";" "\\n" | grep icanon\r');
      await pty.until('a terminal that edits lines', (text) => /(^|[^-])\bicanon/.test(text));
      expect(pty.text).not.toContain('-icanon');
      pty.type('clear; stty cols 70 rows 20; fg\r');
      await pty.until('the screen again', (text) => text.includes('━▸ Runs'));
      expect(pty.isAlternateScreen).toBe(true);
    }
    await pty.until(
      'the screen in its new size',
      (text) => text.split('\n').length >= 20 && /quit *$/.test(pty.lines[19] ?? ''),
    );
    expect(pty.lines.every((line) => line.length <= 70)).toBe(true);
    await pty.until('the run goes on', (text) => text.includes('succeeded'));
    pty.type('q');
    await pty.until(
      'the shell at last',
      (text) => text.includes('ending the agents') && text.trimEnd().endsWith('shell>'),
    );
    pty.type('exit\r');
    await pty.ended;
  });

  it('gives the terminal to the editor, writes nothing meanwhile, and shows what the edit changed', async () => {
    const script = join(folder, 'my editor.sh');
    await writeFile(script, EDITOR);
    pty = start({ VISUAL: '', EDITOR: `sh '${script}' -w` });
    pty.type(`${dagtop} up dags --run words\r`);
    await pty.until('the run', (text) => text.includes('running') && text.includes('3/3 up'));
    pty.type(':dag flaky\r');
    await pty.until('the dag', (text) => text.includes('flaky'));
    pty.type('e');
    await pty.until('the editor', (text) => text.includes('EDITOR OPENED -w dags/flaky.yaml'));
    expect(pty.isAlternateScreen).toBe(false);
    await pty.until('the end of the run', (text) => text.includes('RUN IS OVER'));
    expect(pty.printed.slice(pty.printed.indexOf('EDITOR OPENED'))).toBe(
      'EDITOR OPENED -w dags/flaky.yaml\r\nRUN IS OVER\r\n',
    );
    // The editor's, not the screen's: it would quit.
    pty.type('\u0003');
    await pty.until('the screen again', (text) => text.includes('ended with SIGINT'));
    pty.type('e');
    await pty.until('the editor again', () => (pty.printed.match(/RUN IS OVER/g) ?? []).length === 2);
    pty.type('typed for the editor\r');
    await pty.until('the difference', (text) => text.includes('flaky: +1 node'));
    expect(await readFile(join(folder, 'dags/flaky.yaml'), 'utf8')).toContain('extra:');
    expect(pty.isAlternateScreen).toBe(true);
    pty.type('q');
    await pty.until('the shell', (text) => text.trimEnd().endsWith('shell>'));
    pty.type('exit\r');
    await pty.ended;
  });

  it('with --screen-reader only appends lines, and answers keys in sentences', async () => {
    pty = start();
    await pty.until('the shell', (text) => text.includes('shell>'));
    // All that was ever printed: on a slow machine what is waited for may have left the screen.
    const said = (what: string | RegExp) => () =>
      typeof what === 'string' ? pty.printed.includes(what) : what.test(pty.printed);
    pty.type(`${dagtop} up dags --run words --screen-reader\r`);
    // What comes too fast is only counted, so any node will do.
    await pty.until('what happens', said(/node \S+ (?:runs|succeeded) on/));
    const from = pty.raw.indexOf('dagtop, embedded');
    pty.type('\r');
    await pty.until('the node', said(/Node \S+: \w+/));
    // It can be asked at any time, whether the run goes on or not.
    pty.type('t');
    await pty.until('the question', said('Press y for yes'));
    pty.type('n');
    await pty.until('the answer', said('The question is closed.'));
    await pty.until('the end of the run', said('the run succeeded'));
    expect(pty.raw.slice(from)).not.toContain('\u001B');
    pty.type('q');
    await pty.until('the shell', (text) => text.trimEnd().endsWith('shell>'));
    pty.type('exit\r');
    await pty.ended;
  });
});
