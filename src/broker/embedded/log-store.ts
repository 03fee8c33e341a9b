import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { CodedError } from '../../model/coded-error.ts';
import type { Position } from '../../model/ids.ts';
import { limits } from '../../model/limits.ts';
import type { StoredRecord } from '../port/port.ts';
import { transaction } from '../../sqlite/sqlite.ts';
import { damaged, openDatabase } from './sqlite.ts';

const SCHEMA = `
  CREATE TABLE log (position INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, body BLOB NOT NULL) STRICT;
  CREATE TABLE identity (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL) STRICT;
  INSERT INTO identity VALUES (1, lower(hex(randomblob(16))))`;

/**
 * The log's table, as plain synchronous calls. `AUTOINCREMENT` never gives a position twice, not even after a trim, and
 * a transaction that is rolled back gives its positions back, so that they have no gaps.
 */
export type LogStore = {
  readonly db: DatabaseSync;
  append(topics: readonly string[], bodies: readonly Uint8Array[]): void;
  /** Records after `after`, within the bounds of a follower's batch. */
  read(after: Position): StoredRecord[];
  head(): Position;
  tail(): Position;
  trim(through: Position): void;
  identity(): string;
  /** Throws `log_gone` when the file at the path is no longer the one that is open. */
  check(): void;
  close(): void;
};

export function openLogStore(path: string): LogStore {
  const db = openDatabase(path, 'full', SCHEMA);
  const opened = statSync(path).ino;
  const insert = db.prepare('INSERT INTO log (topic, body) VALUES (?, ?)');
  const select = db.prepare('SELECT position, body FROM log WHERE position > ? ORDER BY position LIMIT ?');
  const newest = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'log'");
  const oldest = db.prepare('SELECT min(position) AS position FROM log');
  const drop = db.prepare('DELETE FROM log WHERE position <= ?');
  const identify = db.prepare('SELECT id FROM identity');
  const head = (): number => Number(newest.get()?.['seq'] ?? 0);

  return {
    db,
    append(topics, bodies) {
      transaction(db, () => bodies.forEach((body, at) => insert.run(topics[at] ?? '', body)));
    },
    read(after) {
      const records: StoredRecord[] = [];
      let size = 0;
      for (const { position, body } of select.iterate(after, limits.followBatchMax)) {
        if (typeof position !== 'number' || !(body instanceof Uint8Array))
          throw damaged(path, 'holds what no dagtop wrote');
        size += body.length;
        if (size > limits.followBatchMaxBytes && records.length > 0) break;
        records.push({ position: position as Position, body });
      }
      return records;
    },
    head: () => head() as Position,
    tail: () => Number(oldest.get()?.['position'] ?? head() + 1) as Position,
    trim: (through) => void drop.run(through),
    identity: () => String(identify.get()?.['id']),
    check() {
      if (statSync(path, { throwIfNoEntry: false })?.ino === opened) return;
      throw new CodedError('log_gone', `${path} was deleted or replaced while it was in use`, {
        hint: 'start dagtop again when the right file is in place; nothing more is decided until then',
      });
    },
    close: () => db.close(),
  };
}
