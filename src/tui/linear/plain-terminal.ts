import type { ConsoleTerminal } from '../console.ts';

/** A terminal to which lines are only ever appended: there is nothing to enter, to draw or to put back. */
export class PlainTerminal implements ConsoleTerminal {
  readonly #stdout: NodeJS.WritableStream;

  constructor(stdout: NodeJS.WritableStream) {
    this.#stdout = stdout;
  }

  readonly painter = (sgr: string): string => sgr;

  enter(): void {
    // Lines follow what stands there.
  }

  pause(): Promise<void> {
    return this.leave();
  }

  leave(): Promise<void> {
    return new Promise((resolve) => {
      this.#stdout.write('', () => resolve());
    });
  }

  leaveNow(): void {
    // The shell goes on below the last line.
  }

  copy(text: string): void {
    this.#stdout.write(`\u001B]52;c;${Buffer.from(text).toString('base64')}\u0007`);
  }

  mouse(): void {
    // Nothing stands at a place.
  }

  ring(): void {
    this.#stdout.write('\u0007');
  }
}
