import { decodeRecord } from '../broker/port/codec.ts';
import type { EventLog, Unsubscribe } from '../broker/port/port.ts';
import { LOG_START } from '../model/ids.ts';
import { findBeginning } from '../replica/beginning.ts';
import type { EventReader } from '../tui/source.ts';

/**
 * Reads all that the log has and goes on, record by record as `reader` takes them: from its beginning, or where that was trimmed from the state at the first
 * checkpoint. Errors are the reader's.
 */
export function followEvents(log: EventLog, reader: EventReader): Unsubscribe {
  let isOver = false;
  let end: Unsubscribe = () => undefined;
  const fail = (error: unknown): void => {
    if (!isOver) reader.onError(error);
  };
  const begin = async (): Promise<void> => {
    const { state, position } = await findBeginning(log, 'oldest');
    if (position > LOG_START && !isOver) reader.onState(state);
    const head = await log.head();
    let known = position;
    const stop = await log.follow(position, {
      onRecords: async (records) => {
        for (const { position, body } of records) {
          if (isOver) return;
          // A record that is handed over again after a reconnect is known already.
          if (position <= known) continue;
          known = position;
          await reader.onEvents(decodeRecord(body).events, position, head);
        }
      },
      onFault: fail,
    });
    if (isOver) stop();
    else end = stop;
  };
  begin().catch(fail);
  return () => {
    isOver = true;
    end();
  };
}
