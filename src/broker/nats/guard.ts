import { setTimeout as pause } from 'node:timers/promises';
import type { JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import { CodedError } from '../../model/coded-error.ts';
import type { Unsubscribe } from '../port/port.ts';
import type { Connection } from './connection.ts';
import { API_CODE, apiCode, jetStreamProblem } from './problem.ts';
import { identityOf } from './streams.ts';

/** Holds that the log is the one that was opened. What it finds wrong is final for this broker. */
export type LogGuard = {
  readonly fault: CodedError | undefined;
  readonly identity: string;
  onFault(listener: (error: CodedError) => void): Unsubscribe;
  /** Asks the server about the stream and compares. Throws the fault, or `unavailable` and the like. */
  info(): Promise<StreamInfo>;
  /** A sequence that was stored or read: the log may never end before it again. */
  saw(sequence: number): void;
  raise(error: CodedError): void;
};

/** A server that starts may not know its streams at once. */
const GONE_TRIES = 3;
const GONE_PAUSE_MS = 500;
/** JetStream may answer later than the server accepts connections. */
const RECONNECT_TRIES = 20;

export function openLogGuard(connection: Connection, jsm: JetStreamManager, opened: StreamInfo): LogGuard {
  const { name } = opened.config;
  const identity = identityOf(opened);
  const listeners = new Set<(error: CodedError) => void>();
  let fault: CodedError | undefined;
  let seen = 0;

  const raise = (error: CodedError): void => {
    if (fault !== undefined) return;
    fault = error;
    for (const listener of Array.from(listeners)) listener(error);
  };
  const fail = (code: string, message: string, hint: string): never => {
    const error = new CodedError(code, message, { hint });
    raise(error);
    throw error;
  };
  const compare = async (): Promise<StreamInfo> => {
    if (fault !== undefined) throw fault;
    const floor = seen;
    const found = await askServer(jsm, name);
    if (found === undefined) {
      return fail(
        'log_gone',
        `the event log (stream ${name}) was deleted on the NATS server ${connection.label}`,
        'restore it from a backup, or start all of dagtop again to begin a new one',
      );
    }
    if (identityOf(found) !== identity) {
      return fail(
        'log_foreign',
        `the event log (stream ${name}) on the NATS server ${connection.label} is not the one that was in use`,
        'it was wiped or restored: start all of dagtop again if the new log is the one to use',
      );
    }
    if (found.state.last_seq < floor) return fail(...regressed(name, found.state.last_seq, floor));
    return found;
  };
  // Nothing is appended to a log that was exchanged while the link was down.
  connection.onReconnect(async () => {
    for (let tries = 0; tries < RECONNECT_TRIES; tries += 1) {
      const answered = await compare().then(
        () => true,
        () => fault !== undefined,
      );
      if (answered) return;
      await pause(GONE_PAUSE_MS);
    }
  });
  return {
    get fault() {
      return fault;
    },
    identity,
    onFault(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async info() {
      await connection.link.ready();
      return compare();
    },
    saw: (sequence) => void (seen = Math.max(seen, sequence)),
    raise,
  };
}

/** The stream; undefined when the server has none, asked several times. */
async function askServer(jsm: JetStreamManager, name: string): Promise<StreamInfo | undefined> {
  for (let tries = 1; tries <= GONE_TRIES; tries += 1) {
    try {
      return await jsm.streams.info(name);
    } catch (error) {
      if (apiCode(error) !== API_CODE.streamNotFound) throw jetStreamProblem(error, `the stream ${name}`);
    }
    if (tries < GONE_TRIES) await pause(GONE_PAUSE_MS);
  }
  return undefined;
}

/** Code, message and hint of a log that ends before what was read or stored. */
export function regressed(name: string, last: number, seen: number): [string, string, string] {
  return [
    'log_regressed',
    `the event log (stream ${name}) ends at ${last}, but was seen up to ${seen}`,
    'the server lost its newest records or an older copy was restored: stop every dagtop, and start with the newest copy',
  ];
}
