/**
 * The words as bash has them (`COMP_WORDS`): with their quotes, and `--theme=light` in three parts. They come back as the command would get them, but
 * for `$(…)` and the like, which stay text: nothing is evaluated. In bash only the part after `=` is completed, so the last word is that part.
 */
export function wordsOfBash(words: readonly string[]): string[] {
  const plain: string[] = [];
  for (const [at, word] of words.entries()) {
    const isEquals = word === '=' && (plain.at(-1) ?? '').startsWith('--');
    if (!isEquals) plain.push(unquoted(word));
    else if (at === words.length - 1) plain.push('');
  }
  return plain;
}

/** Without one level of quotes; a quote that is still open is closed by the end. */
function unquoted(text: string): string {
  let plain = '';
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (quote === "'" ? character === "'" : quote !== '' && character === quote) quote = '';
    else if (quote === '' && (character === "'" || character === '"')) quote = character;
    else if (character === '\\' && quote !== "'") {
      const next = text[at + 1] ?? '';
      const isKept = quote === '"' && !/["\\$`]/.test(next);
      plain += isKept ? `\\${next}` : next;
      at += 1;
    } else plain += character;
  }
  return plain;
}
