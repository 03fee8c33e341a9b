import type { Command, Option } from 'commander';
import { THEMES } from '../../tui/theme.ts';
import { RUN_STATES } from '../../view/run-state.ts';

/** What a word of the command line can be; the last four are looked up. */
export type Kind = 'words' | 'files' | 'dag' | 'run' | 'node' | 'server' | 'param';

export type Candidate = { readonly value: string; readonly help: string };

/** What may stand where the cursor is. */
export type Wanted = {
  /** Known without asking anybody. */
  readonly candidates: readonly Candidate[];
  readonly kinds: readonly Kind[];
  /** What of the word comes before what is completed: `--theme=`. */
  readonly prefix: string;
  /** What is typed of it. */
  readonly typed: string;
  /** The arguments before it, without options. */
  readonly before: readonly string[];
  /** Values of the options before it, by their long names: the last of each. */
  readonly given: ReadonlyMap<string, string>;
};

type Place = readonly Kind[] | { readonly words: readonly string[] };

const RUN: Place = ['run', 'dag'];

/** The arguments of each command; the last stands for all that follow where commander takes several. */
const ARGUMENTS: Readonly<Record<string, readonly Place[]>> = {
  up: [['files']],
  agent: [['node']],
  apply: [['files']],
  validate: [['files']],
  schema: [{ words: ['dag', 'nodes', 'config'] }],
  run: [['dag']],
  retry: [RUN, ['node']],
  cancel: [RUN],
  pause: [RUN],
  resume: [RUN],
  runs: [['dag']],
  show: [['dag', 'run', 'files']],
  logs: [RUN, ['node']],
  events: [RUN],
  history: [{ words: ['rebuild'] }],
  stats: [['dag']],
  diff: [RUN, RUN],
  cordon: [['server']],
  drain: [['server']],
  uncordon: [['server']],
  token: [{ words: ['create', 'list', 'revoke'] }, []],
  notify: [{ words: ['test'] }],
  completion: [{ words: ['bash', 'zsh', 'fish'] }],
};

/** Values of options that do not list them themselves; of those that are not here nothing is known. */
const VALUES: Readonly<Record<string, Place>> = {
  '--theme': { words: THEMES },
  '--format': { words: ['text', 'dot', 'mermaid', 'svg', 'json'] },
  '--direction': { words: ['td', 'lr'] },
  '--run': ['dag'],
  '--dag': ['dag'],
  '--status': { words: RUN_STATES },
  '--param': ['param'],
  '--from': ['node'],
  '--nodes': ['files'],
  '--data': ['files'],
  '--token-file': ['files'],
  '--tls-cert': ['files'],
  '--tls-key': ['files'],
  '--server': ['server'],
};

/** What may stand at the end of `words`, which follow the program's name; the last is what is typed so far. Pure. */
export function wantedAt(program: Command, words: readonly string[]): Wanted {
  const typed = words.at(-1) ?? '';
  const { command, before, given, pending, isPlain } = readWords(program, words.slice(0, -1));
  const found = (place: Place | undefined, prefix = ''): Wanted => ({
    candidates:
      place !== undefined && 'words' in place ? place.words.map((value) => ({ value, help: '' })) : [],
    kinds: place === undefined || 'words' in place ? [] : place,
    prefix,
    typed: typed.slice(prefix.length),
    before,
    given,
  });
  if (pending !== undefined && !mayBeLeftOut(pending, typed)) return found(valuesOf(pending));
  const equals = /^(--[^=]+)=/.exec(typed);
  if (!isPlain && equals !== null) {
    const option = optionNamed(program, command, equals[1] ?? '');
    return found(option && valuesOf(option), equals[0]);
  }
  if (!isPlain && typed.startsWith('-'))
    return { ...found(undefined), candidates: optionsOf(program, command) };
  if (command === program && before.length === 0)
    return { ...found(undefined), candidates: commandsOf(program) };
  const { places, isVariadic } = placesOf(command);
  return found(places[before.length] ?? (isVariadic ? places.at(-1) : undefined));
}

type Read = Pick<Wanted, 'before' | 'given'> & {
  readonly command: Command;
  /** The option whose value comes next. */
  readonly pending: Option | undefined;
  /** `--` came: nothing more is an option. */
  readonly isPlain: boolean;
};

function readWords(program: Command, words: readonly string[]): Read {
  let command = program;
  let pending: Option | undefined;
  let isPlain = false;
  const before: string[] = [];
  const given = new Map<string, string>();
  for (const word of words) {
    if (pending !== undefined && !mayBeLeftOut(pending, word)) {
      given.set(pending.long ?? '', word);
      pending = undefined;
    } else if (!isPlain && word === '--') isPlain = true;
    else if (!isPlain && word.startsWith('-') && word !== '-') {
      const at = word.startsWith('--') ? word.indexOf('=') : -1;
      const option = optionNamed(program, command, at < 0 ? word : word.slice(0, at));
      pending = undefined;
      if (option === undefined) continue;
      if (at >= 0) given.set(option.long ?? '', word.slice(at + 1));
      else if (option.required || option.optional) pending = option;
    } else {
      const next = command === program ? program.commands.find((one) => one.name() === word) : undefined;
      if (next === undefined || before.length > 0) before.push(word);
      else command = next;
    }
  }
  return { command, before, given, pending, isPlain };
}

/** `--bell` takes a value, unless another option comes. */
function mayBeLeftOut(option: Option, word: string): boolean {
  return option.optional && word.startsWith('-');
}

function valuesOf({ long, argChoices }: Option): Place | undefined {
  return argChoices === undefined ? VALUES[long ?? ''] : { words: argChoices };
}

function optionNamed(program: Command, command: Command, name: string): Option | undefined {
  return [...command.options, ...program.options].find(({ long, short }) => name === long || name === short);
}

function optionsOf(program: Command, command: Command): Candidate[] {
  const options = new Map<string, Candidate>();
  const own = command === program ? [] : command.options;
  // What the program takes, its commands take too, where they have no option of that name.
  for (const { long, hidden, description } of [...own, ...(command === program ? program.options : [])])
    if (typeof long === 'string' && !hidden) options.set(long, { value: long, help: description });
  options.set('--help', { value: '--help', help: 'what there is' });
  return [...options.values()];
}

function commandsOf(program: Command): Candidate[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .map((command) => ({ value: command.name(), help: command.description() }));
}

function placesOf(command: Command): { readonly places: readonly Place[]; readonly isVariadic: boolean } {
  const name = command.name();
  const places = Object.hasOwn(ARGUMENTS, name) ? (ARGUMENTS[name] ?? []) : [];
  return { places, isVariadic: command.registeredArguments.at(-1)?.variadic === true };
}

/** Commands that take arguments of which nothing is known here: for the test that there are none. */
export function unknownArguments(program: Command): readonly string[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .filter((command) => command.name() !== 'help')
    .filter((command) => command.registeredArguments.length !== placesOf(command).places.length)
    .map((command) => command.name());
}
