import type { Command } from 'commander';
import { namesFor } from '../completion/names.ts';
import { wantedAt } from '../completion/wanted.ts';
import type { Candidate } from '../completion/wanted.ts';
import { wordsOfBash } from '../completion/words.ts';
import { EXIT, printLine } from '../output.ts';

/**
 * For the scripts of `dagtop completion`: prints what the last of `words` may become. The first line says what else the shell has to know (`files`:
 * names of files too; `nospace`: the word goes on); then a candidate a line, with a tab before what it is. Silent on errors, and done in about a second.
 */
export async function complete(program: Command, shell: string, words: readonly string[]): Promise<number> {
  const wanted = wantedAt(program, shell === 'bash' ? wordsOfBash(words) : words);
  const all = [...wanted.candidates, ...(await namesFor(wanted))];
  const fitting = all.filter(({ value }) => value.startsWith(wanted.typed) && isPlain(value));
  const directives = [
    ...(wanted.kinds.includes('files') ? ['files'] : []),
    ...(wanted.kinds.includes('param') ? ['nospace'] : []),
  ];
  printLine(directives.join(' '));
  for (const { value, help } of fitting) printLine(lineOf(wanted.prefix + value, help));
  return EXIT.ok;
}

function lineOf(value: string, help: string): string {
  return help === '' ? value : `${value}\t${help.replaceAll(UNPRINTABLE, ' ')}`;
}

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** What would not be one line, or not what it seems, is not offered. */
function isPlain(value: Candidate['value']): boolean {
  return !value.match(UNPRINTABLE);
}
