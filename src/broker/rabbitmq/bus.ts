import type { AsyncMessage, ReturnedMessage } from 'rabbitmq-client';
import { CodedError } from '../../model/coded-error.ts';
import { limits } from '../../model/limits.ts';
import { guarded } from '../port/guarded.ts';
import { closedError, tooLarge, unavailable } from '../port/link-state.ts';
import { subjectMatcher } from '../port/pattern.ts';
import type { Bus, BusSubscriber, Unsubscribe } from '../port/port.ts';
import { isOwnKey, isReplyKey, keyOf, replyKey } from './bus-key.ts';
import type { Connection } from './connection.ts';
import { Ear } from './ear.ts';
import { LastingChannel } from './lasting-channel.ts';
import type { Names } from './names.ts';
import { serverProblem } from './problem.ts';

type Heard = { readonly subject: string; readonly message: AsyncMessage; readonly body: Uint8Array };
type Subscription = {
  readonly pattern: string;
  readonly matches: (subject: string) => boolean;
  readonly hear: (heard: Heard) => void;
  readonly onGap: (() => void) | undefined;
};
type Asked = { readonly resolve: (answer: Uint8Array) => void; readonly reject: (error: Error) => void };

const REOPEN_MS = 500;

/** A topic exchange, a channel to say things, and an ear. Answers come back over the exchange as well, by a key of who asked. */
export class RabbitBus implements Bus {
  readonly #connection: Connection;
  readonly #names: Names;
  readonly #ear: Ear;
  readonly #mouth: LastingChannel;
  readonly #subscriptions = new Set<Subscription>();
  readonly #asked = new Map<string, Asked>();
  readonly #closing = new AbortController();
  #requests = 0;
  #pendingBytes = 0;
  #openedAtMs = 0;

  constructor(connection: Connection, names: Names) {
    this.#connection = connection;
    this.#names = names;
    this.#ear = new Ear(connection, names, {
      onMessage: (message) => this.#take(message),
      onGap: () => {
        for (const { onGap } of [...this.#subscriptions]) if (onGap !== undefined) guarded(onGap)();
      },
    });
    this.#mouth = new LastingChannel(connection, 'talker', async (channel) => {
      channel.on('basic.return', ({ correlationId, routingKey }: ReturnedMessage) => {
        const error = new CodedError('no_responders', `nobody listens to ${routingKey}`);
        this.#asked.get(correlationId ?? '')?.reject(error);
      });
    });
    connection.onReconnect(async () => {
      await Promise.all([this.#mouth.get(), this.#ear.open()]);
    });
  }

  async open(): Promise<void> {
    try {
      await Promise.all([this.#mouth.get(), this.#ear.open()]);
    } catch (error) {
      throw serverProblem(error, this.#connection.label);
    }
  }

  publish(subject: string, body: Uint8Array): void {
    if (body.length <= limits.busMessageMaxBytes) this.#say(subject, body);
  }

  subscribe(pattern: string, { onMessage, onGap }: BusSubscriber): Promise<Unsubscribe> {
    const hear = ({ subject, body }: Heard): void => onMessage({ subject, body });
    return this.#listen(pattern, hear, onGap);
  }

  async request(subject: string, body: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
    if (body.length > limits.busMessageMaxBytes)
      throw tooLarge('a request', body.length, limits.busMessageMaxBytes);
    if (this.#closing.signal.aborted) throw closedError();
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    this.#requests += 1;
    const correlationId = `${this.#ear.id}:${this.#requests}`;
    const timer = setTimeout(
      () => reject(new CodedError('timeout', `nobody answered ${subject} within ${timeoutMs} ms`)),
      timeoutMs,
    );
    const end = (): void => reject(closedError());
    this.#closing.signal.addEventListener('abort', end);
    this.#asked.set(correlationId, { resolve, reject });
    try {
      const wasSaid = this.#say(subject, body, {
        correlationId,
        replyTo: replyKey(this.#ear.id),
        mandatory: true,
      });
      if (!wasSaid) throw unavailable('there is no link to the broker');
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#closing.signal.removeEventListener('abort', end);
      this.#asked.delete(correlationId);
    }
  }

  respond(subject: string, answer: (body: Uint8Array) => Promise<Uint8Array>): Promise<Unsubscribe> {
    return this.#listen(subject, ({ body, message: { replyTo, correlationId } }) => {
      if (replyTo === undefined || correlationId === undefined || !isReplyKey(replyTo)) return;
      // No answer is the answer to a request that failed: the asker's time runs out.
      answer(body)
        .then((text) => {
          if (text.length <= limits.busMessageMaxBytes) this.#say(replyTo, text, { correlationId });
        })
        .catch(() => undefined);
    });
  }

  close(): void {
    this.#closing.abort();
    this.#ear.close();
  }

  /** False when it can't be said now. */
  #say(
    subject: string,
    body: Uint8Array,
    properties: { correlationId?: string; replyTo?: string; mandatory?: boolean } = {},
  ): boolean {
    const routingKey = keyOf(subject);
    const channel = this.#mouth.current;
    if (routingKey === undefined || this.#closing.signal.aborted || !this.#connection.canTalk()) return false;
    if (channel === undefined) {
      this.#reopen();
      return false;
    }
    if (this.#pendingBytes + body.length > limits.brokerPendingMaxBytes) return false;
    this.#pendingBytes += body.length;
    const headers = routingKey === subject ? {} : { headers: { subject } };
    channel
      .basicPublish(
        { exchange: this.#names.bus, routingKey, ...headers, ...properties },
        Buffer.from(body.buffer, body.byteOffset, body.byteLength),
      )
      .catch(() => undefined)
      .finally(() => (this.#pendingBytes -= body.length));
    return true;
  }

  /** The server ends a channel with every error; not more often than now and then. */
  #reopen(): void {
    if (Date.now() - this.#openedAtMs < REOPEN_MS) return;
    this.#openedAtMs = Date.now();
    this.#mouth.get().catch(() => undefined);
  }

  async #listen(pattern: string, hear: Subscription['hear'], onGap?: () => void): Promise<Unsubscribe> {
    const subscription = { pattern, matches: subjectMatcher(pattern), hear, onGap };
    this.#subscriptions.add(subscription);
    await this.#ear.add(pattern);
    return () => {
      if (!this.#subscriptions.delete(subscription)) return;
      if (![...this.#subscriptions].some((other) => other.pattern === pattern)) this.#ear.remove(pattern);
    };
  }

  #take(message: AsyncMessage): void {
    const { routingKey, correlationId, headers } = message;
    const bytes: unknown = message.body;
    // What others publish may be text, which the client reads for itself.
    if (!Buffer.isBuffer(bytes)) return;
    const body = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (routingKey === replyKey(this.#ear.id)) return this.#asked.get(correlationId ?? '')?.resolve(body);
    if (isOwnKey(routingKey)) return;
    const told: unknown = headers?.['subject'];
    const subject = typeof told === 'string' ? told : routingKey;
    for (const { matches, hear } of [...this.#subscriptions])
      if (matches(subject)) guarded(hear)({ subject, message, body });
  }
}
