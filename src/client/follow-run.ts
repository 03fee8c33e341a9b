import { ApiError } from './api-error.ts';
import type { Client, StreamEvent } from './client.ts';

/** Between two connections, when one broke. */
const AGAIN_MS = 1_000;

/** How far the events of a run were told. */
type Told = {
  /** All events up to this position of the log were. */
  position: number;
  /** So many behind it too: a position may hold several. */
  beyond: number;
  isEnded: boolean;
};

/**
 * What happens in a run, from its trigger on: what happened so far, then what comes, each event once and over broken connections. What changed nothing, such as a second copy, is left out. Ends when the run has ended; a
 * run that is tried again after that is followed by asking anew. Errors: `ApiError` for what the API refuses, and the reason of `signal`.
 */
export async function* followRun(
  client: Client,
  run: string,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent, void> {
  const told: Told = { position: 0, beyond: 0, isEnded: false };
  for (;;) {
    try {
      yield* past(client, run, told, signal);
      if (told.isEnded) return;
      yield* coming(client, run, told, signal);
      if (told.isEnded) return;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ApiError && error.status < 500 && error.status !== 429) throw error;
    }
    await pause(signal);
  }
}

async function* past(
  client: Client,
  run: string,
  told: Told,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent, void> {
  for (;;) {
    const query = { after: told.position, limit: 1_000 };
    const { items, nextAfter } = await client.call('listRunEvents', { params: { run }, query }, { signal });
    // A page ends where a position does.
    const fresh = items.slice(told.beyond);
    for (const [at, event] of fresh.entries()) {
      tell(told, event, at === fresh.length - 1 ? event.position : undefined);
      if (event.refused === undefined) yield event;
    }
    if (nextAfter === undefined) return;
    told.position = nextAfter;
    told.beyond = 0;
  }
}

async function* coming(
  client: Client,
  run: string,
  told: Told,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent, void> {
  for await (const heard of client.events({ run }, { after: String(told.position), signal })) {
    // What the stream can't tell any more is read as what is past.
    if (heard.is === 'gap') return;
    if (heard.is === 'alive') continue;
    tell(told, heard.event, Number(heard.id) >= heard.event.position ? heard.event.position : undefined);
    if (heard.event.refused === undefined) yield heard.event;
    if (told.isEnded) return;
  }
}

/** `whole`: with this event all of that position were told. */
function tell(told: Told, { type, refused }: StreamEvent, whole: number | undefined): void {
  told.beyond = whole === undefined ? told.beyond + 1 : 0;
  told.position = whole ?? told.position;
  if (refused !== undefined) return;
  if (type === 'run.finished') told.isEnded = true;
  if (type === 'node.retried') told.isEnded = false;
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, AGAIN_MS);
    signal.addEventListener('abort', end);
  });
}
