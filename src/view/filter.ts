import { limits } from '../model/limits.ts';
import { PatternProblem } from './pattern-syntax.ts';
import { Pattern } from './pattern.ts';
import type { Span } from './pattern.ts';

/** What a filter looks at. */
export type Filtered = {
  readonly text: string;
  /** Words of its state: `failed`, `timed out`. */
  readonly state?: string;
  readonly server?: string;
  readonly node?: string;
  /** Of a line of a log: `stdout` or `stderr`. */
  readonly stream?: string;
};

export type Filter = {
  readonly matches: (item: Filtered) => boolean;
  /** Where the expression matches in a text, for marking; nowhere if it is turned around. */
  readonly spansIn: (text: string) => readonly Span[];
  /** Why the expression is none, and is taken as plain text. */
  readonly problem: string | undefined;
  /** What matching has cost so far, in steps of which a few million take a tenth of a second. */
  readonly work: () => number;
};

/** `smart`: letters match either case unless there is a capital one among those that are looked for. */
export type FilterCase = 'ignored' | 'smart';

/**
 * What `filter` lets through. Words: `state:failed`, `srv:srv-2`, `node:load` and `stream:stderr` look at one thing each; all else together is a
 * regular expression over the text (plain text where it is none), in either case of letters. `!` in front turns a word, or the expression,
 * around. An empty filter lets everything through. It takes time in proportion to the text, whatever the expression.
 */
export function filterOf(filter: string): (item: Filtered) => boolean {
  return readFilter(filter, 'ignored').matches;
}

/** As `filterOf`, with all that there is to say of the filter. */
export function readFilter(filter: string, letterCase: FilterCase): Filter {
  const parts = filter.split(' ').filter((part) => part !== '');
  const keyed = parts.map(keyedPart);
  const rest = parts.filter((_, at) => keyed[at] === undefined).join(' ');
  const isNot = rest.startsWith('!');
  const wanted = wantedText(isNot ? rest.slice(1) : rest, letterCase);
  const tests = keyed.flatMap((test) => test ?? []);
  return {
    matches: (item) => tests.every((test) => test(item)) && (wanted?.isIn(item.text) ?? !isNot) !== isNot,
    spansIn: (text) => (isNot || wanted === undefined ? [] : spansOf(wanted.pattern, text)),
    problem: wanted?.problem,
    work: () => wanted?.work() ?? 0,
  };
}

type Test = (item: Filtered) => boolean;

function keyedPart(part: string): Test | undefined {
  const match = /^(!?)(state|srv|server|node|stream):(.*)$/u.exec(part);
  if (match === null) return undefined;
  const [, not, key = '', value = ''] = match;
  const wanted = value.toLowerCase().replaceAll('_', ' ');
  const field = key === 'srv' ? 'server' : (key as 'state' | 'server' | 'node' | 'stream');
  return (item) =>
    (item[field] ?? '').toLowerCase().replaceAll('_', ' ').startsWith(wanted) !== (not === '!');
}

type Wanted = {
  readonly pattern: Pattern;
  readonly isIn: (text: string) => boolean;
  readonly problem: string | undefined;
  readonly work: () => number;
};

function wantedText(typed: string, letterCase: FilterCase): Wanted | undefined {
  if (typed === '') return undefined;
  const text = typed.slice(0, limits.patternMaxLength / 2);
  const ignoresCase = letterCase === 'ignored' || !/\p{Lu}/u.test(text.replaceAll(/\\./gu, ''));
  if (!SYNTAX.test(text)) return plain(text, ignoresCase, undefined);
  try {
    const pattern = new Pattern(text, ignoresCase);
    return {
      pattern,
      isIn: (line) => pattern.find(line) !== undefined,
      problem: undefined,
      work: () => pattern.work,
    };
  } catch (error) {
    if (!(error instanceof PatternProblem)) throw error;
    return plain(text, ignoresCase, error.message);
  }
}

const SYNTAX = /[\^$\\.*+?()[\]{}|]/u;

function plain(text: string, ignoresCase: boolean, problem: string | undefined): Wanted {
  const escaped = text.replaceAll(/[\^$\\.*+?()[\]{}|/]/gu, '\\$&');
  const sought = ignoresCase ? text.toLowerCase() : text;
  return {
    pattern: new Pattern(escaped, ignoresCase),
    isIn: (line) => (ignoresCase ? line.toLowerCase() : line).includes(sought),
    problem,
    work: () => 0,
  };
}

function spansOf(pattern: Pattern, text: string): Span[] {
  const spans: Span[] = [];
  const endWork = pattern.work + limits.markingMaxSteps;
  for (let from = 0; from < text.length;) {
    const span = pattern.find(text, from);
    if (span === undefined || pattern.work > endWork) break;
    const [start, end] = span;
    if (end > start) spans.push(span);
    from = end > start ? end : start + 1;
  }
  return spans;
}
