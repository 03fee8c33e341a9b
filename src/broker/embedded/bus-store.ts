import { limits } from '../../model/limits.ts';
import { transaction } from '../../sqlite/sqlite.ts';
import { damaged, openDatabase } from './sqlite.ts';

const SCHEMA = `
  CREATE TABLE bus (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, publisher TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
    reply TEXT NOT NULL, upto INTEGER NOT NULL, body BLOB NOT NULL) STRICT`;

/** `gap`: its publisher had to drop something. A `request` names in `reply` where its answer goes; an `answer` is at that subject. */
export type BusKind = 'message' | 'request' | 'answer' | 'gap';
export type BusEntry = {
  readonly kind: BusKind;
  readonly subject: string;
  readonly reply: string;
  readonly body: Uint8Array;
};
export type BusRow = BusEntry & { readonly seq: number; readonly own: boolean };

/** A ring of what was said lately, for the other processes of the machine; nothing in it needs to outlive a reboot. */
export type BusStore = {
  publish(publisher: string, entries: readonly BusEntry[]): void;
  /** What follows `after`; the body of what `reader` published itself is left out. */
  read(after: number, reader: string): BusRow[];
  head(): number;
  close(): void;
};

export function openBusStore(path: string): BusStore {
  const db = openDatabase(path, 'off', SCHEMA);
  const insert = db.prepare(
    'INSERT INTO bus (publisher, kind, subject, reply, upto, body) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const last = db.prepare('SELECT seq, upto FROM bus ORDER BY seq DESC LIMIT 1');
  const oldest = db.prepare('SELECT seq, upto FROM bus ORDER BY seq LIMIT 1');
  const drop = db.prepare('DELETE FROM bus WHERE seq = ?');
  const select = db.prepare(`
    SELECT seq, publisher = :reader AS own, kind, subject, reply, CASE WHEN publisher = :reader THEN x'' ELSE body END AS body
    FROM bus WHERE seq > :after ORDER BY seq`);
  return {
    publish(publisher, entries) {
      transaction(db, () => {
        // The bytes published so far, by which the ring's size in bytes is bounded.
        let upto = Number(last.get()?.['upto'] ?? 0);
        let seq = 0;
        for (const { kind, subject, reply, body } of entries) {
          upto += body.length + subject.length;
          seq = Number(insert.run(publisher, kind, subject, reply, upto, body).lastInsertRowid);
        }
        for (let row = oldest.get(); row !== undefined; row = oldest.get()) {
          if (
            Number(row['seq']) > seq - limits.busRingMax &&
            Number(row['upto']) > upto - limits.busRingMaxBytes
          )
            break;
          drop.run(row['seq'] ?? 0);
        }
      });
    },
    read(after, reader) {
      const rows: BusRow[] = [];
      let size = 0;
      for (const { seq, own, kind, subject, reply, body } of select.iterate({ after, reader })) {
        if (typeof seq !== 'number' || !(body instanceof Uint8Array))
          throw damaged(path, 'holds what no dagtop wrote');
        rows.push({
          seq,
          own: own === 1,
          kind: kind as BusKind,
          subject: String(subject),
          reply: String(reply),
          body,
        });
        size += body.length;
        if (rows.length >= limits.followBatchMax || size >= limits.followBatchMaxBytes) break;
      }
      return rows;
    },
    head: () => Number(last.get()?.['seq'] ?? 0),
    close: () => db.close(),
  };
}
