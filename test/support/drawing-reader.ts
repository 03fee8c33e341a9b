/**
 * Reads a drawing back as a person would: it knows what each glyph shows and nothing of how drawings are made. Lines are followed from
 * where they leave a box, never against the flow, to arrow heads; a crossing is passed straight. What hangs together must also be right for
 * who does not mind the flow.
 */
import { cellsOfText, findBoxes } from './drawing-boxes.ts';
import type { Cells, ReadBox } from './drawing-boxes.ts';
import { flawOfNet, netsOf } from './drawing-nets.ts';

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
const STEPS: readonly Step[] = ['up', 'right', 'down', 'left'];
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
  readonly #inBox: Uint8Array;
  readonly #exits: Exit[];
  readonly #reached: Uint8Array;
  /** Who last went through a cell in a direction. */
  readonly #walked: Int32Array;
  readonly #edges: string[] = [];
  readonly #entries: { readonly x: number; readonly y: number; readonly box: string }[] = [];
  readonly #problems: string[] = [];

  constructor(text: string, flow: 'down' | 'right') {
    this.#cells = cellsOfText(text);
    this.#flow = flow;
    this.#ascii = !/[─═│▼▶]/.test(text);
    const { boxes, notches, inBox } = findBoxes(this.#cells, this.#ascii);
    this.#boxes = boxes;
    const { width, height } = this.#cells;
    const size = width * height;
    this.#inBox = new Uint8Array(size);
    for (const place of inBox) {
      const [x = 0, y = 0] = place.split(',').map(Number);
      this.#inBox[y * width + x] = 1;
    }
    this.#reached = new Uint8Array(size);
    this.#walked = new Int32Array(size * 4);
    const pills = boxes.filter(({ isPill }) => isPill).flatMap((pill) => this.#pillExits(pill));
    this.#exits = [...notches, ...pills];
  }

  read(): Reading {
    for (const [index, exit] of this.#exits.entries()) this.#follow(exit, index + 1);
    for (let y = 0; y < this.#cells.height; y += 1) {
      for (let x = 0; x < this.#cells.width; x += 1) {
        const glyph = this.#cells.at(x, y);
        if (glyph === ' ' || this.#isInBox(x, y)) continue;
        if (this.#reached[y * this.#cells.width + x] === 0)
          this.#problems.push(`${glyph} at ${x},${y} is reached by no line`);
        for (const arm of this.#armsAt(x, y))
          if (!this.#isMet(x, y, arm)) this.#problems.push(`${glyph} at ${x},${y} leads ${arm} to nothing`);
      }
    }
    this.#checkNets();
    return { boxes: this.#boxes, edges: this.#edges.sort(), problems: this.#problems };
  }

  #checkNets(): void {
    const edges = new Set(this.#edges);
    const [dx, dy] = MOVES[this.#flow];
    const isAcross = this.#flow === 'right';
    const exits = this.#exits.map(({ box, x, y }) => ({ x: x + dx, y: y + dy, box: box.name, isAcross }));
    const joins = (x: number, y: number) =>
      this.#isInBox(x, y)
        ? []
        : this.#armsAt(x, y)
            .filter((arm) => this.#isMet(x, y, arm))
            .map((arm) => ({ x: x + MOVES[arm][0], y: y + MOVES[arm][1] }))
            .filter((to) => !this.#isInBox(to.x, to.y));
    const nets = netsOf(this.#cells, joins, (x, y) => this.#isCrossing(x, y), exits, this.#entries);
    for (const net of nets) {
      const flaw = flawOfNet(net, (from, to) => edges.has(`${from} → ${to}`));
      if (flaw !== undefined) this.#problems.push(flaw);
    }
  }

  #isInBox(x: number, y: number): boolean {
    const { width } = this.#cells;
    return x >= 0 && x < width && this.#inBox[y * width + x] === 1;
  }

  #isCrossing(x: number, y: number): boolean {
    return this.#cells.at(x, y) === (this.#ascii ? ')' : '┼');
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
      if (passed) return !this.#isInBox(besideX, besideY);
      return this.#waysAt(besideX, besideY).includes(BACK[this.#flow]);
    });
  }

  #follow({ box, x: exitX, y: exitY }: Exit, walker: number): void {
    const walks: { x: number; y: number; step: Step }[] = [{ x: exitX, y: exitY, step: this.#flow }];
    const backwards = BACK[this.#flow];
    for (const { x: fromX, y: fromY, step } of walks) {
      const x = fromX + MOVES[step][0];
      const y = fromY + MOVES[step][1];
      const ways = this.#enter(x, y, step, walker);
      if (ways === 'known') continue;
      if (ways === 'broken') {
        this.#problems.push(`a line from ${box.name} breaks off at ${x},${y}`);
      } else if (ways === 'head') this.#arrive(box, x, y);
      else for (const way of ways) if (way !== backwards) walks.push({ x, y, step: way });
    }
  }

  /** Where a line goes on that comes to a cell in a direction. */
  #enter(x: number, y: number, step: Step, walker: number): readonly Step[] | 'head' | 'broken' | 'known' {
    const { width, height } = this.#cells;
    if (x < 0 || y < 0 || x >= width || y >= height || this.#isInBox(x, y)) return 'broken';
    const cell = y * width + x;
    const passage = cell * 4 + STEPS.indexOf(step);
    if (this.#walked[passage] === walker) return 'known';
    this.#walked[passage] = walker;
    this.#reached[cell] = 1;
    const glyph = this.#cells.at(x, y);
    if (glyph === this.#head && step === this.#flow) return 'head';
    if (this.#isCrossing(x, y)) return [step];
    const ways = this.#waysAt(x, y);
    return ways.includes(BACK[step]) ? ways.filter((way) => way !== BACK[step]) : 'broken';
  }

  /** All directions in which a cell goes on; a crossing is two straight lines. */
  #armsAt(x: number, y: number): readonly Step[] {
    const glyph = this.#cells.at(x, y);
    if (this.#isCrossing(x, y)) return STEPS;
    return glyph === this.#head ? [BACK[this.#flow]] : this.#waysAt(x, y);
  }

  /** Whether the neighbour on that side comes to meet the arm: with one of its own, or as the box in which the line begins. */
  #isMet(x: number, y: number, arm: Step): boolean {
    const [toX, toY] = [x + MOVES[arm][0], y + MOVES[arm][1]];
    if (this.#isInBox(toX, toY)) {
      return arm === BACK[this.#flow] && this.#exits.some((exit) => exit.x === toX && exit.y === toY);
    }
    if (this.#cells.at(toX, toY) === this.#head) return arm === this.#flow;
    return this.#armsAt(toX, toY).includes(BACK[arm]);
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
    else {
      this.#edges.push(`${from.name} → ${target.name}`);
      this.#entries.push({ x: headX, y: headY, box: target.name });
    }
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
    if (!this.#isInBox(at, y)) return "-.'+)".includes(glyph) || (side === 'right' && glyph === '>');
    // Right behind a box only its own line begins.
    return this.#flow === 'right' && side === 'left';
  }
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}
