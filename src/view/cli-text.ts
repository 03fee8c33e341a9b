import { sanitizeText } from '../graph/text.ts';

/** What a shell needs quoted. */
const PLAIN_WORD = /^[\w@%+=:,./-]+$/u;

/** A command line that a POSIX shell reads as these words; safe to paint. */
export function commandLineText(words: readonly string[]): string {
  return words.map((word) => shellWord(sanitizeText(word))).join(' ');
}

function shellWord(word: string): string {
  return PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
