import { cellsOf } from '../../graph/text.ts';
import type { Cells } from './cells.ts';

// oxlint-disable-next-line no-control-regex -- control bytes are what it looks for
const SGR = /\u001B\[([0-9;]*)m/g;

/** Paints a frame, as Ink writes it, into `cells`: rows of text with SGR sequences. Whatever else is an escape is not painted. */
export function readFrame(frame: string, cells: Cells): void {
  const style = new SgrState();
  for (const [y, row] of frame.split('\n').entries()) {
    if (y >= cells.height) return;
    let x = 0;
    let from = 0;
    const paint = (text: string): void => {
      for (const cell of cellsOf(text)) {
        if (cell !== '' && isControl(cell)) continue;
        cells.put(x, y, cell, style.text);
        x += 1;
      }
    };
    for (const match of row.matchAll(SGR)) {
      paint(row.slice(from, match.index));
      style.apply(match[1] ?? '');
      from = match.index + match[0].length;
    }
    paint(row.slice(from));
  }
}

function isControl(grapheme: string): boolean {
  const code = grapheme.codePointAt(0) ?? 0;
  return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

/** What SGR sequences have switched on. */
class SgrState {
  #text = '';
  #isBold = false;
  #isDim = false;
  #isInverse = false;
  #color = '';

  /** As canonical parameters: the same look is always the same text. */
  get text(): string {
    return this.#text;
  }

  apply(parameters: string): void {
    for (const code of parameters === '' ? ['0'] : parameters.split(';')) this.#applyOne(Number(code));
    const parts = [this.#isBold ? '1' : '', this.#isDim ? '2' : '', this.#isInverse ? '7' : '', this.#color];
    this.#text = parts.filter((part) => part !== '').join(';');
  }

  #applyOne(code: number): void {
    if (code === 0) {
      this.#isBold = false;
      this.#isDim = false;
      this.#isInverse = false;
      this.#color = '';
    } else if (code === 1) this.#isBold = true;
    else if (code === 2) this.#isDim = true;
    else if (code === 7) this.#isInverse = true;
    else if (code === 22) {
      this.#isBold = false;
      this.#isDim = false;
    } else if (code === 27) this.#isInverse = false;
    else if (code === 39) this.#color = '';
    else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) this.#color = String(code);
  }
}
