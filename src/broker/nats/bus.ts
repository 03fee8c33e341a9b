import { errors } from '@nats-io/transport-node';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { CodedError } from '../../model/coded-error.ts';
import { limits } from '../../model/limits.ts';
import type { Bus } from '../port/port.ts';
import type { Connection } from './connection.ts';
import { tooLarge } from '../port/link-state.ts';
import { guarded } from '../port/guarded.ts';

/** What may be under way before the server is asked whether it keeps up. */
const FLUSH_ABOVE_BYTES = 256 * 1024;

/** Core NATS under `prefix`; a subscriber elsewhere hears the same with the broker's own tools. */
export function openBus(connection: Connection, prefix: string): Bus {
  const { nc } = connection;
  const gaps = new Set<() => void>();
  const send = boundedSend(nc);
  let wasDown = false;
  connection.link.on(({ up }) => {
    if (up && wasDown) for (const onGap of gaps) guarded(onGap)();
    wasDown = !up;
  });
  const listen = async (pattern: string, hear: (message: Msg) => void): Promise<() => void> => {
    const subscription = nc.subscribe(prefix + pattern, {
      callback: guarded((error, message) => {
        if (error === null && !stopped) hear(message);
      }),
    });
    let stopped = false;
    // Once the server answers, it knows of the subscription; without a link it learns of it when the link is back.
    if (connection.link.isUp) await nc.flush().catch(() => {});
    return () => {
      stopped = true;
      if (!subscription.isClosed()) subscription.unsubscribe();
    };
  };
  return {
    publish(subject, body) {
      if (connection.link.isUp && body.length <= limits.busMessageMaxBytes) send(prefix + subject, body);
    },
    async subscribe(pattern, { onMessage, onGap }) {
      const stop = await listen(pattern, (message) => {
        onMessage({ subject: message.subject.slice(prefix.length), body: message.data });
      });
      const gap = (): void => onGap?.();
      gaps.add(gap);
      return () => {
        gaps.delete(gap);
        stop();
      };
    },
    async request(subject, body, timeoutMs) {
      if (body.length > limits.busMessageMaxBytes)
        throw tooLarge('a request', body.length, limits.busMessageMaxBytes);
      try {
        return (await nc.request(prefix + subject, body, { timeout: timeoutMs })).data;
      } catch (error) {
        throw requestProblem(error, subject, timeoutMs);
      }
    },
    respond(subject, answer) {
      const reply = async (message: Msg): Promise<void> => {
        const body = await answer(message.data);
        if (connection.link.isUp && body.length <= limits.busMessageMaxBytes) message.respond(body);
      };
      return listen(subject, (message) => {
        // No answer is the answer to a request that failed: the asker's time runs out.
        void reply(message).catch(() => {});
      });
    },
  };
}

/** Publishes while the server keeps up; when it answers no more, the client's memory stays bounded and messages are dropped. */
function boundedSend(nc: NatsConnection): (subject: string, body: Uint8Array) => void {
  let unconfirmed = 0;
  let flushing = false;
  return (subject, body) => {
    if (unconfirmed + body.length > limits.brokerPendingMaxBytes) return;
    unconfirmed += body.length;
    try {
      nc.publish(subject, body);
    } catch {
      // A subject that can't be, or a connection that is closing.
      return;
    }
    if (flushing || unconfirmed < FLUSH_ABOVE_BYTES) return;
    flushing = true;
    const sent = unconfirmed;
    void nc
      .flush()
      .then(
        () => (unconfirmed -= sent),
        () => (unconfirmed = 0),
      )
      .finally(() => (flushing = false));
  };
}

function requestProblem(error: unknown, subject: string, timeoutMs: number): CodedError {
  if (error instanceof errors.TimeoutError)
    return new CodedError('timeout', `nobody answered ${subject} within ${timeoutMs} ms`, { cause: error });
  if (
    error instanceof errors.NoRespondersError ||
    (error instanceof errors.RequestError && error.isNoResponders())
  )
    return new CodedError('no_responders', `nobody listens to ${subject}`, { cause: error });
  return new CodedError('unavailable', `asking ${subject} failed`, { cause: error });
}
