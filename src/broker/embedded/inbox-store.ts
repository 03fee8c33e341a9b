import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { transaction } from '../../sqlite/sqlite.ts';
import { damaged, openDatabase } from './sqlite.ts';

const SCHEMA = `
  CREATE TABLE inbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT, server TEXT NOT NULL, body BLOB NOT NULL,
    holder TEXT NOT NULL DEFAULT '', held_until_ms INTEGER NOT NULL DEFAULT 0, handed INTEGER NOT NULL DEFAULT 0) STRICT;
  CREATE INDEX inbox_by_server ON inbox (server, held_until_ms);
  CREATE INDEX inbox_by_holder ON inbox (holder) WHERE holder <> ''`;

/** A receiver that said nothing for so long is taken for dead, and what it holds is handed over again. */
export const LEASE_MS = 5_000;

export type HeldMessage = { readonly id: number; readonly body: Uint8Array; readonly redelivered: boolean };

/** What one receiver wants done, in one transaction: forget, hold on to the rest, and take `max` more. */
export type Turn = {
  readonly server: string;
  readonly holder: string;
  readonly nowMs: number;
  readonly acked: readonly number[];
  readonly max: number;
};

/** The inboxes' table. A message is free when its lease lies in the past (0 at first), or absurdly far in the future (a clock was set back). */
export type InboxStore = {
  send(servers: readonly string[], bodies: readonly Uint8Array[]): void;
  turn(turn: Turn): HeldMessage[];
  /** Gives back at once what `holder` holds. */
  release(holder: string): void;
  /** Whether a turn would bring something. Takes no lock. */
  waiting(server: string, nowMs: number): boolean;
  close(): void;
};

/**
 * Sending is durable before it returns; taking and forgetting are not, since what a power cut undoes of them is
 * handed over again. One connection each, as `synchronous` is the connection's.
 */
export function openInboxStore(path: string): InboxStore {
  let sender: DatabaseSync | undefined;
  let insert: StatementSync | undefined;
  const receiver = openDatabase(path, 'normal', SCHEMA);
  const free = 'server = :server AND (held_until_ms <= :nowMs OR held_until_ms > :absurdMs)';
  const some = receiver.prepare(`SELECT 1 FROM inbox WHERE ${free} LIMIT 1`);
  const release = receiver.prepare("UPDATE inbox SET holder = '', held_until_ms = 0 WHERE holder = ?");
  return {
    send(servers, bodies) {
      sender ??= openDatabase(path, 'full', SCHEMA);
      const statement = (insert ??= sender.prepare('INSERT INTO inbox (server, body) VALUES (?, ?)'));
      transaction(sender, () => bodies.forEach((body, at) => statement.run(servers[at] ?? '', body)));
    },
    turn: prepareTurn(receiver, free, path),
    release: (holder) => void release.run(holder),
    waiting: (server, nowMs) => some.get({ server, nowMs, absurdMs: nowMs + 2 * LEASE_MS }) !== undefined,
    close() {
      receiver.close();
      sender?.close();
    },
  };
}

function prepareTurn(db: DatabaseSync, free: string, path: string): InboxStore['turn'] {
  const forget = db.prepare('DELETE FROM inbox WHERE id = ?');
  const renew = db.prepare('UPDATE inbox SET held_until_ms = ? WHERE holder = ?');
  const take = db.prepare(`
    UPDATE inbox SET holder = :holder, held_until_ms = :untilMs, handed = handed + 1
    WHERE id IN (SELECT id FROM inbox WHERE ${free} ORDER BY held_until_ms, id LIMIT :max)
    RETURNING id, body, handed`);
  return ({ server, holder, nowMs, acked, max }) =>
    transaction(db, () => {
      const [untilMs, absurdMs] = [nowMs + LEASE_MS, nowMs + 2 * LEASE_MS];
      for (const id of acked) forget.run(id);
      renew.run(untilMs, holder);
      if (max <= 0) return [];
      const taken = take.all({ server, holder, nowMs, untilMs, absurdMs, max });
      return taken.map(({ id, body, handed }) => {
        if (typeof id !== 'number' || !(body instanceof Uint8Array))
          throw damaged(path, 'holds what no dagtop wrote');
        return { id, body, redelivered: Number(handed) > 1 };
      });
    });
}
