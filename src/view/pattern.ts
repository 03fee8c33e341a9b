import { limits } from '../model/limits.ts';
import { PatternProblem, readPattern } from './pattern-syntax.ts';
import type { PatternNode, Place } from './pattern-syntax.ts';

/** What a pattern is compiled to: threads go through these, all at once, one character of the text after the other. */
type Step =
  | { readonly is: 'one'; readonly test: (code: number) => boolean }
  | { readonly is: 'at'; readonly place: Place }
  /** Goes on at both; `to` is preferred unless `prefersNext`. */
  | { readonly is: 'fork'; to: number; readonly prefersNext: boolean }
  | { readonly is: 'jump'; to: number }
  | { readonly is: 'match' };

export type Span = readonly [start: number, end: number];

/**
 * A regular expression whose time grows with the text's length alone, whatever was typed: JavaScript's own tries one way after the other, and
 * `(a+)+b` on a line of a command would stop the screen for good. Finds what JavaScript would find.
 */
export class Pattern {
  readonly #steps: readonly Step[];
  /** Which ASCII characters a match can begin with; undefined: it can be empty. */
  readonly #first: ReadonlySet<number> | undefined;
  /** Per step, the place in the text for which it was last reached. */
  readonly #reached: Int32Array;
  #work = 0;

  /** Throws `PatternProblem` for what is no pattern, or too large a one. */
  constructor(source: string, ignoresCase: boolean) {
    if (source.length > limits.patternMaxLength) throw new PatternProblem('it is too long');
    const steps: Step[] = [];
    compile(readPattern(source, ignoresCase), steps);
    emit(steps, { is: 'match' });
    this.#steps = steps;
    this.#first = firstOf(steps);
    this.#reached = new Int32Array(steps.length);
  }

  /** Steps taken so far, by all calls. */
  get work(): number {
    return this.#work;
  }

  /** The first match that begins at `from` or later. */
  find(text: string, from = 0): Span | undefined {
    this.#reached.fill(-1);
    let threads: number[] = [];
    let found: Span | undefined;
    for (let at = from; ;) {
      const code = text.codePointAt(at);
      if (found === undefined && (threads.length > 0 || this.#canBegin(code)))
        this.#reach(threads, 0, at, at, text);
      const next: number[] = [];
      const after = at + (code !== undefined && code > 0xffff ? 2 : 1);
      for (let index = 0; index < threads.length; index += 2) {
        const pc = threads[index] ?? 0;
        const start = threads[index + 1] ?? 0;
        const step = this.#steps[pc];
        this.#work += 1;
        if (step?.is === 'match') {
          // What comes behind is less preferred.
          found = [start, at];
          break;
        }
        if (code !== undefined && step?.is === 'one' && step.test(code))
          this.#reach(next, pc + 1, start, after, text);
      }
      threads = next;
      this.#work += 1;
      if (code === undefined || (found !== undefined && threads.length === 0)) return found;
      at = after;
    }
  }

  #canBegin(code: number | undefined): boolean {
    return this.#first === undefined || (code !== undefined && (code > 0x7f || this.#first.has(code)));
  }

  /** Adds what is reached from a step without a character, the preferred first; each step once a place. */
  #reach(threads: number[], pc: number, start: number, at: number, text: string): void {
    if (this.#reached[pc] === at) return;
    this.#reached[pc] = at;
    this.#work += 1;
    const step = this.#steps[pc];
    switch (step?.is) {
      case 'one':
      case 'match':
        threads.push(pc, start);
        return;
      case 'at':
        if (isAt(step.place, text, at)) this.#reach(threads, pc + 1, start, at, text);
        return;
      case 'jump':
        this.#reach(threads, step.to, start, at, text);
        return;
      case 'fork':
        this.#reach(threads, step.prefersNext ? pc + 1 : step.to, start, at, text);
        this.#reach(threads, step.prefersNext ? step.to : pc + 1, start, at, text);
        return;
      case undefined:
    }
  }
}

function emit<S extends Step>(steps: Step[], step: S): S {
  if (steps.length >= limits.patternMaxSteps) throw new PatternProblem('it is too large');
  steps.push(step);
  return step;
}

function compile(node: PatternNode, steps: Step[]): void {
  switch (node.is) {
    case 'one':
    case 'at':
      emit(steps, node);
      return;
    case 'sequence':
      for (const part of node.nodes) compile(part, steps);
      return;
    case 'either': {
      const ends: Extract<Step, { is: 'jump' }>[] = [];
      for (const [index, part] of node.nodes.entries()) {
        const isLast = index === node.nodes.length - 1;
        const fork = isLast ? undefined : emit(steps, { is: 'fork', to: 0, prefersNext: true });
        compile(part, steps);
        if (!isLast) ends.push(emit(steps, { is: 'jump', to: 0 }));
        if (fork !== undefined) fork.to = steps.length;
      }
      for (const end of ends) end.to = steps.length;
      return;
    }
    case 'repeat':
      repeat(node, steps);
  }
}

function repeat({ node, min, max, isLazy }: Extract<PatternNode, { is: 'repeat' }>, steps: Step[]): void {
  for (let times = 0; times < min; times += 1) {
    const before = steps.length;
    compile(node, steps);
    // What takes nothing can be had any number of times.
    if (steps.length === before) break;
  }
  if (max === Infinity) {
    const again = steps.length;
    const fork = emit(steps, { is: 'fork', to: 0, prefersNext: !isLazy });
    compile(node, steps);
    emit(steps, { is: 'jump', to: again });
    fork.to = steps.length;
    return;
  }
  const forks: Extract<Step, { is: 'fork' }>[] = [];
  for (let times = min; times < max; times += 1) {
    forks.push(emit(steps, { is: 'fork', to: 0, prefersNext: !isLazy }));
    compile(node, steps);
  }
  for (const fork of forks) fork.to = steps.length;
}

/** Where a match can be empty there is none to look for; a place may hold or not. */
function firstOf(steps: readonly Step[]): ReadonlySet<number> | undefined {
  const first = new Set<number>();
  const seen = new Set<number>();
  const open = [0];
  for (let pc = open.pop(); pc !== undefined; pc = open.pop()) {
    const step = steps[pc];
    if (seen.has(pc) || step === undefined) continue;
    seen.add(pc);
    if (step.is === 'match') return undefined;
    if (step.is === 'one') {
      for (let code = 0; code < 0x80; code += 1) if (step.test(code)) first.add(code);
    } else if (step.is === 'jump') open.push(step.to);
    else if (step.is === 'fork') open.push(step.to, pc + 1);
    else open.push(pc + 1);
  }
  return first;
}

const WORD = /\w/u;

function isAt(place: Place, text: string, at: number): boolean {
  if (place === 'begin') return at === 0;
  if (place === 'end') return at === text.length;
  const isEdge = WORD.test(text[at - 1] ?? '') !== WORD.test(text[at] ?? '');
  return isEdge === (place === 'wordEdge');
}
