import type { FastifyReply, FastifyRequest } from 'fastify';
import { limits } from '../model/limits.ts';
import { callerOf } from './handlers.ts';
import { ApiProblem } from './problem.ts';

const HEARTBEAT_MS = 15_000;
const RETRY_AFTER_S = 10;

/** The open streams: how many, whose, and their end. */
export class Streams {
  readonly #open = new Set<Stream>();
  readonly #heartbeatMs: number;

  constructor(heartbeatMs = HEARTBEAT_MS) {
    this.#heartbeatMs = heartbeatMs;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Begins an answer of Server-Sent Events. Problems: 429, 503 when there are too many. */
  open(request: FastifyRequest, reply: FastifyReply): Stream {
    const { name } = callerOf(request);
    const own = [...this.#open].filter(({ caller }) => caller === name).length;
    if (this.#open.size >= limits.apiStreamsMax)
      throw new ApiProblem(503, 'too_many_streams', 'all streams of this server are taken', {
        retryAfterS: RETRY_AFTER_S,
      });
    if (own >= limits.apiStreamsPerCallerMax)
      throw new ApiProblem(429, 'too_many_streams', `'${name}' has ${own} streams open`, {
        retryAfterS: RETRY_AFTER_S,
      });
    const stream = new Stream(request, reply, this.#heartbeatMs, () => this.#open.delete(stream));
    this.#open.add(stream);
    return stream;
  }

  /** Ends all of them. */
  close(): void {
    for (const stream of this.#open) stream.end();
  }
}

/** One answer that goes on. What is written waits in the socket, and `ready` says when there is room again. */
export class Stream {
  readonly caller: string;
  readonly #reply: FastifyReply;
  readonly #abort = new AbortController();
  readonly #heartbeat: NodeJS.Timeout;
  #isFull = false;
  #ready: (() => void)[] = [];

  constructor(request: FastifyRequest, reply: FastifyReply, heartbeatMs: number, onEnd: () => void) {
    this.caller = callerOf(request).name;
    this.#reply = reply;
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
    });
    this.#heartbeat = setInterval(() => void this.#beat(request), heartbeatMs);
    raw.on('drain', () => {
      this.#isFull = false;
      this.#wake();
    });
    raw.on('error', () => undefined);
    raw.once('close', () => {
      clearInterval(this.#heartbeat);
      this.#abort.abort();
      this.#wake();
      request.server.countAnswer(request, reply);
      onEnd();
    });
    this.write(': dagtop\nretry: 2000\n\n');
  }

  /** Aborts when the reader has gone, or the stream is ended. */
  get stopped(): AbortSignal {
    return this.#abort.signal;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  write(text: string): void {
    if (this.#abort.signal.aborted || this.#reply.raw.writableEnded) return;
    if (!this.#reply.raw.write(text)) this.#isFull = true;
  }

  /** Resolves when the reader has taken what was written, or has gone. */
  async ready(): Promise<void> {
    while (this.#isFull && !this.#abort.signal.aborted)
      await new Promise<void>((resolve) => this.#ready.push(resolve));
  }

  end(): void {
    this.#reply.raw.end();
  }

  /** Keeps the connection alive, and ends it when the token is not good any more. */
  async #beat(request: FastifyRequest): Promise<void> {
    if (!(await request.mayStay())) return this.end();
    if (!this.#isFull) this.write(': alive\n\n');
  }

  #wake(): void {
    const waiting = this.#ready;
    this.#ready = [];
    for (const resolve of waiting) resolve();
  }
}

/** One event of Server-Sent Events. */
export function frameOf(event: string, data: unknown, id?: string | number): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}
