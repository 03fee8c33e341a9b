import { messageCodec } from '../broker/port/codec.ts';
import type { Broker, Unsubscribe } from '../broker/port/port.ts';
import { CodedError } from '../model/coded-error.ts';
import type { AttemptKey, ServerName } from '../model/ids.ts';
import { outputChunk, outputReply, outputRequest } from '../model/message.ts';
import type { OutputChunk, OutputReply } from '../model/message.ts';
import { subjects } from '../model/subject.ts';
import type { OutputPiece } from '../view/log-stream.ts';

const requestCodec = messageCodec(outputRequest);
const replyCodec = messageCodec(outputReply);
const chunkCodec = messageCodec(outputChunk);

const REQUEST_TIMEOUT_MS = 5_000;
/** While a command runs and says nothing: how often to ask whether it still does. */
const POLL_MS = 1_000;

export type OutputStream = OutputChunk['stream'];
export type OutputTarget = {
  readonly key: AttemptKey;
  readonly server: ServerName;
  readonly stream: OutputStream;
};

export type OutputReader = {
  /** The next piece comes when what it returns has settled. */
  readonly onPiece: (piece: OutputPiece) => void | Promise<void>;
  /** Where to begin; by default at the beginning. */
  readonly from?: number;
  /** Ends the following at the end of what is there, whether or not the command still runs. */
  readonly once?: boolean;
};

/** Asks the agent that has it for a piece of an attempt's output. Errors: `no_answer`, `no_output`. */
export async function readOutput(broker: Broker, target: OutputTarget, from: number): Promise<OutputReply> {
  const { key, server, stream } = target;
  const request = requestCodec.encode({
    type: 'read_output',
    run: key.run,
    node: key.node,
    attempt: key.attempt,
    stream,
    from,
  });
  let body: Uint8Array;
  try {
    body = await broker.bus.request(subjects.agentRequest(server), request, REQUEST_TIMEOUT_MS);
  } catch (error) {
    throw new CodedError('no_answer', `the agent of ${server} does not answer`, {
      hint: 'it keeps what its commands wrote; is it running? dagtop servers',
      cause: error,
    });
  }
  const reply = replyCodec.decode(body);
  if (reply === undefined)
    throw new CodedError('no_output', `the agent of ${server} gave no readable answer`);
  if (reply.error !== undefined) throw new CodedError('no_output', reply.error);
  return reply;
}

/**
 * Hands over what an attempt wrote to one stream, from an offset on, then live until the command ends. What the bus loses is read again from
 * the agent. Resolves at the end; `stopped` ends it early.
 */
export async function followOutput(
  broker: Broker,
  target: OutputTarget,
  reader: OutputReader,
  stopped: AbortSignal,
): Promise<void> {
  const live = new LiveChunks(target.stream);
  const end = await broker.bus.subscribe(subjects.output(target.key), {
    onMessage: ({ body }) => live.take(body),
    onGap: () => live.wake(),
  });
  const wake = (): void => live.wake();
  stopped.addEventListener('abort', wake);
  try {
    let offset = reader.from ?? 0;
    while (!stopped.aborted) {
      const chunk = live.next(offset);
      if (chunk !== undefined) {
        await reader.onPiece({ ...chunk, skipped: 0 });
        offset += chunk.bytes.length;
        continue;
      }
      const reply = await readOutput(broker, target, offset);
      const bytes = Buffer.from(reply.data, 'base64');
      if (bytes.length > 0) {
        const skipped = Math.max(0, reply.from - offset);
        await reader.onPiece({ bytes, at: reply.from, skipped, times: reply.times ?? [] });
        offset = reply.from + bytes.length;
        continue;
      }
      if (!reply.running || reader.once === true) return;
      await live.wait(POLL_MS);
    }
  } finally {
    stopped.removeEventListener('abort', wake);
    end();
  }
}

const LIVE_CHUNKS_MAX = 256;

/** Chunks that came over the bus and were not used yet. */
class LiveChunks {
  readonly #stream: OutputStream;
  #chunks: Omit<OutputPiece, 'skipped'>[] = [];
  #wake: () => void = () => undefined;

  constructor(stream: OutputStream) {
    this.#stream = stream;
  }

  take(body: Uint8Array): void {
    const chunk = chunkCodec.decode(body);
    if (chunk === undefined || chunk.stream !== this.#stream) return;
    const { at, times = [] } = chunk;
    this.#chunks.push({ at, bytes: Buffer.from(chunk.data, 'base64'), times });
    if (this.#chunks.length > LIVE_CHUNKS_MAX) this.#chunks.shift();
    this.wake();
  }

  /** What continues at `offset`; earlier chunks are dropped. */
  next(offset: number): Omit<OutputPiece, 'skipped'> | undefined {
    while (this.#chunks[0] !== undefined && this.#chunks[0].at + this.#chunks[0].bytes.length <= offset)
      this.#chunks.shift();
    const [chunk] = this.#chunks;
    if (chunk === undefined || chunk.at > offset) return undefined;
    this.#chunks.shift();
    return { bytes: chunk.bytes.subarray(offset - chunk.at), at: offset, times: chunk.times };
  }

  wake(): void {
    this.#wake();
  }

  /** Until a chunk comes, at most so long. */
  wait(forMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, forMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** A follower of no concern to a caller that only wants to end it. */
export function startFollowing(
  broker: Broker,
  target: OutputTarget,
  reader: OutputReader & { readonly onError: (error: unknown) => void },
): Unsubscribe {
  const abort = new AbortController();
  followOutput(broker, target, reader, abort.signal).catch((error: unknown) => {
    if (!abort.signal.aborted) reader.onError(error);
  });
  return () => abort.abort();
}
