/** What a mouse did, in cells from the top left corner. */
export type MouseEvent = {
  readonly is: 'click' | 'wheelUp' | 'wheelDown';
  readonly x: number;
  readonly y: number;
};

/** What the terminal is told: report buttons, in the form without a bound of columns (SGR); and the way back. */
export const MOUSE_ON = '\u001B[?1000h\u001B[?1006h';
export const MOUSE_OFF = '\u001B[?1006l\u001B[?1000l';

// SGR: ESC [ < code ; column ; row M (pressed) or m (let go). The form before it: ESC [ M and three characters.
// oxlint-disable-next-line no-control-regex -- it reads what a terminal sends
const REPORT = /\u001B\[(?:<(\d+);(\d+);(\d+)([Mm])|M[^]{3})/g;
/** What may be the start of a report; the rest is in the next read. */
// oxlint-disable-next-line no-control-regex -- it reads what a terminal sends
const UNFINISHED = /\u001B(?:\[(?:<[\d;]{0,20}|M[^]{0,2})?)?$/;

const CODES: Readonly<Record<number, MouseEvent['is']>> = { 0: 'click', 64: 'wheelUp', 65: 'wheelDown' };
/** Shift, Alt and Ctrl do not make another button of it. */
const MODIFIERS = 4 + 8 + 16;

/** Takes mouse reports out of what a terminal sends, also those that are cut by the end of a read. */
export class MouseReports {
  #held = '';

  /** The start of what may be a report: it is either continued, or were keys. */
  get isHolding(): boolean {
    return this.#held !== '';
  }

  /** The keys in `text`, and what the mouse did meanwhile. */
  take(text: string): { readonly keys: string; readonly events: readonly MouseEvent[] } {
    const events: MouseEvent[] = [];
    const rest = (this.#held + text).replace(
      REPORT,
      (_, code?: string, x?: string, y?: string, end?: string) => {
        const is = CODES[Number(code) & ~MODIFIERS];
        if (code !== undefined && is !== undefined && end === 'M')
          events.push({ is, x: Number(x) - 1, y: Number(y) - 1 });
        return '';
      },
    );
    this.#held = UNFINISHED.exec(rest)?.[0] ?? '';
    return { keys: rest.slice(0, rest.length - this.#held.length), events };
  }

  /** What was held and was not continued: keys after all. */
  release(): string {
    const keys = this.#held;
    this.#held = '';
    return keys;
  }
}
