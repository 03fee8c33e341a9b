import { textCell } from './cells.ts';
import type { Cell } from './port/sql.ts';

/** `WHERE …`, of the conditions that are wanted. */
export class Conditions {
  readonly #texts: string[] = [];
  readonly cells: Cell[] = [];

  get text(): string {
    return this.#texts.length === 0 ? '' : `WHERE ${this.#texts.join(' AND ')}`;
  }

  when<Value>(
    value: Value | undefined,
    condition: (value: Value) => readonly [string, ...(readonly Cell[])],
  ): this {
    if (value === undefined) return this;
    const [text, ...cells] = condition(value);
    this.#texts.push(text);
    this.cells.push(...cells);
    return this;
  }

  whenAny(values: readonly Cell[] | undefined, column: string): this {
    if (values === undefined) return this;
    this.#texts.push(values.length === 0 ? '1 = 0' : `${column} IN (${values.map(() => '?').join(', ')})`);
    this.cells.push(...values);
    return this;
  }
}

/** What `LIKE … ESCAPE '!'` finds wherever `text` stands, in small letters. */
export function likeCell(text: string): string {
  return `%${textCell(text.toLowerCase()).replace(/[!%_]/g, '!$&')}%`;
}
