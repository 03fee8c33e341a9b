import type { Painter } from '../theme.ts';
import { filled } from '../../graph/grid.ts';

/** The cells of a terminal: in each a grapheme ('' in the second cell of a wide one) and its style as SGR parameters ('' is plain). */
export class Cells {
  readonly width: number;
  readonly height: number;
  readonly #texts: string[];
  readonly #styles: string[];

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#texts = filled(width * height, ' ');
    this.#styles = filled(width * height, '');
  }

  /** Outside it does nothing. A wide grapheme that is cut in two leaves a blank. */
  put(x: number, y: number, text: string, style: string): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const at = y * this.width + x;
    if (this.#texts[at] === '' && text !== '' && x > 0) this.#texts[at - 1] = ' ';
    if (x + 1 < this.width && this.#texts[at + 1] === '') this.#texts[at + 1] = ' ';
    this.#texts[at] = text;
    this.#styles[at] = style;
  }

  /** The same text in another style; outside it does nothing. */
  restyle(x: number, y: number, style: string): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    this.#styles[y * this.width + x] = style;
  }

  text(x: number, y: number): string {
    return this.#texts[y * this.width + x] ?? ' ';
  }

  style(x: number, y: number): string {
    return this.#styles[y * this.width + x] ?? '';
  }

  /** The same in other cells: in those of `spare`, which are lost, where they are as many. A screenful made anew ten times a second is much garbage. */
  copy(spare?: Cells): Cells {
    const isAlike = spare?.width === this.width && spare.height === this.height;
    const copy = isAlike ? spare : new Cells(this.width, this.height);
    for (let at = 0; at < this.#texts.length; at += 1) {
      copy.#texts[at] = this.#texts[at] ?? ' ';
      copy.#styles[at] = this.#styles[at] ?? '';
    }
    return copy;
  }

  /** The rows with their styles, as `paint` has them, in SGR sequences, each row for itself. */
  toAnsi(paint: Painter): string {
    let text = '';
    for (let y = 0; y < this.height; y += 1) {
      let style = '';
      for (let x = 0; x < this.width; x += 1) {
        const own = paint(this.style(x, y));
        if (own !== style && this.text(x, y) !== '') {
          text += own === '' ? '\u001B[0m' : `\u001B[0;${own}m`;
          style = own;
        }
        text += this.text(x, y);
      }
      text += style === '' ? '\n' : '\u001B[0m\n';
    }
    return text;
  }

  /** The rows as plain text, without trailing blanks. */
  toText(): string {
    return Array.from({ length: this.height }, (_, y) =>
      this.#texts
        .slice(y * this.width, (y + 1) * this.width)
        .join('')
        .trimEnd(),
    ).join('\n');
  }
}
