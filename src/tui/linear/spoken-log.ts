import type { LogSheet } from '../log-sheet.ts';
import type { Speaker } from './speaker.ts';

/** Of what was written before somebody listens. */
const LINES_BEFORE = 10;

/** Says the lines of a log as they come, each once. */
export class SpokenLog {
  readonly #speaker: Speaker;
  /** The first line of the log that was not said. */
  #listened: { readonly nextId: number } | undefined;

  constructor(speaker: Speaker) {
    this.#speaker = speaker;
  }

  /** To be called whenever lines may have come; undefined while no log is listened to. */
  follow(sheet: LogSheet | undefined): void {
    if (sheet === undefined) {
      this.#listened = undefined;
      return;
    }
    const { lines, firstId, nextId } = sheet;
    const known = this.#listened;
    const isSame = known !== undefined && firstId <= known.nextId && nextId >= known.nextId;
    const fresh = isSame ? lines.filter(({ id }) => id >= known.nextId) : lines.slice(-LINES_BEFORE);
    for (const { stream, text } of fresh)
      this.#speaker.tell({ text: stream === 'stderr' ? `stderr: ${text}` : text, isTelling: false });
    this.#listened = { nextId };
  }
}
