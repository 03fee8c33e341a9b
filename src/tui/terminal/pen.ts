import type { Painter } from '../theme.ts';

/** The cursor of a terminal and what it writes with: each way there, and each change of style, is the shortest that is safe. */
export class Pen {
  readonly #width: number;
  readonly #paint: Painter;
  #out: string;
  #x = 0;
  #y = 0;
  /** Whether the terminal surely agrees where the cursor is: about the width of unusual characters terminals differ. */
  #isSure = false;
  /** Between frames all styles are off, which is a style of cells where no theme paints plain ones. */
  readonly #rest: string | undefined;
  #style: string | undefined;

  /** `begin` is what is written first. */
  constructor(width: number, paint: Painter, begin: string) {
    this.#width = width;
    this.#paint = paint;
    this.#out = begin;
    this.#rest = paint('') === '' ? '' : undefined;
    this.#style = this.#rest;
  }

  /** What was written so far, with the style at rest; '' when nothing was. */
  get bytes(): string {
    return this.#out === '' || this.#style === this.#rest ? this.#out : `${this.#out}\u001B[0m`;
  }

  /** The cells between the cursor and `x` if it stands in row `y` before that; they can be written again rather than jumped over. */
  gapTo(x: number, y: number): number {
    return this.#isSure && this.#y === y && this.#x <= x ? x - this.#x : Infinity;
  }

  /** Whether it writes in this style now. */
  writesIn(style: string): boolean {
    return this.#style === style;
  }

  moveTo(x: number, y: number): void {
    if (this.#isSure && this.#x === x && this.#y === y) return;
    const absolute = x === 0 ? `\u001B[${y + 1}H` : `\u001B[${y + 1};${x + 1}H`;
    const relative = this.#isSure && y >= this.#y ? this.#way(x - this.#x, y - this.#y) : absolute;
    this.#out += relative.length < absolute.length ? relative : absolute;
    this.#x = x;
    this.#y = y;
    this.#isSure = true;
  }

  write(text: string, width: number, style: string): void {
    if (this.#style !== style) this.#out += this.#change(style);
    this.#style = style;
    this.#out += text;
    this.#x += width;
    this.#isSure = this.#isSure && this.#x < this.#width && isCertain(text);
  }

  #way(right: number, down: number): string {
    const vertical = down === 0 ? '' : `\u001B[${down === 1 ? '' : down}B`;
    if (right === 0) return vertical;
    if (right > 0) return `${vertical}\u001B[${right === 1 ? '' : right}C`;
    // No backspaces, though they are shorter: so any that reaches a terminal is somebody else's, and a test finds it.
    return `${vertical}\u001B[${right === -1 ? '' : -right}D`;
  }

  /** All of the style is sent; what was on before goes off only where it would stay. */
  #change(style: string): string {
    const sgr = this.#paint(style);
    if (sgr === '') return '\u001B[0m';
    return this.#style !== undefined && isWithin(this.#style, style) ? `\u001B[${sgr}m` : `\u001B[0;${sgr}m`;
  }
}

/** Whether nothing of `style` is left when `other` is switched on over it: a colour gives way to another. */
function isWithin(style: string, other: string): boolean {
  if (style === '') return true;
  const codes = other.split(';');
  const hasColor = codes.some(isColor);
  return style.split(';').every((code) => (isColor(code) ? hasColor : codes.includes(code)));
}

function isColor(code: string): boolean {
  return code.length === 2;
}

/** ASCII and what boxes and lines are made of. */
function isCertain(text: string): boolean {
  const code = text.codePointAt(0) ?? 0;
  return text.length === 1 && (code < 0x7f || (code >= 0x2500 && code < 0x2580));
}
