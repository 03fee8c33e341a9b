import { expect, test } from 'vitest';
import { nearestOf256, PALETTES } from '../../src/tui/palettes.ts';
import type { Palette, Rgb } from '../../src/tui/palettes.ts';
import { painterOf, themeNamed, THEMES } from '../../src/tui/theme.ts';
import type { Tone } from '../../src/view/look.ts';

type Linear = readonly [number, number, number];

function linear(rgb: Rgb): Linear {
  const one = (value: number): number =>
    value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  return [one(rgb[0]), one(rgb[1]), one(rgb[2])];
}

/** WCAG 2.2: relative luminance, and the contrast of two. */
function luminance([red, green, blue]: Linear): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: Rgb, b: Rgb): number {
  const [darker = 0, lighter = 0] = [luminance(linear(a)), luminance(linear(b))].toSorted((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Machado, Oliveira and Fernandes 2009, severity 1: what is seen without one kind of receptor. In linear light. */
const SEEN: Readonly<Record<string, readonly Linear[]>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

function seen(rgb: Rgb, matrix: readonly Linear[]): Linear {
  const light = linear(rgb);
  const row = (at: number): number => {
    const sum = light.reduce((total, value, column) => total + value * (matrix[at]?.[column] ?? 0), 0);
    return Math.min(1, Math.max(0, sum));
  };
  return [row(0), row(1), row(2)];
}

/** The distance of two colours in CIELAB (1976); about 2 is what can just be told apart side by side. */
function distance(a: Linear, b: Linear): number {
  const [first, second] = [lab(a), lab(b)];
  return Math.hypot(...first.map((value, at) => value - (second[at] ?? 0)));
}

function lab([red, green, blue]: Linear): number[] {
  const f = (t: number): number => (t > 216 / 24_389 ? Math.cbrt(t) : (841 / 108) * t + 4 / 29);
  const x = f((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505);
  const y = f(luminance([red, green, blue]));
  const z = f((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** The palette as 256 colours have it. */
function reduced({ background, tones, basic }: Palette): Palette {
  const few = Object.fromEntries(Object.entries(tones).map(([tone, rgb]) => [tone, nearestOf256(rgb).rgb]));
  return { background: nearestOf256(background).rgb, tones: few as Palette['tones'], basic };
}

test.each([
  ['light', 4.5],
  ['colour-blind', 4.5],
  ['high-contrast', 7],
] as const)('everything of the theme %s stands out from its background by %d:1', (theme, least) => {
  for (const { tones, background } of [PALETTES[theme], reduced(PALETTES[theme])]) {
    for (const [tone, rgb] of Object.entries(tones))
      expect(contrast(rgb, background), tone).toBeGreaterThanOrEqual(least);
  }
});

test('the contrast is that of WCAG', () => {
  expect(contrast([255, 255, 255], [0, 0, 0])).toBeCloseTo(21, 5);
  expect(contrast([119, 119, 119], [255, 255, 255])).toBeCloseTo(4.48, 2);
});

test.each(['protanopia', 'deuteranopia'])(
  'with %s the states of the theme colour-blind stay apart',
  (kind) => {
    const matrix = SEEN[kind] ?? [];
    const states: readonly Tone[] = ['good', 'bad', 'busy', 'waiting', 'muted', 'warning'];
    for (const { tones } of [PALETTES['colour-blind'], reduced(PALETTES['colour-blind'])]) {
      for (const [at, a] of states.entries()) {
        for (const b of states.slice(at + 1))
          expect(distance(seen(tones[a], matrix), seen(tones[b], matrix)), `${a}, ${b}`).toBeGreaterThan(20);
      }
    }
  },
);

test('brown and olive, which others tell apart, do not: the test can tell', () => {
  const brown: Rgb = [170, 85, 0];
  const olive: Rgb = [110, 110, 0];
  const matrix = SEEN['deuteranopia'] ?? [];
  expect(distance(linear(brown), linear(olive))).toBeGreaterThan(20);
  expect(distance(seen(brown, matrix), seen(olive, matrix))).toBeLessThan(20);
});

test('dark leaves everything to the terminal, and no theme paints without colours', () => {
  for (const style of ['', '1', '2', '1;7;31']) {
    expect(painterOf('dark', 'true')(style)).toBe(style);
    for (const theme of THEMES) expect(painterOf(theme, 'none')(style)).toBe(style);
  }
});

test('a theme puts its colours in the place of tones, as many as the terminal has', () => {
  const painted = (depth: '16' | '256' | 'true') =>
    ['', '2', '1;31', '7;32'].map(painterOf('high-contrast', depth));
  expect(painted('true')).toEqual([
    '48;2;0;0;0;38;2;255;255;255',
    '48;2;0;0;0;38;2;208;208;208',
    '1;48;2;0;0;0;38;2;255;135;135',
    '7;48;2;0;0;0;38;2;95;255;95',
  ]);
  expect(painted('256')).toEqual([
    '48;5;16;38;5;231',
    '48;5;16;38;5;188',
    '1;48;5;16;38;5;210',
    '7;48;5;16;38;5;83',
  ]);
  expect(painted('16')).toEqual(['40;97', '40;37', '1;40;91', '7;40;92']);
});

test('themes are known by other spellings too', () => {
  expect(['Light', 'color-blind', 'colorblind', 'colour-blind', 'toString'].map(themeNamed)).toEqual([
    'light',
    'colour-blind',
    'colour-blind',
    'colour-blind',
    undefined,
  ]);
});
