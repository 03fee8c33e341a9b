import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Position } from '../model/ids.ts';
import type { Mark } from './outlet.ts';

/** How far each outlet has come, in a file beside the data: after a restart, what is behind it in the log is sent, and nothing twice. */
export class Progress {
  readonly #file: string;
  #last = '';

  /** `folder` is made when it is not there. */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#file = join(folder, 'progress.json');
  }

  /** The marks by outlet. None when there is no file, or none that can be read: then what happens from now on is sent. */
  read(): ReadonlyMap<string, Mark> {
    try {
      const file: unknown = JSON.parse(readFileSync(this.#file, 'utf8'));
      if (typeof file !== 'object' || file === null) return new Map();
      return new Map(Object.entries(file).filter((entry): entry is [string, Mark] => isMark(entry[1])));
    } catch {
      return new Map();
    }
  }

  /** Replaces the file as a whole. A power cut may lose the newest: then what was sent last is sent again, under the same ids. */
  save(marks: ReadonlyMap<string, Mark>): void {
    const text = JSON.stringify(Object.fromEntries(marks));
    if (text === this.#last) return;
    writeFileSync(`${this.#file}.new`, text);
    renameSync(`${this.#file}.new`, this.#file);
    this.#last = text;
  }
}

function isMark(value: unknown): value is Mark {
  if (typeof value !== 'object' || value === null) return false;
  const { position, done } = value as { position?: Position; done?: unknown };
  return Number.isSafeInteger(position) && Array.isArray(done) && done.every((id) => typeof id === 'string');
}
