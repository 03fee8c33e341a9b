import { describe, expect, it } from 'vitest';
import { unknownArguments, wantedAt } from '../../../src/cli/completion/wanted.ts';
import { wordsOfBash } from '../../../src/cli/completion/words.ts';
import { createProgram } from '../../../src/cli/program.ts';

const program = createProgram().commands;

/** What may stand at the end of the words: names first, then what is to be looked up as `<dag>`. */
function wanted(...words: string[]): string[] {
  const { candidates, kinds, prefix, typed } = wantedAt(program, words);
  const fitting = candidates.filter(({ value }) => value.startsWith(typed));
  return [...fitting.map(({ value }) => prefix + value), ...kinds.map((kind) => `<${kind}>`)];
}

describe('Tab offers', () => {
  it('commands first, and none that is hidden', () => {
    expect(wanted('ru')).toEqual(['run', 'runs']);
    expect(wanted('')).toContain('cordon');
    expect(wanted('').filter((name) => name.startsWith('_'))).toEqual([]);
    expect(wanted('--namespace', 'x', 'val')).toEqual(['validate']);
  });

  it.each([
    [['run', ''], ['<dag>']],
    [['run', 'words', ''], []],
    [
      ['retry', ''],
      ['<run>', '<dag>'],
    ],
    [['logs', '6n3k', ''], ['<node>']],
    [
      ['show', '--pills', ''],
      ['<dag>', '<run>', '<files>'],
    ],
    [['drain', ''], ['<server>']],
    [['apply', 'dags', 'more', ''], ['<files>']],
    [['agent', 'extract', ''], ['<node>']],
    [
      ['schema', ''],
      ['dag', 'nodes', 'config'],
    ],
    [['completion', 'z'], ['zsh']],
    [['doctor', ''], []],
    [['no-such-command', ''], []],
  ])('%j: what its command takes there', (words, expected) => {
    expect(wanted(...words)).toEqual(expected);
  });

  it.each([
    [['run', '--wa'], ['--wait']],
    [['agent', '--no-s'], ['--no-scheduler']],
    [['agent', '--with-p'], []],
    [['--read'], ['--read-only']],
    [['run', '--', '--wa'], ['<dag>']],
    [['up', '--theme', 'h'], ['high-contrast']],
    [['up', '--theme=h'], ['--theme=high-contrast']],
    [['show', 'words', '--format', 's'], ['svg']],
    [['--bell', 'o'], ['osc9']],
    [['--bell', '--read'], ['--read-only']],
    [['--bell', '--read-only', 'runs', ''], ['<dag>']],
    [['run', 'words', '-p', ''], ['<param>']],
    [['up', '--run', ''], ['<dag>']],
    [['up', '--nodes', ''], ['<files>']],
    [['run', '--broker', ''], []],
    [['run', '--broker', 'nats://x', 'wo'], ['<dag>']],
    [['run', '--broker=nats://x', 'wo'], ['<dag>']],
  ])('%j: options and what they take', (words, expected) => {
    expect(wanted(...words)).toEqual(expected);
  });

  it('and knows what came before', () => {
    const { before, given } = wantedAt(program, ['--broker', 'a', 'logs', '--namespace=b', '6n3k', '']);
    expect(before).toEqual(['6n3k']);
    expect(Object.fromEntries(given)).toEqual({ '--broker': 'a', '--namespace': 'b' });
  });

  it('something for every command that takes arguments', () => {
    expect(unknownArguments(program)).toEqual([]);
  });
});

describe('the words of bash', () => {
  it.each([
    [
      ['--theme', '=', 'li'],
      ['--theme', 'li'],
    ],
    [
      ['--theme', '='],
      ['--theme', ''],
    ],
    [
      ['-p', 'a', '=', 'b'],
      ['-p', 'a', '=', 'b'],
    ],
    [['my\\ dag'], ['my dag']],
    [["'my dag"], ['my dag']],
    [['"my \\"dag\\" \\x'], ['my "dag" \\x']],
    [["it\\'s"], ["it's"]],
    [
      ['$(touch', 'x)'],
      ['$(touch', 'x)'],
    ],
    [['"$(touch x)`id`'], ['$(touch x)`id`']],
    [['trailing\\'], ['trailing']],
  ])('%j are %j: quotes go, nothing is evaluated', (words, expected) => {
    expect(wordsOfBash(words)).toEqual(expected);
  });
});
