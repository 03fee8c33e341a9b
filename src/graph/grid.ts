import { limits } from '../model/limits.ts';

/** One grapheme, or '' in the second cell of a wide one. What a style means is the caller's; 0 is plain. */
export type Cell = { readonly text: string; readonly style: number };

const BLANK: Cell = { text: ' ', style: 0 };

/** A rectangle of cells, at most `limits.gridMaxCells`: larger drawings are painted through windows. */
export class Grid {
  readonly width: number;
  readonly height: number;
  readonly #texts: string[];
  readonly #styles: Uint16Array;

  constructor(width: number, height: number) {
    if (width * height > limits.gridMaxCells)
      throw new Error(`a grid of ${width} × ${height} cells is too large`);
    this.width = width;
    this.height = height;
    this.#texts = filled(width * height, BLANK.text);
    this.#styles = new Uint16Array(width * height);
  }

  /** Undefined outside. */
  at(x: number, y: number): Cell | undefined {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return undefined;
    const index = y * this.width + x;
    return { text: this.#texts[index] ?? BLANK.text, style: this.#styles[index] ?? BLANK.style };
  }

  /** As `at`, without making an object of each cell; a blank outside. */
  textAt(x: number, y: number): string {
    return x < 0 || y < 0 || x >= this.width || y >= this.height
      ? BLANK.text
      : (this.#texts[y * this.width + x] ?? BLANK.text);
  }

  styleAt(x: number, y: number): number {
    return x < 0 || y < 0 || x >= this.width || y >= this.height
      ? BLANK.style
      : (this.#styles[y * this.width + x] ?? BLANK.style);
  }

  /** Outside it does nothing. */
  put(x: number, y: number, text: string, style: number): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const index = y * this.width + x;
    this.#texts[index] = text;
    this.#styles[index] = style;
  }

  /** The text of a row, as wide as the grid. */
  row(y: number): string {
    return this.#texts.slice(y * this.width, (y + 1) * this.width).join('');
  }
}

/** An array of `length` times `value`. What `Array.from` takes for the cells of a screen is most of what a frame costs. */
export function filled(length: number, value: string): string[] {
  // oxlint-disable-next-line unicorn/no-new-array -- there is no other way that is as fast
  return new Array<string>(length).fill(value);
}
