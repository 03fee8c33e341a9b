import type { Position, ServerName } from '../../model/ids.ts';
import type { Topic } from '../../model/subject.ts';

/**
 * What dagtop asks of a broker: a log, an inbox per server, a bus. Nothing else may be asked.
 * The promises below are held by one suite (`test/conformance`) that every adapter passes against a real server.
 *
 * Common to all: a method that fails rejects with a `CodedError`. While the link is down, `append` and `send` wait for it for up to
 * the adapter's bound and then reject; a rejected `append` or `send` is *indeterminate*: it may have been stored, and the
 * only legal reaction is to do it again with the same events. Sizes are bounded by `model/limits.ts`; larger ones are refused
 * with code `too_large` before anything is sent. Payloads are opaque bytes; nobody below this line reads them.
 */
export type Broker = {
  /** `embedded`, `nats`, …: for messages and figures, never to behave differently. */
  readonly kind: string;
  readonly log: EventLog;
  readonly inbox: Inbox;
  readonly bus: Bus;
  /** Calls at once with the present state, then at every change. Returns the end of the subscription. */
  onLink(listener: (link: Link) => void): Unsubscribe;
  /** One durability and health report; reads settings of the server, changes nothing. */
  probe(options?: ProbeOptions): Promise<ProbeReport>;
  /** Settles what is under way (acknowledgements among it), ends subscriptions, closes. Never rejects; idempotent. */
  close(): Promise<void>;
};

export type ProbeOptions = {
  /** Also tries whether this login may append, and stores nothing. On NATS, whoever subscribes to the log hears an empty message. */
  readonly triesRights?: boolean;
};

/** What every adapter is opened with. */
export type BrokerOptions = {
  /** The first token of every subject, stream and key; keeps two installations on one broker apart. */
  readonly namespace: string;
};

export type Unsubscribe = () => void;

export type Link =
  | { readonly up: true }
  | {
      readonly up: false;
      readonly reason: string;
      /** Since when, where the adapter knows it. */
      readonly sinceMs?: number;
      /** When it tries again, where the adapter decides that; past while a try is under way. */
      readonly retryAtMs?: number;
    };

/** A record: one or more events, encoded. Appended and read as a whole. */
export type LogRecord = { readonly topic: Topic; readonly body: Uint8Array };
export type StoredRecord = { readonly position: Position; readonly body: Uint8Array };

export type EventLog = {
  /** Minted when the log was created; another one means another log (wiped, restored elsewhere). */
  identity(): Promise<string>;
  /**
   * Resolves when all records are durable, in the given order among themselves. On rejection any prefix, none or all may be stored.
   * Bound: a record of at most `recordMaxBytes`.
   */
  append(records: readonly LogRecord[]): Promise<void>;
  /** The position of the newest record; 0 when there is none. */
  head(): Promise<Position>;
  /**
   * Reads every record after `after`, in order, without gap or end, across reconnects. `onRecords` gets batches; the next comes only when the
   * promise it returned has settled (back-pressure; memory stays bounded). When `after` lies before the oldest record kept, reading begins
   * at the oldest. `onFault` tells what ends the reading for good: the log was deleted or regressed below what was read.
   */
  follow(after: Position, reader: LogFollower): Promise<Unsubscribe>;
  /** The position of the oldest record kept; head + 1 when there is none. */
  tail(): Promise<Position>;
  /** Drops records up to and including `through`: nobody reads them again. A broker that can't cut its log keeps their space. */
  trim(through: Position): Promise<void>;
};

export type LogFollower = {
  readonly onRecords: (records: readonly StoredRecord[]) => Promise<void> | void;
  readonly onFault: (error: Error) => void;
};

export type Inbox = {
  /** Resolves when all messages are durable. Each is received at least once by whoever receives for `server`. */
  send(server: ServerName, messages: readonly Uint8Array[]): Promise<void>;
  /**
   * Hands over messages, at most `maxInFlight` unacknowledged. Several receivers of one server compete. What was handed over and not
   * acknowledged when the receiver dies (or its link does) is handed over again.
   */
  receive(
    server: ServerName,
    onMessage: (message: InboxMessage) => void,
    maxInFlight: number,
  ): Promise<Unsubscribe>;
};

export type InboxMessage = {
  readonly body: Uint8Array;
  /** True when it may have been handed over before. */
  readonly redelivered: boolean;
  /** Lets the broker forget the message. Not awaited by the caller; a lost acknowledgement means a redelivery. */
  ack(): void;
};

/** At most once. Order is kept per publisher and subject. */
export type Bus = {
  /** Never rejects, never waits: what can't be sent now is dropped. */
  publish(subject: string, body: Uint8Array): void;
  /**
   * `pattern`: tokens between dots; `*` is any one token, a final `>` any one or more. `onGap` is called after something may have been missed
   * (a reconnect, an overflow): the subscriber goes back to the log.
   */
  subscribe(pattern: string, subscriber: BusSubscriber): Promise<Unsubscribe>;
  /** The first reply; rejects with code `timeout` after `timeoutMs`, or `no_responders` where the broker can tell. */
  request(subject: string, body: Uint8Array, timeoutMs: number): Promise<Uint8Array>;
  /** Answers requests on `subject`. */
  respond(subject: string, answer: (body: Uint8Array) => Promise<Uint8Array>): Promise<Unsubscribe>;
};

export type BusSubscriber = {
  readonly onMessage: (message: { readonly subject: string; readonly body: Uint8Array }) => void;
  readonly onGap?: () => void;
};

export type Finding = {
  readonly level: 'ok' | 'warning' | 'refused';
  /** One line: what was found, and what to do. */
  readonly text: string;
};

export type ProbeReport = {
  /** Product and place: `nats-server at 10.0.0.1:4222`. */
  readonly server: string;
  readonly version: string;
  /** One line: what a power cut can lose. */
  readonly durability: string;
  readonly findings: readonly Finding[];
  readonly roundTripMs: number;
};
