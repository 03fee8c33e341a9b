import { isSameScreen } from './same-screen.ts';
import type { Operation } from './operation.ts';
import type { Screen } from './scene.ts';
import type { Cells } from './terminal/cells.ts';
import { composeCells } from './terminal/compositor.ts';
import type { VirtualStdout } from './terminal/virtual-stdout.ts';

/** Makes frames of what the operator is to see: Ink draws onto the virtual terminal, and the canvas comes over that. */
export class Frames {
  readonly #operation: Operation;
  readonly #virtual: VirtualStdout;
  readonly #draw: (screen: Screen, isColored: boolean) => void;
  #shown: Screen | undefined;

  /** `draw` makes Ink draw a screen at once. */
  constructor(
    operation: Operation,
    virtual: VirtualStdout,
    draw: (screen: Screen, isColored: boolean) => void,
  ) {
    this.#operation = operation;
    this.#virtual = virtual;
    this.#draw = draw;
  }

  /** The next one is made even if nothing changed. */
  forget(): void {
    this.#shown = undefined;
  }

  /** Undefined when it would look as the one before. */
  next(): Cells | undefined {
    const screen = this.#operation.screen();
    if (this.#shown !== undefined && isSameScreen(this.#shown, screen)) return undefined;
    this.#shown = screen;
    const { ascii, colors } = this.#operation.settings;
    const isColored = colors !== 'none';
    this.#draw(screen, isColored);
    return composeCells(this.#virtual.frame, screen, { ascii, isColored });
  }
}
