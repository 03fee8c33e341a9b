import { EventEmitter } from 'node:events';
import { cellsOf } from '../../src/graph/text.ts';

/**
 * A terminal that understands what the monitor may send: cursor moves, styles, clearing, and the switches of the alternate screen, the cursor and the
 * wrapping. Anything else that begins with an escape is a failure of the test.
 */
export class TestTerminal extends EventEmitter {
  readonly isTTY = true;
  columns: number;
  rows: number;
  /** What is switched on and off: `1049` the alternate screen, `25` the cursor, `7` the wrapping. */
  readonly modes = new Map<string, boolean>();
  bytes = 0;
  writes = 0;
  /** What was put on the clipboard. */
  readonly copied: string[] = [];
  /** '' for each bell, and the text of each notification. */
  readonly rung: string[] = [];
  #cells: string[][];
  #styles: string[][];
  #style = '';
  #x = 0;
  #y = 0;

  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
    this.#cells = blankRows(columns, rows, ' ');
    this.#styles = blankRows(columns, rows, '');
  }

  write(text: string, done?: () => void): boolean {
    this.bytes += Buffer.byteLength(text);
    this.writes += 1;
    let at = 0;
    while (at < text.length) at = text[at] === '\u001B' ? this.#escape(text, at) : this.#print(text, at);
    done?.();
    return true;
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.#cells = blankRows(columns, rows, '?');
    this.#styles = blankRows(columns, rows, '');
    this.emit('resize');
  }

  /** The rows, without trailing blanks. */
  get text(): string {
    return this.#cells.map((row) => row.join('').trimEnd()).join('\n');
  }

  row(y: number): string {
    return this.#cells.at(y)?.join('').trimEnd() ?? '';
  }

  styleAt(x: number, y: number): string {
    return this.#styles[y]?.[x] ?? '';
  }

  #escape(text: string, at: number): number {
    // oxlint-disable-next-line no-control-regex -- it reads what a terminal reads
    const clipboard = /^\u001B\]52;c;([A-Za-z0-9+/=]*)\u0007/.exec(text.slice(at));
    if (clipboard !== null) {
      this.copied.push(Buffer.from(clipboard[1] ?? '', 'base64').toString());
      return at + clipboard[0].length;
    }
    // oxlint-disable-next-line no-control-regex -- it reads what a terminal reads
    const notification = /^\u001B\]9;([^\u0000-\u001F]*)\u0007/.exec(text.slice(at));
    if (notification !== null) {
      this.rung.push(notification[1] ?? '');
      return at + notification[0].length;
    }
    // oxlint-disable-next-line no-control-regex -- it reads what a terminal reads
    const match = /^\u001B\[(\??)([0-9;]*)([A-Za-z])/.exec(text.slice(at, at + 40));
    if (match === null) throw new Error(`the terminal got ${JSON.stringify(text.slice(at, at + 20))}`);
    const [whole, isPrivate, parameters = '', final] = match;
    if (isPrivate === '?' && (final === 'h' || final === 'l')) this.modes.set(parameters, final === 'h');
    else if (final === 'H') {
      const [row, column] = parameters.split(';').map(Number);
      this.#y = (row ?? 1) - 1;
      this.#x = (column ?? 1) - 1;
    } else if (final === 'B') this.#y += Number(parameters || 1);
    else if (final === 'C') this.#x += Number(parameters || 1);
    else if (final === 'D') this.#x -= Number(parameters || 1);
    else if (final === 'm') this.#style = parameters === '0' ? '' : parameters.replace(/^0;/, '');
    else if (final === 'J' && parameters === '2') {
      this.#cells = blankRows(this.columns, this.rows, ' ');
      this.#styles = blankRows(this.columns, this.rows, '');
    } else throw new Error(`the terminal got ${JSON.stringify(whole)}`);
    return at + whole.length;
  }

  #print(text: string, at: number): number {
    if (text[at] === '\u0007') {
      this.rung.push('');
      return at + 1;
    }
    if (text[at] === '\b') {
      this.#x -= 1;
      return at + 1;
    }
    // oxlint-disable-next-line no-control-regex -- it reads what a terminal reads
    const end = text.slice(at).search(/[\b\u001B]/);
    const piece = text.slice(at, end === -1 ? text.length : at + end);
    for (const cell of cellsOf(piece)) {
      if (cell !== '' && (cell.codePointAt(0) ?? 0) < 0x20)
        throw new Error(`the terminal got a control byte`);
      const row = this.#cells[this.#y];
      const styles = this.#styles[this.#y];
      if (row !== undefined && styles !== undefined && this.#x < this.columns) {
        row[this.#x] = cell;
        styles[this.#x] = this.#style;
      }
      this.#x += 1;
    }
    return at + piece.length;
  }
}

function blankRows(columns: number, rows: number, fill: string): string[][] {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => fill));
}
