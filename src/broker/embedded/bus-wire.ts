import { limits } from '../../model/limits.ts';
import type { BusEntry, BusStore } from './bus-store.ts';
import type { BusWire } from './bus.ts';
import type { WakeBell } from './wake.ts';
import type { Writer } from './writer.ts';

const NOTHING = new Uint8Array();
const GAP: BusEntry = { kind: 'gap', subject: '', reply: '', body: NOTHING };

/** What may wait here for the ring; beyond it entries are dropped and a gap is announced. A quarter of the ring, so that it stays in it. */
const PENDING_MAX = limits.busRingMax / 4;
const PENDING_MAX_BYTES = limits.busRingMaxBytes / 4;

export type RingWire = BusWire & { close(): Promise<void> };

/** Carries entries through the ring in `bus.db`. Reads it only once somebody in this process listens. */
export function openRingWire(
  id: string,
  open: () => BusStore,
  writer: Writer,
  bell: WakeBell,
  hear: { receive(entry: BusEntry): void; gap(): void; report(error: unknown): void },
): RingWire {
  let pending: BusEntry[] = [];
  let pendingBytes = 0;
  let dropped = false;
  let sending: Promise<void> | undefined;
  let store: BusStore | undefined;
  let after = 0;

  const flush = async (): Promise<void> => {
    while (pending.length > 0) {
      const entries = dropped ? [...pending, GAP] : pending;
      [pending, pendingBytes, dropped] = [[], 0, false];
      await writer.run({ kind: 'publish', publisher: id, entries }).catch(() => (dropped = true));
    }
  };
  const read = (): void => {
    if (store === undefined) return;
    try {
      for (let rows = store.read(after, id); rows.length > 0; rows = store.read(after, id)) {
        for (const row of rows) {
          if (row.seq !== after + 1) hear.gap();
          after = row.seq;
          if (row.own) continue;
          if (row.kind === 'gap') hear.gap();
          else hear.receive(row);
        }
      }
    } catch (error) {
      hear.report(error);
    }
  };
  const unsubscribe = bell.on('bus', read);

  return {
    send(entry) {
      if (pending.length >= PENDING_MAX || pendingBytes + entry.body.length > PENDING_MAX_BYTES) {
        dropped = true;
        return;
      }
      pending.push(entry);
      pendingBytes += entry.body.length;
      sending ??= flush().finally(() => (sending = undefined));
    },
    async listen() {
      if (store !== undefined) return read();
      store = open();
      after = store.head();
    },
    async close() {
      unsubscribe();
      await sending;
      store?.close();
      store = undefined;
    },
  };
}
