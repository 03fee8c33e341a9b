/**
 * Reads a drawing back as a person would: it knows what each glyph shows and nothing of how drawings are made. Lines are followed from
 * the notch in a box's bottom border, never upwards, to arrow heads; a crossing is passed straight.
 */
type ReadBox = {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

export type Reading = {
  readonly boxes: readonly ReadBox[];
  /** `from → to`, sorted. */
  readonly edges: readonly string[];
  /** Lines that end nowhere, glyphs that nobody reached, and the like. */
  readonly problems: readonly string[];
};

type Step = 'up' | 'right' | 'down' | 'left';
const MOVES: Record<Step, readonly [number, number]> = {
  up: [0, -1],
  right: [1, 0],
  down: [0, 1],
  left: [-1, 0],
};
const BACK: Record<Step, Step> = { up: 'down', right: 'left', down: 'up', left: 'right' };
const GLYPHS: Readonly<Record<string, readonly Step[]>> = {
  '│': ['up', 'down'],
  '─': ['left', 'right'],
  '┌': ['right', 'down'],
  '┐': ['left', 'down'],
  '└': ['up', 'right'],
  '┘': ['up', 'left'],
  '┬': ['left', 'right', 'down'],
  '┴': ['left', 'right', 'up'],
  '├': ['up', 'right', 'down'],
  '┤': ['up', 'left', 'down'],
};
const SINGLE = { corners: '┌┐└┘', horizontal: '─', vertical: '│', exit: '┬' };
const DOUBLE = { corners: '╔╗╚╝', horizontal: '═', vertical: '║', exit: '╤' };
const ASCII = { corners: '++++', horizontal: '-', vertical: '|', exit: '+' };
const ASCII_DOUBLE = { corners: '####', horizontal: '=', vertical: '#', exit: '+' };

export function readDrawing(text: string): Reading {
  return new DrawingReader(text).read();
}

class DrawingReader {
  readonly #rows: readonly (readonly string[])[];
  readonly #ascii: boolean;
  readonly #boxes: ReadBox[] = [];
  readonly #exits: { readonly box: ReadBox; readonly x: number }[] = [];
  readonly #inBox = new Set<string>();
  readonly #reached = new Set<string>();
  readonly #edges: string[] = [];
  readonly #problems: string[] = [];

  constructor(text: string) {
    this.#rows = text.split('\n').map((row) => Array.from(row));
    this.#ascii = !/[─═]/.test(text);
  }

  read(): Reading {
    for (const [y, row] of this.#rows.entries()) for (const x of row.keys()) this.#findBox(x, y);
    for (const exit of this.#exits) this.#follow(exit.box, exit.x);
    for (const [y, row] of this.#rows.entries()) {
      for (const [x, glyph] of row.entries()) {
        const key = `${x},${y}`;
        if (glyph !== ' ' && !this.#inBox.has(key) && !this.#reached.has(key))
          this.#problems.push(`${glyph} at ${key} is reached by no line`);
      }
    }
    return { boxes: this.#boxes, edges: this.#edges.sort(), problems: this.#problems };
  }

  #at(x: number, y: number): string {
    return this.#rows[y]?.[x] ?? ' ';
  }

  /** A box has a top border without any notch, straight sides, and a bottom border in which notches stand for exits. */
  #findBox(x: number, y: number): void {
    if (this.#inBox.has(`${x},${y}`)) return;
    for (const style of this.#ascii ? [ASCII, ASCII_DOUBLE] : [SINGLE, DOUBLE]) {
      const [topLeft, topRight, bottomLeft, bottomRight] = style.corners;
      if (this.#at(x, y) !== topLeft) continue;
      let right = x + 1;
      while (this.#at(right, y) === style.horizontal) right += 1;
      let bottom = y + 1;
      while (this.#at(x, bottom) === style.vertical && this.#at(right, bottom) === style.vertical) {
        if (style.vertical === bottomLeft && this.#at(x + 1, bottom) === style.horizontal) break;
        bottom += 1;
      }
      const border = this.#rows[bottom]?.slice(x + 1, right) ?? [];
      const closed =
        border.length > 0 && border.every((glyph) => glyph === style.horizontal || glyph === style.exit);
      if (right < x + 2 || bottom < y + 2 || !closed || this.#at(right, y) !== topRight) continue;
      if (this.#at(x, bottom) !== bottomLeft || this.#at(right, bottom) !== bottomRight) continue;
      const name =
        this.#rows[y + 1]
          ?.slice(x + 1, right)
          .join('')
          .trim() ?? '';
      const box = { name, x, y, width: right - x + 1, height: bottom - y + 1 };
      this.#boxes.push(box);
      for (let row = y; row <= bottom; row += 1)
        for (let column = x; column <= right; column += 1) this.#inBox.add(`${column},${row}`);
      for (const [offset, glyph] of border.entries())
        if (glyph === style.exit) this.#exits.push({ box, x: x + 1 + offset });
      return;
    }
  }

  #follow(box: ReadBox, exitX: number): void {
    const walks: { x: number; y: number; step: Step }[] = [
      { x: exitX, y: box.y + box.height - 1, step: 'down' },
    ];
    const walked = new Set<string>();
    for (const { x: fromX, y: fromY, step } of walks) {
      const x = fromX + MOVES[step][0];
      const y = fromY + MOVES[step][1];
      const key = `${x},${y}`;
      if (walked.has(`${key} ${step}`)) continue;
      walked.add(`${key} ${step}`);
      this.#reached.add(key);
      const glyph = this.#at(x, y);
      if (glyph === (this.#ascii ? 'v' : '▼') && step === 'down') {
        this.#arrive(box, x, y + 1);
        continue;
      }
      if (glyph === (this.#ascii ? ')' : '┼')) {
        walks.push({ x, y, step });
        continue;
      }
      const ways = this.#ascii ? this.#asciiWays(x, y) : (GLYPHS[glyph] ?? []);
      if (this.#inBox.has(key) || !ways.includes(BACK[step])) {
        this.#problems.push(`a line from ${box.name} breaks off at ${key}`);
        continue;
      }
      for (const way of ways) if (way !== BACK[step] && way !== 'up') walks.push({ x, y, step: way });
    }
  }

  #arrive(from: ReadBox, x: number, y: number): void {
    const target = this.#boxes.find((box) => box.y === y && x > box.x && x < box.x + box.width - 1);
    if (target === undefined) this.#problems.push(`a line from ${from.name} points at nothing at ${x},${y}`);
    else this.#edges.push(`${from.name} → ${target.name}`);
  }

  /** In ASCII a corner is open below ('.') or above ("'"), and at each side where something runs across. */
  #asciiWays(x: number, y: number): Step[] {
    const glyph = this.#at(x, y);
    if (glyph === '|') return ['up', 'down'];
    if (glyph === '-') return ['left', 'right'];
    if (!".'+".includes(glyph)) return [];
    const sides = (['left', 'right'] as const).filter((side) =>
      "-.'+)".includes(this.#at(x + MOVES[side][0], y)),
    );
    return [...sides, ...(glyph === "'" ? [] : ['down' as const]), ...(glyph === '.' ? [] : ['up' as const])];
  }
}
