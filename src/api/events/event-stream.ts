import type { Replica } from '../../replica/replica.ts';
import type { StreamGap } from '../contract/events.ts';
import { frameOf } from '../streams.ts';
import type { Stream } from '../streams.ts';
import type { EventTape } from './event-tape.ts';
import { streamEvent } from './taken-event.ts';
import type { TakenEvent } from './taken-event.ts';

export type EventFilter = {
  readonly run?: string | undefined;
  readonly dag?: string | undefined;
  readonly types?: ReadonlySet<string> | undefined;
};

/** Looked at in one go. */
const PART = 500;

/**
 * Writes the events behind `after` and those that come, until the reader goes. Nothing is kept for a reader but where it is: one that is slower than the
 * log gets a `gap`. The `id` is a position, and stands at the last event of it, so that who comes back misses none.
 */
export async function streamEvents(
  stream: Stream,
  { tape, replica }: { readonly tape: EventTape; readonly replica: Replica },
  after: number | undefined,
  filter: EventFilter,
): Promise<void> {
  let told = Math.min(after ?? replica.position, replica.position);
  let place = after === undefined ? tape.end : after > replica.position ? undefined : tape.placeAfter(after);
  if (place === undefined) {
    stream.write(gapFrame({ from: after ?? 0, to: replica.position }));
    told = replica.position;
    place = tape.end;
  } else stream.write(`id: ${told}\n\n`);
  let wake: () => void = () => undefined;
  const endListening = tape.listen(() => wake());
  const wakeUp = (): void => wake();
  stream.stopped.addEventListener('abort', wakeUp);
  try {
    while (!stream.stopped.aborted) {
      const { at, events } = tape.from(place, PART);
      const first = events[0];
      if (at > place && first !== undefined) stream.write(gapFrame({ from: told, to: first.position - 1 }));
      if (events.length === 0) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      stream.write(framesOf(events, filter));
      told = events.at(-1)?.position ?? told;
      place = at + events.length;
      await stream.ready();
    }
  } finally {
    stream.stopped.removeEventListener('abort', wakeUp);
    endListening();
  }
}

function framesOf(events: readonly TakenEvent[], filter: EventFilter): string {
  const wanted = events.filter((taken) => isWanted(taken, filter));
  return wanted
    .map((taken, index) => {
      const isLast = wanted[index + 1]?.position !== taken.position;
      return frameOf('event', streamEvent(taken), isLast ? taken.position : undefined);
    })
    .join('');
}

function isWanted({ event }: TakenEvent, { run, dag, types }: EventFilter): boolean {
  if (types !== undefined && !types.has(event.type)) return false;
  if (run !== undefined && (!('run' in event) || event.run !== run)) return false;
  if (dag === undefined) return true;
  return event.type === 'dag.removed' ? event.name === dag : 'dag' in event && event.dag === dag;
}

function gapFrame(gap: StreamGap): string {
  return frameOf('gap', gap, gap.to);
}
