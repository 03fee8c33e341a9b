import type { Definition } from '../../model/state.ts';
import { acceptLayout } from '../../view/dag-drawing.ts';
import type { DagDrawing } from '../../view/dag-drawing.ts';
import type { Layouter } from './layouter.ts';

/** Has drawings laid out that are too large to wait for, one after the other: the screen asks again for what it still lacks. */
export class LargeDrawings {
  readonly #layouter: Layouter;
  readonly #onDone: () => void;
  #isBusy = false;

  constructor(layouter: Layouter, onDone: () => void) {
    this.#layouter = layouter;
    this.#onDone = onDone;
  }

  /** Does nothing for a drawing that is laid out, or while another one is under way. */
  ask(definition: Definition, drawing: DagDrawing): void {
    if (this.#isBusy || drawing.order === undefined) return;
    this.#isBusy = true;
    void this.#layOut(definition, drawing, drawing.order);
  }

  stop(): void {
    this.#layouter.close();
  }

  async #layOut(
    definition: Definition,
    drawing: DagDrawing,
    order: NonNullable<DagDrawing['order']>,
  ): Promise<void> {
    const result = await this.#layouter.layOut(order);
    this.#isBusy = false;
    acceptLayout(definition, drawing, result);
    this.#onDone();
  }
}
