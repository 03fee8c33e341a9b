import { expect, test } from 'vitest';
import { editorCommand, runEditor, splitWords } from '../../src/tui/editor.ts';

const PLACE = { file: 'dags/words.yaml', line: 12 };

test('VISUAL comes before EDITOR, and vi where neither says anything', () => {
  expect(editorCommand({ VISUAL: 'nano', EDITOR: 'ed' }, PLACE).program).toBe('nano');
  expect(editorCommand({ VISUAL: ' ', EDITOR: 'ed' }, PLACE).program).toBe('ed');
  expect(editorCommand({}, PLACE)).toEqual({ program: 'vi', args: ['+12', 'dags/words.yaml'] });
});

test('arguments are kept, and the line is told to editors that take one so', () => {
  expect(editorCommand({ EDITOR: 'code -w' }, PLACE).args).toEqual(['-w', 'dags/words.yaml']);
  expect(editorCommand({ EDITOR: '/usr/bin/nvim -p' }, PLACE).args).toEqual(['-p', '+12', 'dags/words.yaml']);
  expect(editorCommand({ EDITOR: 'emacs -nw' }, { file: '-x.yaml', line: undefined }).args).toEqual([
    '-nw',
    './-x.yaml',
  ]);
});

test('quotes keep blanks, and nothing is expanded', () => {
  expect(splitWords(`'/opt/my editor/bin' -n "a b"'c' d\\ e $HOME \`id\` ;rm ""`)).toEqual([
    '/opt/my editor/bin',
    '-n',
    'a bc',
    'd e',
    '$HOME',
    '`id`',
    ';rm',
    '',
  ]);
  expect(() => splitWords('vi "unclosed')).toThrow('a quote is not closed');
});

test('an editor that is not there, or fails, is said', async () => {
  const { signal } = new AbortController();
  await expect(runEditor({ program: '/no/such/editor', args: [] }, signal)).rejects.toThrow(
    "can't be started",
  );
  await expect(runEditor({ program: 'sh', args: ['-c', 'exit 3'] }, signal)).rejects.toThrow(
    'ended with exit code 3',
  );
  await runEditor({ program: 'true', args: [] }, signal);
});

test('an editor ends when the screen does', async () => {
  const ending = new AbortController();
  const run = runEditor({ program: 'sleep', args: ['600'] }, ending.signal);
  ending.abort();
  await expect(run).rejects.toThrow('SIGTERM');
});
