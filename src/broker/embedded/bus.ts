import { CodedError } from '../../model/coded-error.ts';
import { limits } from '../../model/limits.ts';
import type { Bus, BusSubscriber, Unsubscribe } from '../port/port.ts';
import type { BusEntry } from './bus-store.ts';
import { tooLarge } from '../port/link-state.ts';
import { subjectMatcher } from '../port/pattern.ts';

type Subscription = BusSubscriber & { readonly matches: (subject: string) => boolean; active: boolean };
type Responder = { readonly subject: string; readonly answer: (body: Uint8Array) => Promise<Uint8Array> };

/** What carries entries to the other processes, and theirs to `openBus`. */
export type BusWire = {
  send(entry: BusEntry): void;
  /** Begins to hear; resolves when all that is sent from now on will be heard. */
  listen(): Promise<void>;
};
export type OpenBus = {
  readonly bus: Bus;
  /** What the wire hears. */
  receive(entry: BusEntry): void;
  gap(): void;
  close(): void;
};

/** The bus's meaning: who gets what. In this process entries are delivered at once; `wire` takes them to the others. */
export function openBus(id: string, wire: BusWire): OpenBus {
  return new LocalBus(id, wire);
}

class LocalBus implements OpenBus {
  readonly #id: string;
  readonly #wire: BusWire;
  readonly #subscriptions = new Set<Subscription>();
  readonly #responders = new Set<Responder>();
  readonly #asked = new Map<string, (answer: Uint8Array) => void>();
  readonly #closing = new AbortController();
  #requests = 0;

  constructor(id: string, wire: BusWire) {
    this.#id = id;
    this.#wire = wire;
  }

  readonly bus: Bus = {
    publish: (subject, body) => this.#publish({ kind: 'message', subject, reply: '', body }),
    subscribe: async (pattern, subscriber) => {
      await this.#wire.listen();
      const subscription = { ...subscriber, matches: subjectMatcher(pattern), active: true };
      this.#subscriptions.add(subscription);
      return () => {
        subscription.active = false;
        this.#subscriptions.delete(subscription);
      };
    },
    request: async (subject, body, timeoutMs) => {
      if (body.length > limits.busMessageMaxBytes)
        throw tooLarge('a request', body.length, limits.busMessageMaxBytes);
      await this.#wire.listen();
      this.#requests += 1;
      const reply = `${this.#id}.${this.#requests}`;
      const answer = waitForAnswer(this.#asked, reply, subject, timeoutMs, this.#closing.signal);
      this.#publish({ kind: 'request', subject, reply, body });
      return answer;
    },
    respond: async (subject, answer): Promise<Unsubscribe> => {
      await this.#wire.listen();
      const responder = { subject, answer };
      this.#responders.add(responder);
      return () => void this.#responders.delete(responder);
    },
  };

  receive(entry: BusEntry): void {
    if (entry.kind !== 'answer') {
      // A copy: a subscriber may subscribe or end its subscription as it is told.
      for (const subscription of Array.from(this.#subscriptions)) {
        if (subscription.active && subscription.matches(entry.subject)) subscription.onMessage(entry);
      }
    }
    this.#react(entry);
  }

  gap(): void {
    for (const { onGap } of this.#subscriptions) onGap?.();
  }

  close(): void {
    this.#closing.abort();
    for (const subscription of this.#subscriptions) subscription.active = false;
    this.#subscriptions.clear();
    this.#responders.clear();
  }

  #publish(entry: BusEntry): void {
    if (entry.body.length > limits.busMessageMaxBytes) return;
    // Never within the publisher's own call, and to those alone who had subscribed by then.
    const present = [...this.#subscriptions].filter(
      ({ matches }) => entry.kind !== 'answer' && matches(entry.subject),
    );
    queueMicrotask(() => {
      for (const subscription of present) if (subscription.active) subscription.onMessage(entry);
      if (entry.kind !== 'message') this.#react(entry);
    });
    this.#wire.send(entry);
  }

  #react(entry: BusEntry): void {
    if (entry.kind === 'answer') this.#asked.get(entry.subject)?.(entry.body);
    if (entry.kind !== 'request') return;
    for (const { subject, answer } of this.#responders) {
      if (subject !== entry.subject) continue;
      // Who fails to answer is not heard; the asker's time runs out.
      answer(entry.body).then(
        (body) => this.#publish({ kind: 'answer', subject: entry.reply, reply: '', body }),
        () => {},
      );
    }
  }
}

function waitForAnswer(
  asked: Map<string, (answer: Uint8Array) => void>,
  reply: string,
  subject: string,
  timeoutMs: number,
  closing: AbortSignal,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const end = (finish: () => void): void => {
      clearTimeout(timer);
      closing.removeEventListener('abort', abort);
      asked.delete(reply);
      finish();
    };
    const abort = (): void => end(() => reject(new CodedError('closed', 'the broker was closed')));
    const timer = setTimeout(
      () =>
        end(() => reject(new CodedError('timeout', `nobody answered on ${subject} within ${timeoutMs} ms`))),
      timeoutMs,
    );
    closing.addEventListener('abort', abort, { once: true });
    asked.set(reply, (answer) => end(() => resolve(answer)));
  });
}
