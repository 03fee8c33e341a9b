import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { OperatorEvent } from '../model/event.ts';
import type { EventId, RunId } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import type { Verdict } from '../model/state.ts';
import type { Backing } from './backing.ts';
import { callerOf } from './handlers.ts';
import { ApiProblem } from './problem.ts';

/** What the fold says of an id that it knows. */
const SEEN = 'seen before';
const RETRY_AFTER_S = 2;

export type Proposal = {
  readonly verdict: Verdict;
  /** Of a request with the same key an earlier copy is in the log. */
  readonly isRepeat: boolean;
};

/** What a request wants to have in the log. */
export class Proposals {
  readonly #backing: Backing;

  constructor(backing: Backing) {
    this.#backing = backing;
  }

  /**
   * Appends the event and waits until it is durable and read back: what the fold says of it. With an `Idempotency-Key` its id is made of the key, so
   * that the fold drops a second copy. Problems: 503 when the log does not take it in time.
   */
  async propose(request: FastifyRequest, body: OperatorEvent): Promise<Proposal> {
    const { replica, writer, verdicts, clock, mintId, link } = this.#backing;
    if (replica.fault !== undefined)
      throw new ApiProblem(503, 'log_fault', 'the event log cannot be followed any further');
    // Better nothing than something that takes effect when nobody waits for it any more.
    if (!link().up)
      throw new ApiProblem(503, 'broker_down', 'there is no link to the broker; nothing was done', {
        retryAfterS: RETRY_AFTER_S,
      });
    const key = idempotencyKey(request);
    const id = (key === undefined ? mintId() : keyedId(key, body)) as EventId;
    const verdict = verdicts.of(id);
    const late = new ApiProblem(
      503,
      'not_durable',
      'the log has not confirmed it in time; it may still come',
      {
        hint: 'with an Idempotency-Key it can be asked for again and is done once',
        retryAfterS: RETRY_AFTER_S,
      },
    );
    const timer = clock.after(limits.apiAppendMaxMs, () => verdicts.forget(id, late));
    const appended = writer.append([{ ...body, id, atMs: clock.nowMs(), by: authorOf(request) }]);
    appended.catch((error: unknown) => verdicts.forget(id, error as Error));
    try {
      const found = await verdict;
      return { verdict: found, isRepeat: !found.accepted && found.reason === SEEN };
    } finally {
      timer.cancel();
    }
  }

  /** As `propose`; what was refused is a problem: 409. */
  async demand(request: FastifyRequest, body: OperatorEvent): Promise<void> {
    const { verdict, isRepeat } = await this.propose(request, body);
    if (!verdict.accepted && !isRepeat) throw new ApiProblem(409, 'refused', verdict.reason);
  }
}

/** The same for each copy of a request, also when the dag has another version by then. */
function keyedId(key: readonly string[], body: OperatorEvent): string {
  const run = 'run' in body ? body.run : '';
  const node = 'node' in body ? body.node : '';
  const server = 'server' in body ? body.server : '';
  return `key-${digest([...key, body.type, run, node, server]).slice(0, 40)}`;
}

/** Signs events: `api:ci@10.0.0.7`. */
function authorOf(request: FastifyRequest): string {
  const address = request.ip.replace(/^::ffff:(?=\d+\.)/, '');
  return `api:${callerOf(request).name}@${address}`.slice(0, 256);
}

/** What makes the ids of a request that may come again: whose key it is, and which. Problem: 400. */
function idempotencyKey(request: FastifyRequest): readonly [string, string] | undefined {
  const { 'idempotency-key': key } = request.headers;
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key))
    throw new ApiProblem(
      400,
      'bad_key',
      'an Idempotency-Key has 1 to 255 printable characters without blanks',
    );
  return [callerOf(request).name, key];
}

/** The id of the run that a request with a key triggers, whichever server is asked, and how often; undefined without a key. */
export function runIdOf(request: FastifyRequest): RunId | undefined {
  const key = idempotencyKey(request);
  if (key === undefined) return undefined;
  // In the form of all run ids, with 80 bits instead of a time.
  const hex = digest(['run', ...key]);
  const digits = [...Buffer.from(hex, 'hex').subarray(0, 16)]
    .map((byte) => DIGITS.charAt(byte % 32))
    .join('');
  return `${digits.slice(0, 6)}-${digits.slice(6)}` as RunId;
}

const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
