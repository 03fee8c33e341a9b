import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { CONFIG_WORDS } from '../../src/cli/config.ts';
import { parseConfig } from '../../src/definition/config-file.ts';
import { configSchema } from '../../src/definition/config-schema.ts';
import { formatDiagnostic } from '../../src/definition/diagnostic.ts';
import { limits } from '../../src/model/limits.ts';

const read = (text: string) => parseConfig({ file: 'config.yaml', text }, CONFIG_WORDS);
const problems = (text: string): string[] => read(text).diagnostics.map(formatDiagnostic);

describe('config.yaml says how the screen is to be', () => {
  it('in full', () => {
    const text = `theme: colorblind
ascii: true
readOnly: true
fps: 10
animation: false
mouse: true
bell: true
keys:
  trigger: S
  retry: [u, ctrl+R, Delete]
  back: Escape
  page-up: PgUp
  turn: null
  first: ZZ
  foldAll: null
  mark: space
  runs_view: 1
  last: '9'
`;
    expect(read(text)).toEqual({
      config: {
        theme: 'colour-blind',
        ascii: true,
        readOnly: true,
        fps: 10,
        animation: false,
        mouse: true,
        bell: 'bell',
        keys: new Map(
          Object.entries({
            trigger: ['S'],
            retry: ['u', 'ctrl-r', 'backspace'],
            back: ['esc'],
            pageUp: ['pageup'],
            turn: [],
            first: ['ZZ'],
            foldAll: [],
            mark: [' '],
            runsView: ['1'],
            last: ['9'],
          }),
        ),
      },
      diagnostics: [],
    });
  });

  it.each(['', '\n\n', '# theme: light\n\n  # later', '\uFEFF# nothing'])(
    'or nothing, which is no mistake: %j',
    (text) => {
      expect(read(text)).toEqual({ config: {}, diagnostics: [] });
    },
  );

  it('keys without any are as by default', () => {
    expect(read('keys:\n  # trigger: S\n')).toEqual({ config: { keys: new Map() }, diagnostics: [] });
  });
});

it('the example of the README is good with the keys that there are', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const example = /```yaml\n(theme:[^]*?)```/.exec(readme)?.[1] ?? '';
  expect(problems(example)).toEqual([]);
  expect(read(example).config?.keys?.get('trigger')).toEqual(['ctrl-t']);
});

describe('a mistake says where, what, and what to do', () => {
  it.each([
    ['theme: drak', '1:8: there is no theme "drak"; did you mean "dark"?'],
    ['theme: pink', '1:8: there is no theme "pink"; the themes are dark, light, high-contrast, colour-blind'],
    ['thme: dark', '1:1: unknown key "thme"; did you mean "theme"?'],
    ['ascii: yes please', '1:8: ascii: expected true or false, got "yes please"'],
    ['fps: 1000', `1:6: fps: expected a whole number from 1 to ${limits.framesPerSecondMax}, got 1000`],
    [
      'keys: [t]',
      '1:7: keys: expected a map of commands to keys, got a list; such as {trigger: S, turn: null}',
    ],
    ['keys: {triger: T}', '1:8: there is no command "triger"; did you mean "trigger"?'],
    ['keys: {turn: {a: b}}', '1:14: key of "turn": expected a key or a list of keys, got a map'],
    ['keys: {turn: pagup}', '1:14: there is no key "pagup"; did you mean "pageup"?'],
    ['keys: {turn: ""}', /^config\.yaml:1:14: there is no key ""; a key is a character, two of them/],
    ['keys: {turn: ctrl-1}', /^config\.yaml:1:14: there is no key "ctrl-1"/],
    ['keys: {page-up: u, pageUp: U}', '1:20: the keys of pageUp stand there twice; keep one of the entries'],
  ])('%s', (text, expected) => {
    expect(problems(text)).toEqual([
      typeof expected === 'string' ? `config.yaml:${expected}` : expect.stringMatching(expected),
    ]);
  });

  it('all at once, in the order of the file', () => {
    const text = 'theme: drak\nkeys:\n  triger: T\n  quit: null\n  turn: [x, hyper]\n  first: z\nfps: 0\n';
    expect(problems(text).map((line) => line.split(': ')[0])).toEqual([
      'config.yaml:1:8',
      'config.yaml:3:3',
      'config.yaml:4:3',
      'config.yaml:5:13',
      'config.yaml:6:3',
      'config.yaml:7:6',
    ]);
    expect(read(text).config).toBeUndefined();
  });

  it.each([
    [
      'keys: {trigger: x}',
      'the key x is both trigger and cancel (list); bind cancel to another key too, or to null',
    ],
    [
      'keys: {trigger: q}',
      'the key q is both trigger and quit (list); bind quit to another key too, or to null',
    ],
    [
      'keys: {trigger: S, turn: S}',
      'the key S is both trigger and turn (graph); bind turn to another key too, or to null',
    ],
    [
      'keys: {trigger: g}',
      'the keys g (trigger) and gg (first) begin alike (list); bind first to another key too, or to null',
    ],
    ['keys: {quit: []}', 'quit is left without any key; bind one, or remove the entry'],
    ['keys: {help: null}', 'help is left without any key; bind one, or remove the entry'],
    [
      'keys: {close: y}',
      'the key y is both close and yes while a question stands; bind yes to another key too, or to null',
    ],
  ])('%s is refused: two meanings of a key, or no way out', (text, expected) => {
    expect(problems(text).map((line) => line.replace(/^config\.yaml:1:\d+: /, ''))).toEqual([expected]);
  });

  it('keys that two commands exchange are fine', () => {
    expect(problems('keys: {trigger: x, cancel: t}')).toEqual([]);
  });
});

it('whatever the text, there is a config or a reason', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `keys: {trigger: ${JSON.stringify(text)}}`),
      ),
      (text) => {
        const { config, diagnostics } = read(text);
        expect(config !== undefined || diagnostics.length > 0).toBe(true);
      },
    ),
  );
});

it('the schema takes what the parser takes', () => {
  const schema = configSchema(CONFIG_WORDS);
  const good = {
    theme: 'light',
    fps: 10,
    mouse: true,
    keys: { trigger: 'S', retry: ['r', 'ctrl-r'], turn: null },
  };
  expect(Value.Check(schema, good)).toBe(true);
  for (const bad of [{ theme: 'pink' }, { keys: { triger: 'S' } }, { fps: 0 }, { mouse: 'on' }])
    expect(Value.Check(schema, bad)).toBe(false);
});
