import { decodeRecord } from '../broker/port/codec.ts';
import type { EventLog, StoredRecord } from '../broker/port/port.ts';
import { createState, fold } from '../engine/fold.ts';
import { CodedError } from '../model/coded-error.ts';
import { LOG_START } from '../model/ids.ts';
import type { Position } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import type { State } from '../model/state.ts';
import { CheckpointFinder } from './checkpoint-finder.ts';
import type { Found } from './checkpoint-finder.ts';
import { stateOf } from './checkpoint-text.ts';

/**
 * Where the reading of a log begins:
 *  - `oldest`: all that is kept is read; what was trimmed is replaced by the checkpoint that it was trimmed to.
 *  - `recent`: the newest checkpoint, if it is not far, before `recentRecordsRead`, which people want to see.
 *  - a position: the newest checkpoint from which everything after that position is read, if there is one.
 */
export type From = 'oldest' | 'recent' | { readonly after: Position };

/** The state with all up to `position` folded. */
export type Beginning = { readonly state: State; readonly position: Position };

export type LookOptions = {
  /** How far from the end of the log is looked first. */
  readonly firstRecords?: number;
  readonly recentRecords?: number;
};

const TRIES = 5;

/** Finds it. Errors: `log_incomplete` when the log was cut and has no checkpoint to begin at, and what the broker refuses. */
export async function findBeginning(
  log: EventLog,
  from: From,
  { firstRecords = limits.checkpointLookRecords, recentRecords = limits.recentRecordsRead }: LookOptions = {},
): Promise<Beginning> {
  for (let tries = 1; ; tries += 1) {
    const tail = await log.tail();
    const head = await log.head();
    const isWhole = tail <= 1;
    if (isWhole && from === 'oldest') return start();
    const after = from === 'oldest' ? LOG_START : from === 'recent' ? head - recentRecords : from.after;
    // Every checkpoint that can be begun at is behind what was cut.
    const mayBe = from !== 'oldest' && after >= Math.max(1, tail - 1);
    const isStrict = from !== 'recent';
    const newer = mayBe ? await newest(log, { tail, head, after, isStrict, firstRecords }) : undefined;
    // Where nothing was cut, all can be read.
    const found = newer ?? (isWhole ? start() : await oldest(log, tail, head));
    if (found !== undefined && (found.position > LOG_START || (await log.tail()) <= 1)) return found;
    // It may have been cut while it was looked through.
    if (tries >= TRIES || (await log.tail()) === tail) throw incomplete(tail);
  }
}

function start(): Beginning {
  return { state: createState(), position: LOG_START };
}

function incomplete(tail: Position): CodedError {
  return new CodedError(
    'log_incomplete',
    `the event log begins at ${tail}, and has no checkpoint to begin at`,
    {
      hint: 'something else than dagtop took its first records away: restore it from a backup, or begin a new one',
    },
  );
}

/** The first checkpoint that needs nothing of what was cut. */
async function oldest(log: EventLog, tail: Position, head: Position): Promise<Beginning | undefined> {
  let after = (tail - 1) as Position;
  while (after < head) {
    let first: Found | undefined;
    const finder = new CheckpointFinder((found) => {
      if (found.base >= tail - 1) first ??= found;
    });
    after = await readUntil(log, after, head, (record) => {
      finder.look(record);
      return first !== undefined;
    });
    if (first === undefined) return undefined;
    const proven = await prove(log, first);
    if (proven !== undefined) return proven;
  }
  return undefined;
}

type Range = {
  readonly tail: Position;
  readonly head: Position;
  /** What comes after it is to be read: without fail, or rather than not. */
  readonly after: number;
  readonly isStrict: boolean;
  readonly firstRecords: number;
};

/** Looks from the end of the log backwards, each time farther. */
async function newest(log: EventLog, range: Range): Promise<Beginning | undefined> {
  const { tail, head } = range;
  const refused = new Set<Position>();
  let until = head;
  for (let records = range.firstRecords; ; records *= limits.checkpointLookFactor) {
    const from = Math.max(tail - 1, head - records) as Position;
    for (;;) {
      const found = await lookThrough(log, range, from, until, refused);
      if (found === undefined) break;
      const proven = await prove(log, found);
      if (proven !== undefined) return proven;
      refused.add(found.base);
    }
    if (from <= tail - 1) return undefined;
    until = from;
  }
}

/** The newest of the checkpoints that end, or have parts, in a piece of the log; where all are begun too late, the oldest. */
async function lookThrough(
  log: EventLog,
  { tail, head, after, isStrict }: Range,
  from: Position,
  until: Position,
  refused: ReadonlySet<Position>,
): Promise<Found | undefined> {
  let fit: Found | undefined;
  let other: Found | undefined;
  const finder = new CheckpointFinder((found) => {
    const isWhole = found.base >= tail - 1 && !refused.has(found.base);
    if (isWhole && found.base <= after) fit = found;
    else if (isWhole && !isStrict) other ??= found;
  });
  await readUntil(log, from, head, (record) => {
    finder.look(record);
    return record.position >= until && !finder.isInside;
  });
  return fit ?? other;
}

/**
 * The state at the base of a checkpoint, if that was accepted: who folds on from it must find its own parts accepted, or a leader wrote it that was none any
 * more, or one that was mistaken.
 */
async function prove(log: EventLog, { base, end, parts }: Found): Promise<Beginning | undefined> {
  const state = stateOf(parts);
  const tried = stateOf(parts);
  if (typeof state === 'string' || typeof tried === 'string') return undefined;
  if (state.checkpoints.open?.base !== base) return undefined;
  await readUntil(log, base, end, ({ position, body }) => {
    for (const event of decodeRecord(body).events) fold(tried, event, position);
    return false;
  });
  return tried.checkpoints.complete.at(-1)?.base === base ? { state, position: base } : undefined;
}

/** Hands over the records after `after` up to `until`, or until one is enough. Where it ended. */
async function readUntil(
  log: EventLog,
  after: Position,
  until: Position,
  isEnough: (record: StoredRecord) => boolean,
): Promise<Position> {
  if (after >= until) return until;
  const ended = Promise.withResolvers<Position>();
  let at = after;
  let isOver = false;
  const stop = await log.follow(after, {
    onRecords: (records) => {
      for (const record of records) {
        if (isOver || record.position <= at) continue;
        at = record.position;
        isOver = at > until || isEnough(record) || at === until;
      }
      if (isOver) ended.resolve(at);
    },
    onFault: (error) => ended.reject(error),
  });
  try {
    return await ended.promise;
  } finally {
    stop();
  }
}
