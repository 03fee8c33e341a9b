import type { Tone } from '../view/look.ts';
import type { Span } from './span.ts';

/** Colours are the sixteen that every terminal has, so the user's own palette holds. */
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

/** Tone and weight as the style number of a canvas cell; 0 is plain. */
export function canvasStyle(tone: Tone, isBold = false): number {
  return TONES.indexOf(tone) * 2 + (isBold ? 1 : 0);
}

/** The SGR parameters of a canvas style, in the order in which `frame-reader.ts` writes them; '' is plain. */
export function canvasSgr(style: number, isColored: boolean): string {
  const paint = PAINTS[TONES[style >> 1] ?? 'plain'];
  const codes = [
    ...(style % 2 === 1 ? [1] : []),
    ...(paint.isDim === true ? [2] : []),
    ...(isColored && paint.code !== undefined ? [paint.code] : []),
  ];
  return codes.join(';');
}
