import { limits } from '../model/limits.ts';
import { quoted } from './diagnostic.ts';
import { MapEntries } from './map-entries.ts';
import type { Problems } from './problems.ts';
import type { ListSource, MapSource, ScalarSource, Source } from './source.ts';

/**
 * Reads strict JSON (RFC 8259). Our own reader, because a YAML parser explains JSON's mistakes in YAML's words, and
 * `JSON.parse` knows no positions. Stops at the first mistake of syntax: what follows it cannot be trusted.
 */
export function readJson(text: string, problems: Problems): Source | undefined {
  const reader = new JsonReader(text, problems);
  try {
    return reader.file();
  } catch (error) {
    if (!(error instanceof JsonMistake)) throw error;
    problems.error(error.at, error.message, error.hint);
    return undefined;
  }
}

class JsonMistake extends Error {
  readonly at: number;
  readonly hint: string;

  constructor(at: number, message: string, hint: string) {
    super(message);
    this.at = at;
    this.hint = hint;
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z0-9_$.+-]+/y;
const LITERALS = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

class JsonReader {
  readonly #text: string;
  readonly #problems: Problems;
  #at = 0;

  constructor(text: string, problems: Problems) {
    this.#text = text;
    this.#problems = problems;
  }

  file(): Source {
    const source = this.#value(1);
    this.#blanks();
    if (this.#at < this.#text.length)
      throw new JsonMistake(this.#at, `${this.#found()} after the end of the JSON text`, 'remove it');
    return source;
  }

  #value(depth: number): Source {
    this.#blanks();
    const first = this.#text[this.#at];
    if (first === '{' || first === '[') {
      if (depth > limits.yamlMaxDepth)
        throw new JsonMistake(
          this.#at,
          `the nesting is deeper than ${limits.yamlMaxDepth} levels`,
          'flatten it',
        );
      return first === '{' ? this.#map(depth) : this.#list(depth);
    }
    if (first === '"') {
      const at = this.#at;
      const text = this.#string();
      return { kind: 'scalar', at, value: text, text };
    }
    return this.#literal();
  }

  #map(depth: number): MapSource {
    const at = this.#at;
    const entries = new MapEntries(this.#problems);
    this.#items(at, '}', 'map', () => {
      const keyAt = this.#at;
      if (this.#text[keyAt] !== '"')
        throw new JsonMistake(
          keyAt,
          `expected a key in double quotes, got ${this.#found()}`,
          this.#quoteHint(),
        );
      const key = this.#string();
      this.#blanks();
      if (this.#text[this.#at] !== ':')
        throw new JsonMistake(
          this.#at,
          `expected ":" after the key ${quoted(key)}, got ${this.#found()}`,
          'add ":"',
        );
      this.#at += 1;
      entries.add(key, keyAt, this.#value(depth + 1));
    });
    return { kind: 'map', at, entries: entries.list() };
  }

  #list(depth: number): ListSource {
    const at = this.#at;
    const items: Source[] = [];
    this.#items(at, ']', 'list', () => items.push(this.#value(depth + 1)));
    return { kind: 'list', at, items };
  }

  /** What stands between the brackets, with its commas. */
  #items(openedAt: number, close: string, what: string, item: () => void): void {
    this.#at += 1;
    this.#blanks();
    if (this.#text[this.#at] === close) {
      this.#at += 1;
      return;
    }
    for (;;) {
      item();
      this.#blanks();
      const next = this.#text[this.#at];
      if (next === close) {
        this.#at += 1;
        return;
      }
      if (next === undefined) throw this.#endMistake(openedAt, what);
      if (next !== ',')
        throw new JsonMistake(
          this.#at,
          `expected "," or "${close}" in a ${what}, got ${this.#found()}`,
          'add the missing ","',
        );
      const commaAt = this.#at;
      this.#at += 1;
      this.#blanks();
      if (this.#text[this.#at] === close)
        throw new JsonMistake(
          commaAt,
          `a comma before "${close}"`,
          'remove it: JSON allows none after the last item',
        );
    }
  }

  #string(): string {
    const at = this.#at;
    let end = at + 1;
    for (; this.#text[end] !== '"'; end += 1) {
      const character = this.#text[end];
      if (character === undefined || character === '\n')
        throw new JsonMistake(
          at,
          'a text without its closing quote',
          'add the closing ", or write a line break as \\n',
        );
      if (character === '\\') end += 1;
    }
    this.#at = end + 1;
    try {
      return JSON.parse(this.#text.slice(at, end + 1)) as string;
    } catch {
      const hint =
        'JSON knows \\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u followed by four hex digits; write a tab as \\t';
      throw new JsonMistake(at, 'a text with an escape or a control character that JSON does not have', hint);
    }
  }

  #literal(): ScalarSource {
    const at = this.#at;
    WORD.lastIndex = at;
    const word = WORD.exec(this.#text)?.[0] ?? '';
    const literal = LITERALS.get(word);
    NUMBER.lastIndex = at;
    if (literal !== undefined || NUMBER.exec(this.#text)?.[0] === word) {
      this.#at += word.length;
      const value = literal === undefined ? Number(word) : literal;
      if (word !== '') return { kind: 'scalar', at, value, text: word };
    }
    if (at >= this.#text.length) throw this.#endMistake(at, 'text');
    throw new JsonMistake(at, `expected a value, got ${this.#found()}`, this.#quoteHint());
  }

  #endMistake(openedAt: number, what: string): JsonMistake {
    const where =
      what === 'text' ? '' : ` inside a ${what} that begins at line ${this.#problems.lineAt(openedAt)}`;
    return new JsonMistake(this.#text.length, `the file ends too early${where}`, 'is it half saved?');
  }

  #found(): string {
    if (this.#at >= this.#text.length) return 'the end of the file';
    if (this.#text[this.#at] === '"') return 'a text';
    WORD.lastIndex = this.#at;
    const word = WORD.exec(this.#text)?.[0];
    return quoted(word ?? String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0));
  }

  #quoteHint(): string {
    const next = this.#text[this.#at];
    if (next === '#' || next === '/') return 'JSON has no comments: remove it, or rename the file to .yaml';
    if (next === "'") return "use double quotes: JSON has no '…'";
    if (next === '}' || next === ']' || next === ',') return 'remove it, or write what is missing before it';
    if (next !== undefined && '+-.0123456789'.includes(next)) return 'write numbers like 12, -0.5 or 1e3';
    return 'texts and keys stand in double quotes; other values are numbers, true, false, null, {…} and […]';
  }

  #blanks(): void {
    while (this.#at < this.#text.length && ' \t\n\r'.includes(this.#text[this.#at] ?? 'x')) this.#at += 1;
  }
}
