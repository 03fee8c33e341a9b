import { decodeRecord } from '../../broker/port/codec.ts';
import type { EventLog, StoredRecord } from '../../broker/port/port.ts';
import { LOG_START } from '../../model/ids.ts';
import type { Position, RunId } from '../../model/ids.ts';
import { ACCEPTED } from '../../model/state.ts';
import type { Backing } from '../backing.ts';
import type { EventPage, StreamEvent } from '../contract/events.ts';
import { streamEvents } from '../events/event-stream.ts';
import { streamEvent, takenFrom } from '../events/taken-event.ts';
import { STREAMED } from '../handlers.ts';
import type { Handlers } from '../handlers.ts';
import { foundRun } from '../lookup.ts';
import { ApiProblem } from '../problem.ts';
import type { Streams } from '../streams.ts';

/** A record has fewer: with so many more than asked for the last that is told of is whole. */
const RECORD_MAX_EVENTS = 1_000;
/** Behind all events of a record. */
const LAST_INDEX = 2 ** 31 - 1;

/** What happens, and what happened. */
export function eventHandlers(
  backing: Backing,
  streams: Streams,
): Handlers<'followEvents' | 'listRunEvents'> {
  return {
    followEvents: ({ query, request, reply }) => {
      const after = lastEventId(request.headers['last-event-id']);
      const stream = streams.open(request, reply);
      const types = query.types === undefined ? undefined : new Set(query.types.split(','));
      void streamEvents(stream, backing, after, { run: query.run, dag: query.dag, types });
      return STREAMED;
    },
    listRunEvents: async ({ params, query }) => {
      const { run, from } = await foundRun(backing, params.run);
      const { after = LOG_START, limit = 200 } = query;
      const found =
        from === 'history'
          ? await recorded(backing, run.id, after, limit + RECORD_MAX_EVENTS)
          : await logged(backing, run.id, after, limit + RECORD_MAX_EVENTS);
      return pageOf(found, limit);
    },
  };
}

/** Problem: 400. */
function lastEventId(text: string | string[] | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const position = Number(text);
  if (typeof text === 'string' && /^\d{1,16}$/.test(text) && Number.isSafeInteger(position)) return position;
  throw new ApiProblem(400, 'bad_request', 'Last-Event-ID is no position of the log');
}

/** At most `count`. */
async function recorded(
  { history }: Backing,
  run: RunId,
  after: number,
  count: number,
): Promise<readonly StreamEvent[]> {
  const cursor = { position: after as Position, index: LAST_INDEX };
  const events = (await history?.events(run, after === 0 ? undefined : cursor, count)) ?? [];
  return events.map(({ event, position }) => streamEvent(takenFrom({ event, position, verdict: ACCEPTED })));
}

/** From the tape where it reaches so far back, else from the log itself, where nobody knows what was refused. */
async function logged(
  { tape, broker }: Backing,
  run: RunId,
  after: number,
  count: number,
): Promise<readonly StreamEvent[]> {
  const span = tape.spanOf(run);
  const begin = Math.max(after, (span?.first ?? 1) - 1) as Position;
  const place = tape.placeAfter(begin);
  if (place !== undefined) {
    const { events } = tape.from(place, Infinity);
    return events.filter(({ event }) => 'run' in event && event.run === run).map(streamEvent);
  }
  const last = span?.last ?? (await broker.log.head());
  const found: StreamEvent[] = [];
  if (begin >= last) return found;
  await readLog(broker.log, begin, ({ position, body }) => {
    for (const event of decodeRecord(body).events) {
      if ('run' in event && event.run === run)
        found.push(streamEvent(takenFrom({ event, position, verdict: ACCEPTED })));
    }
    return position < last && found.length < count;
  });
  return found;
}

/** Reads records behind a position as long as `isWanted` says so of the one before. */
async function readLog(
  log: EventLog,
  begin: Position,
  isWanted: (record: StoredRecord) => boolean,
): Promise<void> {
  const over = Promise.withResolvers<void>();
  over.promise.catch(() => undefined);
  let isOver = false;
  const end = await log.follow(begin, {
    onRecords: (records) => {
      for (const record of records) {
        if (isOver) return;
        if (isWanted(record)) continue;
        isOver = true;
        over.resolve();
      }
    },
    onFault: over.reject,
  });
  try {
    await over.promise;
  } finally {
    end();
  }
}

function pageOf(events: readonly StreamEvent[], limit: number): EventPage {
  if (events.length <= limit) return { items: [...events] };
  let end = limit;
  while (end < events.length && events[end]?.position === events[end - 1]?.position) end += 1;
  const items = events.slice(0, end);
  const last = items.at(-1);
  return end >= events.length || last === undefined ? { items } : { items, nextAfter: last.position };
}
