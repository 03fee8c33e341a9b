import type { ServerName } from '../../model/ids.ts';
import { escapeToken } from '../../model/subject.ts';

/** All keys and channels of one namespace. Short: some servers search long keys slowly. */
export type Keys = {
  /** Names the log in force, by its id. */
  readonly log: string;
  readonly wake: string;
  /** Where records can be heard with the server's own tools: `<namespace>.events.<dag>.<run>`. */
  readonly events: string;
  readonly bus: string;
  readonly replies: string;
  /** The list of a log's records; its first element stands for the position in `base`. */
  records(id: string): string;
  base(id: string): string;
  inbox(server: ServerName): InboxKeys;
};

export type InboxKeys = {
  /** A list of the ids of messages that wait. */
  readonly queue: string;
  /** Hashes by a message's id: its body, and how often it was taken. */
  readonly bodies: string;
  readonly tries: string;
  /** A hash: when each receiver was last heard, by the server's clock. */
  readonly receivers: string;
  readonly wake: string;
  /** The list of what a receiver holds. */
  held(receiver: string): string;
};

/** The keys of a namespace. */
export function keysOf(namespace: string): Keys {
  const token = escapeToken(namespace);
  return {
    log: `${token}:log`,
    wake: `${token}.wake`,
    events: `${token}.events.`,
    bus: `${token}.bus.`,
    replies: `${token}.re.`,
    records: (id) => `${token}:log:${id}`,
    base: (id) => `${token}:log:${id}:base`,
    inbox(server) {
      const own = `${token}:in:${escapeToken(server)}`;
      return {
        queue: own,
        bodies: `${own}:b`,
        tries: `${own}:t`,
        receivers: `${own}:r`,
        wake: `${token}.in.${escapeToken(server)}`,
        held: (receiver) => `${own}:h:${receiver}`,
      };
    },
  };
}
