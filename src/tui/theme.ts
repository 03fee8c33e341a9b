import type { Tone } from '../view/look.ts';
import { nearestOf256, PALETTES } from './palettes.ts';
import type { Rgb } from './palettes.ts';
import type { Span } from './span.ts';

/**
 * Cells carry tones, written as those of the sixteen colours that every terminal has; the theme `dark` leaves it at that, so that the user's own
 * palette holds. The other themes put their own colours and background in their place on the way to the terminal.
 */
type Paint = { readonly color?: string; readonly code?: number; readonly isDim?: boolean };

const PAINTS: Readonly<Record<Tone, Paint>> = {
  plain: {},
  muted: { isDim: true },
  good: { color: 'green', code: 32 },
  bad: { color: 'red', code: 31 },
  busy: { color: 'cyan', code: 36 },
  waiting: { color: 'blue', code: 34 },
  warning: { color: 'yellow', code: 33 },
  accent: { color: 'magenta', code: 35 },
};

const TONES: readonly Tone[] = ['plain', 'muted', 'good', 'bad', 'busy', 'waiting', 'warning', 'accent'];

/** How many colours the terminal is asked for; `none` for NO_COLOR: bold, dim and reverse stay. */
export type ColorDepth = 'none' | '16' | '256' | 'true';

export type ThemeName = keyof typeof PALETTES;

export const THEMES = Object.keys(PALETTES) as readonly ThemeName[];

/** Also as it is spelled elsewhere. */
export function themeNamed(name: string): ThemeName | undefined {
  const spelled = name.toLowerCase().replace(/^colou?r-?blind$/u, 'colour-blind');
  return THEMES.find((theme) => theme === spelled);
}

/** The props of Ink's `Text` for a span. */
export function textProps(part: Span, isColored: boolean) {
  const paint = PAINTS[part.tone];
  return {
    ...(isColored && paint.color !== undefined ? { color: paint.color } : {}),
    dimColor: paint.isDim ?? false,
    bold: part.isBold ?? false,
    inverse: part.isInverse ?? false,
  };
}

/** The SGR parameters of a span, in the order in which `frame-reader.ts` writes them; '' is plain. */
export function spanSgr({ tone, isBold, isInverse }: Span, isColored: boolean): string {
  return sgr(isBold ?? false, PAINTS[tone], isInverse ?? false, isColored);
}

/** Tone and weight as the style number of a canvas cell; 0 is plain. */
export function canvasStyle(tone: Tone, isBold = false): number {
  return TONES.indexOf(tone) * 2 + (isBold ? 1 : 0);
}

/** The SGR parameters of a canvas style, in the order in which `frame-reader.ts` writes them; '' is plain. */
export function canvasSgr(style: number, isColored: boolean): string {
  const paint = PAINTS[TONES[style >> 1] ?? 'plain'];
  return sgr(style % 2 === 1, paint, false, isColored);
}

function sgr(isBold: boolean, paint: Paint, isInverse: boolean, isColored: boolean): string {
  const codes = [
    ...(isBold ? [1] : []),
    ...(paint.isDim === true ? [2] : []),
    ...(isInverse ? [7] : []),
    ...(isColored && paint.code !== undefined ? [paint.code] : []),
  ];
  return codes.join(';');
}

/** What a terminal is sent for the style of a cell. */
export type Painter = (sgr: string) => string;

/** Paints styles in the colours of a theme, as far as the terminal has them. */
export function painterOf(theme: ThemeName, depth: ColorDepth): Painter {
  const palette = PALETTES[theme];
  if (palette === undefined || depth === 'none') return (sgr) => sgr;
  const { basic } = palette;
  const ink = (tone: Tone): string =>
    depth === '16' ? basic.tones[tone] : colorCode(38, palette.tones[tone], depth);
  const ground = depth === '16' ? basic.background : colorCode(48, palette.background, depth);
  const known = new Map<string, string>();
  return (sgr) => {
    let painted = known.get(sgr);
    if (painted === undefined) {
      const codes = sgr === '' ? [] : sgr.split(';').map(Number);
      const weights = codes.filter((code) => code === 1 || code === 7);
      painted = [...weights, ground, ink(toneOf(codes))].join(';');
      known.set(sgr, painted);
    }
    return painted;
  };
}

function toneOf(codes: readonly number[]): Tone {
  const tone = TONES.find((one) => codes.includes(PAINTS[one].code ?? -1));
  return tone ?? (codes.includes(2) ? 'muted' : 'plain');
}

function colorCode(what: 38 | 48, rgb: Rgb, depth: '256' | 'true'): string {
  return depth === 'true' ? `${what};2;${rgb.join(';')}` : `${what};5;${nearestOf256(rgb).index}`;
}
