import type { Operation } from './operation.ts';
import type { FrameKind } from './pace.ts';
import { PanesPainter } from './panes-painter.ts';
import type { DrawRows } from './panes-painter.ts';
import type { Screen } from './scene.ts';
import type { Cells } from './terminal/cells.ts';
import { composeCells } from './terminal/compositor.ts';
import type { Frame } from './terminal/terminal.ts';

/** What is to be seen, as cells: the panes as they were last made, and the canvas of this moment over them. */
export class Picture {
  readonly #operation: Operation;
  readonly #onFailure: (error: unknown) => void;
  readonly #panes = new PanesPainter();
  #screen: Screen | undefined;
  /** The cells of the last frame, with which the terminal compares the next, and those of the one before. */
  #last: Cells | undefined;
  #spare: Cells | undefined;
  /** Asked for, and not made yet since the terminal was slow. */
  #arePanesOwed = false;

  constructor(operation: Operation, onFailure: (error: unknown) => void) {
    this.#operation = operation;
    this.#onFailure = onFailure;
  }

  /** From now on Ink draws the panes. */
  drawWith(draw: DrawRows): void {
    this.#panes.drawWith(draw);
  }

  /** Colours or characters are others: nothing of the last frame is used again. */
  forget(): void {
    this.#screen = undefined;
    this.#panes.forget();
  }

  /** A frame to be made when the terminal takes it. */
  frame(kind: FrameKind): Frame {
    if (kind === 'all') this.#arePanesOwed = true;
    return () => {
      try {
        return this.#make();
      } catch (error) {
        this.#onFailure(error);
        return undefined;
      }
    };
  }

  /** What is to be seen now, for other eyes than the terminal's. */
  now(): Cells {
    const { ascii, colors } = this.#operation.settings;
    const screen = this.#operation.screen();
    const isColored = colors !== 'none';
    return composeCells(this.#panes.paint(screen, isColored), screen, { ascii, isColored });
  }

  #make(): Cells | undefined {
    const last = this.#screen;
    if (last === undefined || this.#arePanesOwed) {
      this.#arePanesOwed = false;
      this.#screen = this.#operation.screen();
      return this.#compose(this.#screen);
    }
    if (last.canvas === undefined) return undefined;
    return this.#compose({ ...last, canvas: this.#operation.canvas() });
  }

  #compose(screen: Screen): Cells {
    const { ascii, colors } = this.#operation.settings;
    const isColored = colors !== 'none';
    const panes = this.#panes.paint(screen, isColored);
    const cells = composeCells(panes, screen, { ascii, isColored }, this.#spare);
    this.#spare = this.#last;
    this.#last = cells;
    return cells;
  }
}
