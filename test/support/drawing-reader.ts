/**
 * Reads a drawing back as a person would: it knows what each glyph shows and nothing of how drawings are made. Lines are followed from
 * where they leave a box, never against the flow, to arrow heads; a crossing is passed straight.
 */
import { cellsOfText, findBoxes } from './drawing-boxes.ts';
import type { Cells, ReadBox } from './drawing-boxes.ts';

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

export function readDrawing(text: string, flow: 'down' | 'right' = 'down'): Reading {
  return new DrawingReader(text, flow).read();
}

type Exit = { readonly box: ReadBox; readonly x: number; readonly y: number };

class DrawingReader {
  readonly #cells: Cells;
  readonly #flow: 'down' | 'right';
  readonly #ascii: boolean;
  readonly #boxes: readonly ReadBox[];
  readonly #inBox: ReadonlySet<string>;
  readonly #exits: Exit[];
  readonly #reached = new Set<string>();
  readonly #edges: string[] = [];
  readonly #problems: string[] = [];

  constructor(text: string, flow: 'down' | 'right') {
    this.#cells = cellsOfText(text);
    this.#flow = flow;
    this.#ascii = !/[─═│▼▶]/.test(text);
    const { boxes, notches, inBox } = findBoxes(this.#cells, this.#ascii);
    this.#boxes = boxes;
    this.#inBox = inBox;
    const pills = boxes.filter(({ isPill }) => isPill).flatMap((pill) => this.#pillExits(pill));
    this.#exits = [...notches, ...pills];
  }

  read(): Reading {
    for (const exit of this.#exits) this.#follow(exit);
    for (let y = 0; y < this.#cells.height; y += 1) {
      for (let x = 0; x < this.#cells.width; x += 1) {
        const key = `${x},${y}`;
        const glyph = this.#cells.at(x, y);
        if (glyph !== ' ' && !this.#inBox.has(key) && !this.#reached.has(key))
          this.#problems.push(`${glyph} at ${key} is reached by no line`);
      }
    }
    return { boxes: this.#boxes, edges: this.#edges.sort(), problems: this.#problems };
  }

  /** A pill has no border: a line leaves it where one begins right behind it. */
  #pillExits(box: ReadBox): Exit[] {
    const isDown = this.#flow === 'down';
    const cells = isDown
      ? range(box.width).map((at) => ({ box, x: box.x + at, y: box.y + box.height - 1 }))
      : range(box.height).map((at) => ({ box, x: box.x + box.width - 1, y: box.y + at }));
    const [dx, dy] = MOVES[this.#flow];
    return cells.filter(({ x, y }) => {
      const [besideX, besideY] = [x + dx, y + dy];
      // A head, when the line is that short, or a line that is crossed at once.
      const passed = [this.#head, this.#ascii ? ')' : '┼'].includes(this.#cells.at(besideX, besideY));
      if (passed) return !this.#inBox.has(`${besideX},${besideY}`);
      return this.#waysAt(besideX, besideY).includes(BACK[this.#flow]);
    });
  }

  #follow({ box, x: exitX, y: exitY }: Exit): void {
    const walks: { x: number; y: number; step: Step }[] = [{ x: exitX, y: exitY, step: this.#flow }];
    const walked = new Set<string>();
    const backwards = BACK[this.#flow];
    for (const { x: fromX, y: fromY, step } of walks) {
      const x = fromX + MOVES[step][0];
      const y = fromY + MOVES[step][1];
      const key = `${x},${y}`;
      if (walked.has(`${key} ${step}`)) continue;
      walked.add(`${key} ${step}`);
      this.#reached.add(key);
      const glyph = this.#cells.at(x, y);
      if (glyph === this.#head && step === this.#flow) {
        this.#arrive(box, x, y);
        continue;
      }
      if (glyph === (this.#ascii ? ')' : '┼') && !this.#inBox.has(key)) {
        walks.push({ x, y, step });
        continue;
      }
      const ways = this.#waysAt(x, y);
      if (this.#inBox.has(key) || !ways.includes(BACK[step])) {
        this.#problems.push(`a line from ${box.name} breaks off at ${key}`);
        continue;
      }
      for (const way of ways) if (way !== BACK[step] && way !== backwards) walks.push({ x, y, step: way });
    }
  }

  get #head(): string {
    if (this.#flow === 'down') return this.#ascii ? 'v' : '▼';
    return this.#ascii ? '>' : '▶';
  }

  #arrive(from: ReadBox, headX: number, headY: number): void {
    const [dx, dy] = MOVES[this.#flow];
    const [x, y] = [headX + dx, headY + dy];
    const target = this.#boxes.find((box) => {
      const corner = box.isPill ? 0 : 1;
      return this.#flow === 'down'
        ? box.y === y && x > box.x && x < box.x + box.width - 1
        : box.x === x && y >= box.y + corner && y < box.y + box.height - corner;
    });
    if (target === undefined) this.#problems.push(`a line from ${from.name} points at nothing at ${x},${y}`);
    else this.#edges.push(`${from.name} → ${target.name}`);
  }

  #waysAt(x: number, y: number): readonly Step[] {
    return this.#ascii ? this.#asciiWays(x, y) : (GLYPHS[this.#cells.at(x, y)] ?? []);
  }

  /** In ASCII a corner is open below ('.') or above ("'"), and at each side where something runs across. */
  #asciiWays(x: number, y: number): Step[] {
    const glyph = this.#cells.at(x, y);
    if (glyph === '|') return ['up', 'down'];
    if (glyph === '-') return ['left', 'right'];
    if (!".'+".includes(glyph)) return [];
    const sides = (['left', 'right'] as const).filter((side) => this.#isAcross(x, y, side));
    return [...sides, ...(glyph === "'" ? [] : ['down' as const]), ...(glyph === '.' ? [] : ['up' as const])];
  }

  #isAcross(x: number, y: number, side: 'left' | 'right'): boolean {
    const at = x + MOVES[side][0];
    const glyph = this.#cells.at(at, y);
    if (!this.#inBox.has(`${at},${y}`)) return "-.'+)".includes(glyph) || (side === 'right' && glyph === '>');
    // Right behind a box only its own line begins.
    return this.#flow === 'right' && side === 'left';
  }
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}
