/** What is asked of a database, by one dialect that SQLite and PostgreSQL share: `?` stands for a value. */

export type Cell = string | number | null;
export type Row = Readonly<Record<string, Cell>>;
export type Statement = { readonly text: string; readonly cells: readonly Cell[] };

export type Column = { readonly name: string; readonly is: 'text' | 'whole' };
export type Table = {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Of the primary key. A row with the key of another takes its place. */
  readonly key: readonly string[];
};

export type Write =
  | { readonly do: 'run'; readonly statement: Statement }
  /** Rows of a table, each with a cell for every column and a key of its own. */
  /** The rows whose `column`, of text, is one of `keys`. */
  | { readonly do: 'drop'; readonly table: Table; readonly column: string; readonly keys: readonly string[] }
  | { readonly do: 'put'; readonly table: Table; readonly rows: readonly (readonly Cell[])[] };

/** An open database. All methods but `close` reject with a `CodedError`; `history_down` is one that may be over later. */
export type Database = {
  readonly kind: 'sqlite' | 'postgres';
  /** The type of a column of text, compared by its bytes. */
  readonly textType: string;
  hasTable(name: string): Promise<boolean>;
  rows(statement: Statement): Promise<readonly Row[]>;
  /**
   * All of `writes`, in order and in one transaction, when `guard` changes exactly one row; else nothing, and false. A rejection is indeterminate:
   * all or nothing was written.
   */
  write(guard: Statement, writes: readonly Write[]): Promise<boolean>;
  /** Statements that make tables, in one transaction of their own. */
  define(texts: readonly string[]): Promise<void>;
  /** Runs `work` while nobody else runs theirs on this database, in whichever process. */
  alone(work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
};

export function statement(text: string, ...cells: readonly Cell[]): Statement {
  return { text, cells };
}

export function run(text: string, ...cells: readonly Cell[]): Write {
  return { do: 'run', statement: { text, cells } };
}

/** `INSERT … ON CONFLICT …` for a table, whose rows come from `source`. */
export function upsertText({ name, columns, key }: Table, source: string): string {
  const names = columns.map((column) => column.name);
  const others = names.filter((column) => !key.includes(column));
  const change =
    others.length === 0
      ? 'DO NOTHING'
      : `DO UPDATE SET ${others.map((column) => `${column} = excluded.${column}`).join(', ')}`;
  return `INSERT INTO ${name} (${names.join(', ')}) ${source} ON CONFLICT (${key.join(', ')}) ${change}`;
}
