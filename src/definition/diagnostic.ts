/** One problem in a file of the user. `line` and `column` count from 1; columns are UTF-16 units, as editors count. */
export type Diagnostic = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly severity: 'error' | 'warning';
  /** What is wrong. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
};

/** `file:line:column: what; what to do`, on one line and safe to print: texts of the file are quoted and escaped. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  return placed(diagnostic, diagnostic.severity === 'warning' ? 'warning: ' : '');
}

/** As `formatDiagnostic`, for where the severity is shown beside it. */
export function formatWithoutSeverity(diagnostic: Diagnostic): string {
  return placed(diagnostic, '');
}

function placed({ file, line, column, message, hint }: Diagnostic, severity: string): string {
  return `${printable(file)}:${line}:${column}: ${severity}${message}${hint === undefined ? '' : `; ${hint}`}`;
}

/** Whether any of `diagnostics` is an error; warnings let a file pass. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}

const QUOTED_MAX_CHARACTERS = 60;

/** `text` in double quotes, at most 60 characters of it, with everything invisible escaped. */
export function quoted(text: string): string {
  const characters = Array.from(text.slice(0, 2 * QUOTED_MAX_CHARACTERS + 2));
  const cut = characters.length > QUOTED_MAX_CHARACTERS;
  const shown = cut ? `${characters.slice(0, QUOTED_MAX_CHARACTERS - 1).join('')}…` : characters.join('');
  return printable(JSON.stringify(shown));
}

/** `text` with control, format (bidi, zero width) and line-separating characters written as `\u{…}`. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** `A, B, C and 7 more`: at most `most` of `names`. */
export function listed(names: readonly string[], most: number): string {
  if (names.length <= most) return names.map(printable).join(', ');
  return `${names.slice(0, most).map(printable).join(', ')} and ${names.length - most} more`;
}
