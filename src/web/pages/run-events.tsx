import type { StreamEvent } from '../../api/contract/events.ts';
import { sanitizeText } from '../../graph/text.ts';
import type { Client } from '../../client/client.ts';
import { useLive, useSession } from '../data/session.ts';
import { Await, Empty } from '../parts/notice.tsx';
import { Moment } from '../parts/time.tsx';

/** Of very long runs the newest are shown. */
const SHOWN_MAX = 2_000;
const PAGE = 1_000;

/** What happened in a run, newest first. */
export function RunEvents({ run, nowMs }: { readonly run: string; readonly nowMs: number }) {
  const { client } = useSession();
  const events = useLive<readonly StreamEvent[]>(
    `events ${run}`,
    (signal, before) => laterEvents(client, run, before ?? [], signal),
    { on: (event) => event.run === run, everyMs: 500 },
  );
  return (
    <Await of={events}>
      {(list) =>
        list.length === 0 ? (
          <Empty title="No events are kept of this run" />
        ) : (
          <ol className="events" aria-label="Events, newest first" reversed>
            {list.toReversed().map((event) => (
              <li key={event.position} className={event.refused === undefined ? undefined : 'muted'}>
                <Moment at={event.at} nowMs={nowMs} />
                <span className="event-text">
                  {sanitizeText(event.text)}
                  {event.refused === undefined ? null : <> – refused: {sanitizeText(event.refused)}</>}
                </span>
              </li>
            ))}
          </ol>
        )
      }
    </Await>
  );
}

/** Those that are known, and what came since. */
async function laterEvents(
  client: Client,
  run: string,
  before: readonly StreamEvent[],
  signal: AbortSignal,
): Promise<readonly StreamEvent[]> {
  const events = [...before];
  let after = before.at(-1)?.position;
  for (;;) {
    const query = { limit: PAGE, ...(after === undefined ? {} : { after }) };
    const page = await client.call('listRunEvents', { params: { run }, query }, { signal });
    events.push(...page.items);
    if (page.nextAfter === undefined || page.items.length === 0) return events.slice(-SHOWN_MAX);
    after = page.nextAfter;
  }
}
