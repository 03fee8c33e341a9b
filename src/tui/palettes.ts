import type { Tone } from '../view/look.ts';

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** The colours of a theme where the terminal has more than sixteen, and what stands for them where it has not. */
export type Palette = {
  readonly background: Rgb;
  readonly tones: Readonly<Record<Tone, Rgb>>;
  readonly basic: {
    /** SGR parameters of what is painted behind everything. */
    readonly background: string;
    readonly tones: Readonly<Record<Tone, string>>;
  };
};

const ON_BLACK = {
  plain: '97',
  muted: '37',
  good: '92',
  bad: '91',
  busy: '96',
  waiting: '94',
  warning: '93',
  accent: '95',
} as const;

/** Dark inks on white, each at least 4.5:1. */
const LIGHT: Palette = {
  background: [255, 255, 255],
  tones: {
    plain: [31, 35, 40],
    muted: [89, 99, 110],
    good: [17, 99, 41],
    bad: [193, 26, 26],
    busy: [0, 97, 122],
    waiting: [5, 80, 174],
    warning: [125, 78, 0],
    accent: [130, 80, 223],
  },
  basic: {
    background: '107',
    tones: {
      plain: '30',
      muted: '90',
      good: '32',
      bad: '31',
      busy: '36',
      waiting: '34',
      warning: '33',
      accent: '35',
    },
  },
};

/** On black, each at least 7:1. */
const HIGH_CONTRAST: Palette = {
  background: [0, 0, 0],
  tones: {
    plain: [255, 255, 255],
    muted: [208, 208, 208],
    good: [95, 255, 95],
    bad: [255, 135, 135],
    busy: [95, 255, 255],
    waiting: [175, 175, 255],
    warning: [255, 255, 95],
    accent: [255, 135, 255],
  },
  basic: { background: '40', tones: ON_BLACK },
};

/** After Okabe and Ito, lightened where black behind it asks for that: told apart without red or without green receptors. */
const COLOUR_BLIND: Palette = {
  background: [0, 0, 0],
  tones: {
    plain: [238, 238, 238],
    muted: [192, 192, 192],
    good: [0, 158, 115],
    bad: [224, 96, 0],
    busy: [135, 215, 255],
    waiting: [106, 141, 255],
    warning: [240, 228, 66],
    accent: [217, 140, 179],
  },
  // Red and green are left out: of sixteen, blue and yellow are what everybody tells apart.
  basic: { background: '40', tones: { ...ON_BLACK, good: '94', bad: '33', waiting: '37', warning: '93' } },
};

/** `dark` has none: it leaves colours and background to the terminal's own palette. */
export const PALETTES = {
  dark: undefined,
  light: LIGHT,
  'high-contrast': HIGH_CONTRAST,
  'colour-blind': COLOUR_BLIND,
} as const satisfies Readonly<Record<string, Palette | undefined>>;

const LEVELS = [0, 95, 135, 175, 215, 255] as const;

/** The nearest of the 6×6×6 colours that terminals with 256 have in common. */
export function nearestOf256([red, green, blue]: Rgb): { readonly index: number; readonly rgb: Rgb } {
  const [r, g, b] = [nearestLevel(red), nearestLevel(green), nearestLevel(blue)];
  const rgb: Rgb = [LEVELS[r] ?? 0, LEVELS[g] ?? 0, LEVELS[b] ?? 0];
  return { index: 16 + 36 * r + 6 * g + b, rgb };
}

function nearestLevel(value: number): number {
  const distances = LEVELS.map((level) => Math.abs(level - value));
  return distances.indexOf(Math.min(...distances));
}
