import { createWriteStream, openSync, writeSync } from 'node:fs';
import type { WriteStream } from 'node:fs';
import type { Painter } from '../theme.ts';
import { sanitizeText } from '../../graph/text.ts';
import type { Cells } from './cells.ts';
import { difference } from './difference.ts';
import { MOUSE_OFF, MOUSE_ON } from './mouse.ts';

/** Alternate screen, no cursor, no wrapping at the right edge; and the way back. */
const ENTER = '\u001B[?1049h\u001B[?25l\u001B[?7l\u001B[2J';
const LEAVE = '\u001B[0m\u001B[?7h\u001B[?25h\u001B[?1049l';

const STDOUT_FD = 1;
const COPIED_MAX_LENGTH = 50_000;

/** Where the bytes go: a stream for frames, and a way out that works while the process dies. */
export type TerminalOutput = {
  write(text: string): boolean;
  onDrain(listener: () => void): void;
  /** Writes at once, past whatever is queued. */
  writeNow(text: string): void;
  /** Resolves when everything is written. */
  flush(): Promise<void>;
  /** As `flush`, and nothing is written any more. */
  end(): Promise<void>;
};

/** Makes the cells of a frame when they can be written; undefined when nothing is to be shown after all. */
export type Frame = () => Cells | undefined;

/**
 * The one writer to the terminal: shows cells by writing what differs. One frame is on its way at most: while the terminal takes it, the newest one
 * waits and all between are dropped, so that on a slow link a key's answer waits for no queue.
 */
export class Terminal {
  readonly #output: TerminalOutput;
  #paint: Painter | undefined;
  #shown: Cells | undefined;
  #next: Frame | undefined;
  #dropped = 0;
  #isBusy = false;
  #isOpen = false;
  #hasMouse = false;

  constructor(output: TerminalOutput) {
    this.#output = output;
    output.onDrain(() => {
      this.#isBusy = false;
      const next = this.#next;
      this.#next = undefined;
      if (next !== undefined) this.show(next);
    });
  }

  /** The colours that it is sent. */
  get painter(): Painter {
    return this.#paint ?? ((sgr) => sgr);
  }

  /** How many frames gave way to a newer one before they were shown. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes the terminal over, or goes on after `pause`, and shows `frame` at once. */
  enter(frame?: Frame): void {
    this.#isOpen = true;
    const cells = frame?.();
    this.#shown = cells;
    const mouse = this.#hasMouse ? MOUSE_ON : '';
    const bytes = cells === undefined ? '' : difference(undefined, cells, this.#paint);
    this.#isBusy = !this.#output.write(ENTER + mouse + bytes);
  }

  /** Gives the terminal back for a while; resolves when that is written, and nothing is until `enter`. */
  async pause(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#next = undefined;
    this.#output.write(this.#leaving);
    await this.#output.flush();
  }

  /** Whether the terminal reports what the mouse does; it does not at first. */
  mouse(isOn: boolean): void {
    if (isOn === this.#hasMouse) return;
    this.#hasMouse = isOn;
    if (this.#isOpen) this.#send(isOn ? MOUSE_ON : MOUSE_OFF);
  }

  /** Rings the bell, or with a `text` asks the terminal to show a notification (OSC 9); many terminals know only the first. */
  ring(text: string | undefined): void {
    if (this.#isOpen) this.#send(text === undefined ? '\u0007' : `\u001B]9;${sanitizeText(text)}\u0007`);
  }

  /** Shows `frame` now, or when the terminal has taken the one before, unless a newer one has come. Its cells are not changed afterwards. */
  show(frame: Frame): void {
    if (!this.#isOpen) return;
    if (this.#isBusy) {
      if (this.#next !== undefined) this.#dropped += 1;
      this.#next = frame;
      return;
    }
    const cells = frame();
    if (cells === undefined) return;
    const bytes = difference(this.#shown, cells, this.#paint);
    this.#shown = cells;
    if (bytes !== '') this.#isBusy = !this.#output.write(bytes);
  }

  /** From here on everything is sent in the colours of `paint`, what is shown already included. */
  repaint(paint: Painter): void {
    this.#paint = paint;
    this.forget();
  }

  /** Everything is drawn anew at the next `show`: after a resize nobody knows what the terminal kept. */
  forget(): void {
    this.#shown = undefined;
  }

  /** Asks the terminal to put `text` on its clipboard (OSC 52); many do only where they are told to allow it. */
  copy(text: string): void {
    if (!this.#isOpen) return;
    const data = Buffer.from(text.slice(0, COPIED_MAX_LENGTH)).toString('base64');
    this.#send(`\u001B]52;c;${data}\u0007`);
  }

  async leave(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#output.write(this.#leaving);
    await this.#output.end();
  }

  /** For the last moment of a process: nothing is awaited. */
  leaveNow(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#output.writeNow(this.#leaving);
  }

  get #leaving(): string {
    return this.#hasMouse ? MOUSE_OFF + LEAVE : LEAVE;
  }

  #send(bytes: string): void {
    this.#isBusy = !this.#output.write(bytes) || this.#isBusy;
  }
}

/**
 * Writes to the terminal itself where there is one: `process.stdout` is synchronous on a terminal, so a slow link would stall the
 * whole process.
 */
export function openOutput(stdout: NodeJS.WriteStream): TerminalOutput {
  const stream: NodeJS.WritableStream = stdout === process.stdout && stdout.isTTY ? openDevice() : stdout;
  const isOwn = stream !== stdout;
  return {
    write: (text) => stream.write(text),
    onDrain: (listener) => stream.on('drain', listener),
    writeNow: (text) => {
      if (isOwn) writeSync(STDOUT_FD, text);
      else stream.write(text);
    },
    flush: () =>
      new Promise((resolve) => {
        stream.write('', () => resolve());
      }),
    end: () =>
      new Promise((resolve) => {
        if (isOwn) stream.end(() => resolve());
        else stream.write('', () => resolve());
      }),
  };
}

/** Opened at once: the first frame must not wait behind what is loaded after it. */
function openDevice(): WriteStream {
  const fd = openSync('/dev/tty', 'w');
  // Each write is waited for: by default 64 KiB of frames would queue up, which are seconds on a slow link.
  const stream = createWriteStream('/dev/tty', { fd, highWaterMark: 1 });
  // A terminal that went away takes no more frames; SIGHUP ends the monitor.
  stream.on('error', () => undefined);
  return stream;
}
