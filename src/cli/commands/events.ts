import { eventLine } from '../../view/event-line.ts';
import { decodeRecord } from '../../broker/port/codec.ts';
import { LOG_START } from '../../model/ids.ts';
import type { LogEvent } from '../../model/event.ts';
import { EXIT, printJson, printLine } from '../output.ts';
import { withSession } from '../session.ts';
import type { BrokerFlags } from '../settings.ts';
import { untilSignal } from '../signals.ts';
import { localTime } from '../time.ts';

/** Prints the events of the log as they stand there, rejected ones too; with `--follow` goes on. */
export function events(
  text: string | undefined,
  options: BrokerFlags & { follow?: boolean; json?: boolean },
): Promise<number> {
  return withSession(options, async ({ broker }) => {
    const head = await broker.log.head();
    const tail = await broker.log.tail();
    if (tail > 1)
      process.stderr.write(
        `the log was trimmed and begins at ${tail}: what happened before is in the history\n`,
      );
    const print = (event: LogEvent, position: number): void => {
      if (text !== undefined && !concerns(event, text)) return;
      if (options.json) printJson({ position, ...event, ...('data' in event ? { data: '' } : {}) });
      else printLine(eventLine(event, { timeText: localTime }));
    };
    if (head === 0 && options.follow !== true) return EXIT.ok;
    await new Promise<void>((resolve, reject) => {
      if (options.follow === true) void untilSignal().then(() => resolve());
      broker.log
        .follow(LOG_START, {
          onRecords: (records) => {
            for (const { body, position } of records) {
              for (const event of decodeRecord(body).events) print(event, position);
            }
            if (options.follow !== true && (records.at(-1)?.position ?? 0) >= head) resolve();
          },
          onFault: reject,
        })
        .catch(reject);
    });
    return EXIT.ok;
  });
}

function concerns(event: LogEvent, text: string): boolean {
  if (event.type === 'dag.applied') return event.dag.name === text;
  if (event.type === 'dag.removed') return event.name === text;
  return 'run' in event && (event.dag === text || event.run.startsWith(text));
}
