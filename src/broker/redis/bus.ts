import { randomBytes } from 'node:crypto';
import { CodedError } from '../../model/coded-error.ts';
import { limits } from '../../model/limits.ts';
import { deadlineOf } from '../port/deadline.ts';
import { guarded } from '../port/guarded.ts';
import { tooLarge, unavailable } from '../port/link-state.ts';
import { subjectMatcher } from '../port/pattern.ts';
import type { Bus, BusSubscriber, Unsubscribe } from '../port/port.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';

type Heard = { readonly subject: string; readonly reply: string; readonly body: Uint8Array };
type Subscription = { readonly hear: (message: Heard) => void; readonly onGap: (() => void) | undefined };

const RESUBSCRIBE_MS = 5_000;
const LENGTH_BYTES = 2;

/**
 * Redis channels. A message begins with the channel its answer goes to, and how long that is. Redis' own patterns let `*` pass dots, so what they
 * bring is looked at again.
 */
export class RedisBus implements Bus {
  readonly #connection: Connection;
  readonly #keys: Keys;
  readonly #replies: string;
  /** By channel, and by Redis' pattern. */
  readonly #exact = new Map<string, Set<Subscription>>();
  readonly #globs = new Map<string, Set<Subscription>>();
  readonly #asked = new Map<string, (answer: Uint8Array) => void>();
  readonly #closing = new AbortController();
  #requests = 0;
  #listensToReplies: Promise<unknown> | undefined;

  constructor(connection: Connection, keys: Keys) {
    this.#connection = connection;
    this.#keys = keys;
    this.#replies = keys.replies + randomBytes(9).toString('base64url');
    const { subscriber } = connection;
    subscriber.on('messageBuffer', (channel: Buffer, data: Buffer) => this.#take(channel, channel, data));
    subscriber.on('pmessageBuffer', (pattern: Buffer, channel: Buffer, data: Buffer) =>
      this.#take(pattern, channel, data),
    );
    // The client subscribes again as soon as it is back; the ping comes behind that.
    connection.onReconnect(async () => {
      await Promise.race([subscriber.ping(), new Promise((resolve) => setTimeout(resolve, RESUBSCRIBE_MS))]);
      for (const subscriptions of [...this.#exact.values(), ...this.#globs.values()])
        for (const { onGap } of subscriptions) if (onGap !== undefined) guarded(onGap)();
    });
  }

  publish(subject: string, body: Uint8Array): void {
    if (body.length <= limits.busMessageMaxBytes) void this.#send(subject, '', body)?.catch(() => undefined);
  }

  async subscribe(pattern: string, { onMessage, onGap }: BusSubscriber): Promise<Unsubscribe> {
    const matches = subjectMatcher(pattern);
    const hear = ({ subject, body }: Heard): void => {
      if (matches(subject)) onMessage({ subject, body });
    };
    return this.#listen(pattern, { hear, onGap });
  }

  async request(subject: string, body: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
    if (body.length > limits.busMessageMaxBytes)
      throw tooLarge('a request', body.length, limits.busMessageMaxBytes);
    const late = deadlineOf(subject, timeoutMs, this.#closing.signal);
    this.#listensToReplies ??= this.#connection.subscriber.subscribe(this.#replies);
    await Promise.race([this.#listensToReplies.catch(() => undefined), late]);
    this.#requests += 1;
    const id = String(this.#requests);
    const { promise, resolve } = Promise.withResolvers<Uint8Array>();
    this.#asked.set(id, resolve);
    try {
      const sent = this.#send(subject, `${this.#replies} ${id}`, body);
      if (sent === undefined) throw unavailable('there is no link to the broker');
      const heardBy = await Promise.race([sent.catch(() => undefined), late]);
      if (heardBy === 0) throw new CodedError('no_responders', `nobody listens to ${subject}`);
      return await Promise.race([promise, late]);
    } finally {
      this.#asked.delete(id);
    }
  }

  async respond(subject: string, answer: (body: Uint8Array) => Promise<Uint8Array>): Promise<Unsubscribe> {
    const hear = ({ reply, body }: Heard): void => {
      const [channel = '', id = ''] = reply.split(' ');
      if (channel === '') return;
      // No answer is the answer to a request that failed: the asker's time runs out.
      answer(body)
        .then((text) => {
          if (text.length > limits.busMessageMaxBytes || !this.#connection.link.isUp) return;
          return this.#connection.commands.publish(channel, packed(id, text));
        })
        .catch(() => undefined);
    };
    return this.#listen(subject, { hear, onGap: undefined });
  }

  close(): void {
    this.#closing.abort();
  }

  /** How many heard it; undefined when it can't be sent now. */
  #send(subject: string, reply: string, body: Uint8Array): Promise<number> | undefined {
    const { commands, link } = this.#connection;
    const waiting = commands.stream?.writableLength ?? 0;
    if (!link.isUp || waiting + body.length > limits.brokerPendingMaxBytes) return undefined;
    return commands.publish(this.#keys.bus + subject, packed(reply, body));
  }

  async #listen(pattern: string, subscription: Subscription): Promise<Unsubscribe> {
    const { subscriber, link } = this.#connection;
    const channel = this.#keys.bus + pattern.replace(/(^|\.)[>*](?=\.|$)/g, '$1*');
    const isGlob = channel !== this.#keys.bus + pattern || /(^|\.)\*(\.|$)/.test(pattern);
    const map = isGlob ? this.#globs : this.#exact;
    const known = map.get(channel) ?? new Set();
    map.set(channel, known);
    known.add(subscription);
    if (known.size === 1 && link.isUp)
      await (isGlob ? subscriber.psubscribe(channel) : subscriber.subscribe(channel)).catch(() => undefined);
    return () => {
      if (!known.delete(subscription) || known.size > 0) return;
      map.delete(channel);
      const ended = isGlob ? subscriber.punsubscribe(channel) : subscriber.unsubscribe(channel);
      ended.catch(() => undefined);
    };
  }

  #take(by: Buffer, channel: Buffer, data: Buffer): void {
    const [name, at] = [by.toString(), channel.toString()];
    const message = unpacked(data);
    if (message === undefined) return;
    if (at === this.#replies) return this.#asked.get(message.reply)?.(message.body);
    if (!at.startsWith(this.#keys.bus)) return;
    const subject = at.slice(this.#keys.bus.length);
    const subscriptions = (by === channel ? this.#exact : this.#globs).get(name);
    for (const { hear } of [...(subscriptions ?? [])]) guarded(hear)({ subject, ...message });
  }
}

function packed(reply: string, body: Uint8Array): Buffer {
  const head = Buffer.from(reply);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt16BE(head.length);
  return Buffer.concat([length, head, body]);
}

/** Undefined for what others sent on our channels. */
function unpacked(data: Buffer): { readonly reply: string; readonly body: Uint8Array } | undefined {
  if (data.length < LENGTH_BYTES) return undefined;
  const end = LENGTH_BYTES + data.readUInt16BE();
  if (data.length < end) return undefined;
  return { reply: data.toString('utf8', LENGTH_BYTES, end), body: new Uint8Array(data.subarray(end)) };
}
