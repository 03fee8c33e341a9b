/** A regular expression as a tree: what JavaScript takes with the flag `u`, but for what can't be matched in linear time. */
export type PatternNode =
  | { readonly is: 'one'; readonly test: (code: number) => boolean }
  | { readonly is: 'at'; readonly place: Place }
  | { readonly is: 'sequence'; readonly nodes: readonly PatternNode[] }
  | { readonly is: 'either'; readonly nodes: readonly PatternNode[] }
  | {
      readonly is: 'repeat';
      readonly node: PatternNode;
      readonly min: number;
      readonly max: number;
      readonly isLazy: boolean;
    };

/** A place that takes no character. */
export type Place = 'begin' | 'end' | 'wordEdge' | 'noWordEdge';

/** Why a text is no pattern, in a few words. */
export class PatternProblem extends Error {}

const ESCAPE = /^\\(?:u\{[0-9A-Fa-f]+\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[pP]\{[^}]*\}|c[A-Za-z]|.)/su;
const CHARACTERS = /^\[(?:\\.|[^\]\\])*\]/su;
const TIMES = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})/u;
const GROUP = /^\((?:\?:|\?<[\p{L}_$][\p{L}\p{N}_$]*>)?/u;

/** Reads a pattern. Throws `PatternProblem`. */
export function readPattern(source: string, ignoresCase: boolean): PatternNode {
  try {
    // The language's own reading finds every mistake; what is left to find out is where the parts begin and end.
    void new RegExp(source, 'u');
  } catch (error) {
    throw new PatternProblem(problemOf(error));
  }
  const reader = new Reader(source, ignoresCase);
  return reader.either();
}

/** `Invalid regular expression: /(/u: Unterminated group` says the most at its end. */
function problemOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.slice(text.lastIndexOf(': ') + 1).trim();
}

class Reader {
  #rest: string;
  readonly #flags: string;

  constructor(source: string, ignoresCase: boolean) {
    this.#rest = source;
    this.#flags = ignoresCase ? 'iu' : 'u';
  }

  either(): PatternNode {
    const nodes = [this.#sequence()];
    while (this.#rest.startsWith('|')) {
      this.#take('|');
      nodes.push(this.#sequence());
    }
    return nodes.length === 1 && nodes[0] !== undefined ? nodes[0] : { is: 'either', nodes };
  }

  #sequence(): PatternNode {
    const nodes: PatternNode[] = [];
    while (this.#rest !== '' && !this.#rest.startsWith('|') && !this.#rest.startsWith(')'))
      nodes.push(this.#repeated());
    return { is: 'sequence', nodes };
  }

  #repeated(): PatternNode {
    const node = this.#atom();
    const times = TIMES.exec(this.#rest);
    if (times === null) return node;
    this.#take(times[0]);
    const isLazy = this.#rest.startsWith('?');
    if (isLazy) this.#take('?');
    return { is: 'repeat', node, ...bounds(times), isLazy };
  }

  #atom(): PatternNode {
    switch (this.#rest[0] ?? '') {
      case '(':
        return this.#group();
      case '[':
        return this.#one(CHARACTERS.exec(this.#rest)?.[0] ?? '');
      case '\\':
        return this.#escaped(ESCAPE.exec(this.#rest)?.[0] ?? '');
      case '^':
        return this.#at('^', 'begin');
      case '$':
        return this.#at('$', 'end');
      case '.':
        this.#take('.');
        return { is: 'one', test: () => true };
      default:
        return this.#one(String.fromCodePoint(this.#rest.codePointAt(0) ?? 0));
    }
  }

  #group(): PatternNode {
    const open = GROUP.exec(this.#rest)?.[0] ?? '(';
    if (open === '(' && this.#rest.startsWith('(?'))
      throw new PatternProblem('it looks ahead or behind, which is not offered');
    this.#take(open);
    const node = this.either();
    this.#take(')');
    return node;
  }

  #escaped(source: string): PatternNode {
    if (source === '\\b') return this.#at(source, 'wordEdge');
    if (source === '\\B') return this.#at(source, 'noWordEdge');
    if (/^\\[1-9k]/u.test(source))
      throw new PatternProblem('it refers back to a group, which is not offered');
    return this.#one(source);
  }

  #at(source: string, place: Place): PatternNode {
    this.#take(source);
    return { is: 'at', place };
  }

  /** One character, asked of the language itself: which letters are the same in either case is its business. */
  #one(source: string): PatternNode {
    this.#take(source);
    const single = new RegExp(`^${source}$`, this.#flags);
    const known = new Map<number, boolean>();
    return {
      is: 'one',
      test: (code) => {
        const before = known.get(code);
        if (before !== undefined) return before;
        const verdict = single.test(String.fromCodePoint(code));
        if (code < KNOWN_BELOW) known.set(code, verdict);
        return verdict;
      },
    };
  }

  #take(source: string): void {
    if (source === '' || !this.#rest.startsWith(source))
      throw new PatternProblem(`it can't be read at ${this.#rest}`);
    this.#rest = this.#rest.slice(source.length);
  }
}

/** Verdicts on these characters are remembered. */
const KNOWN_BELOW = 0x800;

function bounds([text = '', min, comma, max]: RegExpExecArray): {
  readonly min: number;
  readonly max: number;
} {
  if (text === '*') return { min: 0, max: Infinity };
  if (text === '+') return { min: 1, max: Infinity };
  if (text === '?') return { min: 0, max: 1 };
  const least = Number(min);
  return { min: least, max: comma === '' ? least : max === '' ? Infinity : Number(max) };
}
