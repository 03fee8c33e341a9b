import { CodedError } from '../../model/coded-error.ts';
import { limits } from '../../model/limits.ts';
import type { Bus, BusSubscriber, Unsubscribe } from '../port/port.ts';
import type { BusEntry } from './bus-store.ts';
import { tooLarge } from './event-log.ts';
import { subjectMatcher } from './pattern.ts';

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
  const subscriptions = new Set<Subscription>();
  const responders = new Set<Responder>();
  const asked = new Map<string, (answer: Uint8Array) => void>();
  const closing = new AbortController();
  let requests = 0;

  const publish = (entry: BusEntry): void => {
    if (entry.body.length > limits.busMessageMaxBytes) return;
    // Never within the publisher's own call, and to those alone who had subscribed by then.
    const present = [...subscriptions].filter(
      ({ matches }) => entry.kind !== 'answer' && matches(entry.subject),
    );
    queueMicrotask(() => {
      for (const subscription of present) if (subscription.active) subscription.onMessage(entry);
      if (entry.kind !== 'message') react(entry);
    });
    wire.send(entry);
  };
  const react = (entry: BusEntry): void => {
    if (entry.kind === 'answer') asked.get(entry.subject)?.(entry.body);
    if (entry.kind !== 'request') return;
    for (const { subject, answer } of responders) {
      if (subject !== entry.subject) continue;
      // Who fails to answer is not heard; the asker's time runs out.
      answer(entry.body).then(
        (body) => publish({ kind: 'answer', subject: entry.reply, reply: '', body }),
        () => {},
      );
    }
  };

  const bus: Bus = {
    publish: (subject, body) => publish({ kind: 'message', subject, reply: '', body }),
    async subscribe(pattern, subscriber) {
      await wire.listen();
      const subscription = { ...subscriber, matches: subjectMatcher(pattern), active: true };
      subscriptions.add(subscription);
      return () => {
        subscription.active = false;
        subscriptions.delete(subscription);
      };
    },
    async request(subject, body, timeoutMs) {
      if (body.length > limits.busMessageMaxBytes)
        throw tooLarge('a request', body.length, limits.busMessageMaxBytes);
      await wire.listen();
      requests += 1;
      const reply = `${id}.${requests}`;
      const answer = waitForAnswer(asked, reply, subject, timeoutMs, closing.signal);
      publish({ kind: 'request', subject, reply, body });
      return answer;
    },
    async respond(subject, answer): Promise<Unsubscribe> {
      await wire.listen();
      const responder = { subject, answer };
      responders.add(responder);
      return () => void responders.delete(responder);
    },
  };
  return {
    bus,
    receive(entry) {
      if (entry.kind !== 'answer') {
        for (const subscription of [...subscriptions]) {
          if (subscription.active && subscription.matches(entry.subject)) subscription.onMessage(entry);
        }
      }
      react(entry);
    },
    gap: () => subscriptions.forEach(({ onGap }) => onGap?.()),
    close() {
      closing.abort();
      subscriptions.forEach((subscription) => (subscription.active = false));
      subscriptions.clear();
      responders.clear();
    },
  };
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
