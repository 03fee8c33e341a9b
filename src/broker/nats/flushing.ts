import { CodedError } from '../../model/coded-error.ts';

/** How often a server flushes what it stored to its disk; 0 where it does so before it acknowledges, undefined where nobody says it. */
export type Flushing = { readonly everyMs: number | undefined };

/** Before 2.10 it is two minutes, and nothing else can be set. */
const FIXED_MS = 120_000;
const ANSWER_MS = 3_000;
const NANOS_PER_MS = 1_000_000;

/**
 * Clients are not told; the server's monitoring port is. `monitor` is its address, as in `http://HOST:8222`.
 * Errors: `unavailable` when it does not answer as a NATS server does.
 */
export async function readFlushing(monitor: string | undefined, isFixed: boolean): Promise<Flushing> {
  if (isFixed) return { everyMs: FIXED_MS };
  if (monitor === undefined) return { everyMs: undefined };
  try {
    const answer = await fetch(new URL('/varz', monitor), { signal: AbortSignal.timeout(ANSWER_MS) });
    return flushingIn(await answer.json());
  } catch (error) {
    throw new CodedError(
      'unavailable',
      `the monitoring port of the NATS server, ${monitor}, does not answer`,
      {
        hint: "is it 'http_port' of the server's configuration? Without 'monitor=' in the URL it is not asked",
        cause: error,
      },
    );
  }
}

/** What `/varz` says, as far as it is what it should be. */
export function flushingIn(answer: unknown): Flushing {
  const { jetstream } = Object(answer) as { jetstream?: unknown };
  const { config } = Object(jetstream) as { config?: unknown };
  const { sync_always: isAlways, sync_interval: nanos } = Object(config) as Record<string, unknown>;
  if (isAlways === true) return { everyMs: 0 };
  return { everyMs: typeof nanos === 'number' && nanos > 0 ? nanos / NANOS_PER_MS : undefined };
}
